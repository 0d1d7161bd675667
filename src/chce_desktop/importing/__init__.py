"""Foreign formats in: one file a format."""
