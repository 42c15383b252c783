"""The address book: every address of a capture once, known by a number.

Packets and connections carry numbers (4 bytes) instead of addresses (up to 16). Numbers are given out in
order of appearance by the scan kernel; 0 stands for "no address". An entry never changes once it is made, so
the screen may read while the engine adds. Nor is a number given twice: a book for what is left of a capture
is another book, in which the numbers of what is left are the same.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import numpy as np

from tui.index import scan
from tui.index.schema import ADDRESS
from tui.index.sparse import ALL, InUse

if TYPE_CHECKING:
    from numpy.typing import NDArray


class AddressBook:
    """Grows as the scan kernel meets addresses.

    `entries` is an array of schema.ADDRESS, `slots` the kernel's hash table of numbers (open addressing, a
    power of two, at most half full), `used` one more than the highest number given out.
    """

    def __init__(self) -> None:
        self.entries = np.zeros(1024, ADDRESS)
        self.slots = np.zeros(2048, np.uint32)
        self.used = 1
        self._kept = ALL

    def __len__(self) -> int:
        """How many addresses it holds."""
        return self._kept.count(self.used) - 1

    def only(self, numbers: NDArray[np.integer]) -> AddressBook:
        """A book that goes on where this one ends, and of all before knows only `numbers`."""
        book = AddressBook()
        book.used = self.used
        book._kept = InUse(np.union1d(numbers, [0]).astype(np.int64), self.used)
        book.entries = book._kept.moved(self.entries, self.used, self.used + len(book.entries))
        book._enter(2 * book._kept.count(self.used))
        return book

    def reserve(self, count: int) -> NDArray[np.void]:
        """Make room for `count` more addresses, as the kernel does not grow the book itself; the entries."""
        wanted = self.used + count
        if wanted > len(self.entries):
            self.entries = self._kept.moved(
                self.entries, self.used, max(wanted, 2 * len(self.entries) - self._kept.rest)
            )
        if 2 * self._kept.count(wanted) > len(self.slots):
            self._enter(2 * self._kept.count(wanted))
        return self.entries

    def _enter(self, least: int) -> None:
        """Make a hash table of at least `least` slots."""
        slots = np.zeros(1 << (least - 1).bit_length(), np.uint32)
        numbers = self._kept.below(self.used)[1:].astype(np.uint32)
        scan.rehash(self.entries, numbers, slots)
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
        if len(raw) == _LENGTHS[6]:
            return ipv6_text(raw)
        return str(ipaddress.IPv4Address(raw)) if raw else ""


_LENGTHS = {0: 0, 4: 4, 6: 16, 48: 6}
_MAPPED, _COMPATIBLE = bytes(10) + b"\xff\xff", bytes(12)  # RFC 4291 2.5.5


def ipv6_text(raw: bytes) -> str:
    """RFC 5952's form of sixteen bytes; an IPv4 address in them stands in its own, as inet_ntop has it."""
    if raw[:12] == _MAPPED or (raw[:12] == _COMPATIBLE and any(raw[12:14])):
        return f"::{'ffff:' if raw[10] else ''}{ipaddress.IPv4Address(raw[12:])}"
    return str(ipaddress.IPv6Address(raw))
