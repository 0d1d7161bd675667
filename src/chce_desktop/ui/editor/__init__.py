"""The writing desk: one article, its title and its text, saved as it is written."""
