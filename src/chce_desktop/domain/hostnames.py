"""Names of hosts."""

from __future__ import annotations

import ipaddress
import re

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)


def is_host(text: str) -> bool:
    """Whether `text` is a host name with at least two labels, `localhost` or an IP address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        pass
    else:
        return True
    try:
        labels = text.encode("idna").decode("ascii").rstrip(".").split(".")
    except UnicodeError:
        return False
    return text.lower() == "localhost" or (len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels))
