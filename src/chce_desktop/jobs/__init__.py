"""Work off the front's own thread: jobs with progress and cancel, one queue per key. Free of Qt."""
