"""Vendors of hardware addresses: Wireshark's table, as scapy carries it.

Invariant: the table is scapy's text, read here, so that neither scapy's own loading nor its cache on the disk
takes part.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX_DIGITS = (9, 7, 6)  # of 36, 28 and 24 bits: the longest that is known decides (IEEE MA-S, MA-M, MA-L)
_GROUP_BIT = 1
_BROADCAST = bytes([0xFF] * 6)
_MAC_BYTES = 6


def vendor_name(raw: bytes) -> str:
    """A hardware address as Wireshark writes it with its vendor: "VMware_1a:6e:8e"; "" if nobody knows it."""
    if len(raw) != _MAC_BYTES:
        return ""
    if raw == _BROADCAST:
        return "Broadcast"
    digits = raw.hex()
    vendor = next((found for size in _PREFIX_DIGITS if (found := vendors().get(digits[:size]))), "")
    return f"{vendor}_{raw[3:].hex(':')}" if vendor and not raw[0] & _GROUP_BIT else ""


@cache
def vendors() -> Mapping[str, str]:
    """The vendors' short names by the first hexadecimal digits of their addresses."""
    from scapy.libs.manuf import DATA

    found = {}
    for line in DATA.splitlines():
        prefix, _, rest = line.partition("\t")
        digits, _, bits = prefix.strip().partition("/")
        name = rest.partition("\t")[0].strip()
        if name and ":" not in name:
            size = int(bits) // 4 if bits else len(digits.replace(":", ""))
            found[digits.replace(":", "").lower()[:size]] = printable(name)
    return found
