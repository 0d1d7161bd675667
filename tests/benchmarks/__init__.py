"""Measurements at full size. Run by `python3 dev.py bench`; their numbers stand in docs/benchmarks.md."""
