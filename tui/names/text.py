"""How a name is taken from outside: printable, and no longer than a name may be."""

from __future__ import annotations

from tui.errors import printable

LONGEST = 253
"""Characters of a domain name (RFC 1035 2.3.4); a longer text is cut."""


def name_of(text: str) -> str:
    """`text` as a name: printable, cut, without the root's dot; "" if nothing is left."""
    return printable(text[:LONGEST]).strip().removesuffix(".")[:LONGEST]
