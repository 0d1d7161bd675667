"""CHCE Desktop: a desktop CMS for Chinese news portals with a local library and a static publisher."""

__version__ = "0.1.0"
