"""Before a site is open: recent sites, a new one, the demo."""
