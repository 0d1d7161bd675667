"""The sites that the web's validators look at."""

from tests.helpers.validators import built_sites, validators

__all__ = ["built_sites", "validators"]
