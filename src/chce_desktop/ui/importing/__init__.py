"""Bringing articles in from a folder."""
