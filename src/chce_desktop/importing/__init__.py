"""Readers of foreign formats: they say what an article is made of and never touch the library."""
