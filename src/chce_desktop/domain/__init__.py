"""Frozen data classes and rules with no I/O."""
