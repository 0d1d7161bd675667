"""From a SiteSnapshot to the pages that readers get."""
