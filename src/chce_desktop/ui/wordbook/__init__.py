"""The window in which a newsroom keeps its words, names, links and templates."""
