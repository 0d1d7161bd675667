"""Publish targets, the publish dialog and the records of what was published."""
