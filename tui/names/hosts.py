"""The hosts file: names that this host's owner has given to addresses (hosts(5)).

Invariant: any bytes give a result; a line that says nothing is passed over.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path

from tui.names.text import name_of

HOSTS = Path("/etc/hosts")
MOST_BYTES = 16 << 20
"""What is read of the file: lists that block advertisers have some hundred thousand lines."""


def read_hosts(path: Path = HOSTS) -> dict[bytes, str]:
    """The first name of each address, by the address's bytes; none if the file cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    found: dict[bytes, str] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        raw = _packed(words[0]) if len(words) > 1 else b""
        if raw and (name := name_of(words[1])):
            found.setdefault(raw, name)
    return found


def _packed(text: str) -> bytes:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).packed
    except ValueError:
        return b""
