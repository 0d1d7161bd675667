"""The visual editor: the article as readers see it, over the same Markdown as the source editor."""
