"""Ways to find things: saved searches, quick open, the command palette."""
