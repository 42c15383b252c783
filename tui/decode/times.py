"""How the tree writes times.

Invariant: always with nine digits, as tshark does.
"""

from __future__ import annotations


def seconds(ns: int) -> str:
    """Nanoseconds as seconds with nine digits."""
    sign = "-" if ns < 0 else ""
    whole, rest = divmod(abs(ns), 1_000_000_000)
    return f"{sign}{whole}.{rest:09d}"
