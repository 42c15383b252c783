"""Where in the headers Wireshark's fields stand, those among them that mean several places.

Invariant: a place is a layer and a row of its header table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.headers import FIELDS, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.index.schema import Layer

# Wireshark's names that a header of another kind has too, or both addresses of a header.
_ALSO = {
    "ip.version": ("ip.version", "ipv6.version"),
    "wlan.addr": ("wlan.ra", "wlan.ta", "wlan.addr"),
    "eth.ig": ("eth.dst.ig", "eth.src.ig"),
    "eth.lg": ("eth.dst.lg", "eth.src.lg"),
}

# Values that make it another field: below IEEE 802.3's least type a length, in a cooked capture a number of
# another registry.
OTHER_FIELD: Mapping[str, range] = {
    "eth.type": range(1, 1536),
    "vlan.etype": range(1501),
    "sll.etype": range(1537),
}

PLACES: Mapping[str, tuple[tuple[Layer, Field], ...]] = {
    **FIELDS,
    **{name: tuple(place for part in parts for place in FIELDS[part]) for name, parts in _ALSO.items()},
}
