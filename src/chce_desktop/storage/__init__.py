"""The site library on disk: engine, mapped classes, queries, full-text index, upgrade, safety."""
