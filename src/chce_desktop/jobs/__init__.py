"""Background work without Qt: jobs, progress, cancel, one queue per key."""
