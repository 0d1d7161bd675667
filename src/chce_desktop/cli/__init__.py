"""`chce`: the second front on the same services, without a screen."""
