"""The main window: what is where, and what follows from what."""
