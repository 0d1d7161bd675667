"""The check before publishing, as one sees it: beside the article, and for the whole site."""
