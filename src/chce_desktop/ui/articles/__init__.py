"""The list of articles and the pane with an article's fields."""
