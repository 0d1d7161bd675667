"""Wrappers that are transports themselves, each adding one habit to any of them."""
