"""Certificates of servers that live as long as a test."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_certificate(folder: Path, *, days: int = 2) -> tuple[Path, Path]:
    """A self-signed one for 127.0.0.1 and its key. Negative `days`: it has expired."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
