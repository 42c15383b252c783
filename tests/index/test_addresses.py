"""The address book: every address once, under a number that never changes."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest
import wire

from tui.index.addresses import AddressBook
from tui.index.scan import Scanner, rehash
from tui.index.schema import LINK, PACKET


def _scan(
    book: AddressBook, frames: list[bytes], link_type: int = 1
) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    scanner = Scanner(pcapng=False)
    scanner.describe(np.array([(link_type, 0, 1000, 1, 0, 0)], LINK), False)
    data = b"".join(wire.record(frame) for frame in frames)
    rows = np.zeros(len(frames), PACKET)
    scanner.scan(data, 0, 0, rows, book)
    assert scanner.filled == len(frames)
    return rows


def test_an_address_has_one_number_however_often_it_appears() -> None:
    book = AddressBook()
    rows = _scan(book, [wire.ethernet(wire.ip4(wire.tcp()))] * 3)
    assert len(book) == 2
    assert set(rows["src"]) == {1}
    assert set(rows["dst"]) == {2}


def test_addresses_of_different_families_are_different_even_with_equal_bytes() -> None:
    book = AddressBook()
    same = wire.ip6(
        wire.tcp(), src=str(ipaddress.IPv6Address(ipaddress.IPv4Address(wire.A).packed + bytes(12)))
    )
    rows = _scan(book, [wire.ip4(wire.tcp()), same], 101)
    assert rows["src"][0] != rows["src"][1]
    assert (book.family(rows["src"][0]), book.family(rows["src"][1])) == (4, 6)


def test_texts_are_those_of_the_address() -> None:
    book = AddressBook()
    _scan(
        book,
        [
            wire.ethernet(wire.ip4(wire.tcp())),
            wire.ethernet(wire.ip6(wire.tcp()), 0x86DD),
            wire.ethernet(b"", 0x9999),
        ],
    )
    texts = [book.text(number) for number in range(len(book) + 1)]
    assert texts == ["", wire.A, wire.B, wire.A6, wire.B6, "02:00:00:00:00:01", "02:00:00:00:00:02"]
    assert book.raw(3) == ipaddress.IPv6Address(wire.A6).packed
    assert book.raw(0) == b""


def test_numbers_stay_while_the_book_grows_and_is_hashed_anew() -> None:
    book = AddressBook()
    addresses = [str(ipaddress.IPv4Address(0x0A000000 + n)) for n in range(5000)]
    frames = [wire.ip4(wire.tcp(), src=address, dst="1.1.1.1") for address in addresses]
    numbers = np.concatenate(
        [_scan(book, frames[n : n + 100], 101)["src"] for n in range(0, len(frames), 100)]
    )
    assert [book.text(number) for number in numbers] == addresses
    again = _scan(book, frames, 101)["src"]
    assert (again == numbers).all()
    assert len(book) == 5001


def test_the_table_is_at_most_half_full() -> None:
    book = AddressBook()
    for count in (10, 1000, 30000):
        book.reserve(count)
        assert len(book.entries) >= book.used + count
        assert len(book.slots) >= 2 * (book.used + count)
        assert len(book.slots) & (len(book.slots) - 1) == 0


def test_a_book_that_holds_an_address_twice_is_refused() -> None:
    book = AddressBook()
    book.entries["family"][1:3] = 4
    with pytest.raises(ValueError, match="twice"):
        rehash(book.entries, np.arange(1, 3, dtype=np.uint32), np.zeros(8, np.uint32))
