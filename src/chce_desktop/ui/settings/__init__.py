"""The dialog of the site's settings."""
