"""Use cases, named by verbs: domain objects in, domain objects out."""
