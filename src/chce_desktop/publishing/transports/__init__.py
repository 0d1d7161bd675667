"""Transports, one file each: the only modules that talk to hosts."""
