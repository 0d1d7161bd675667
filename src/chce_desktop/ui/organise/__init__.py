"""What is done to many articles at once: find and replace, tags, columns merged and split, reading counts."""
