"""The address book: every address of a capture once, known by a number.

Packets and connections carry numbers (4 bytes) instead of addresses (up to 16). Numbers are given out in
order of appearance by the scan kernel; 0 stands for "no address". An entry never changes once it is made, so
the screen may read while the engine adds.
"""

from __future__ import annotations

import ipaddress

import numpy as np

from tui.index import scan
from tui.index.schema import ADDRESS


class AddressBook:
    """Grows as the scan kernel meets addresses.

    `entries` is an array of schema.ADDRESS, `slots` the kernel's hash table of numbers (open addressing, a
    power of two, at most half full), `used` one more than the highest number given out.
    """

    def __init__(self) -> None:
        self.entries = np.zeros(1024, ADDRESS)
        self.slots = np.zeros(2048, np.uint32)
        self.used = 1

    def __len__(self) -> int:
        return self.used - 1

    def reserve(self, count: int) -> None:
        """Make room for `count` more addresses; the kernel does not grow the book itself."""
        wanted = self.used + count
        if wanted > len(self.entries):
            entries = np.zeros(max(wanted, 2 * len(self.entries)), ADDRESS)
            entries[: self.used] = self.entries[: self.used]
            self.entries = entries
        if 2 * wanted > len(self.slots):
            slots = np.zeros(1 << (2 * wanted - 1).bit_length(), np.uint32)
            scan.rehash(self.entries, self.used, slots)
            self.slots = slots

    def family(self, number: int) -> int:
        """4, 6, 48 (hardware address) or 0 (none)."""
        return int(self.entries["family"][number])

    def raw(self, number: int) -> bytes:
        """The address's bytes: 4, 16, 6, or none."""
        return bytes(self.entries["raw"][number])[: _LENGTHS[self.family(number)]]

    def text(self, number: int) -> str:
        """The address as Wireshark writes it without name resolution; "" if there is none."""
        raw = self.raw(number)
        if len(raw) == _LENGTHS[48]:
            return raw.hex(":")
        return str(ipaddress.ip_address(raw)) if raw else ""


_LENGTHS = {0: 0, 4: 4, 6: 16, 48: 6}
