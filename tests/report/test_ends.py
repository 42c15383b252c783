"""Ends of connections as numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.index.schema import ADDRESS
from tui.report.ends import address_ranks, packed, unpacked

ENDS = st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 16) - 1)), max_size=9)


@settings(deadline=None, max_examples=50)
@given(ENDS)
def test_an_end_is_its_address_and_its_port_and_nothing_else(ends: list[tuple[int, int]]) -> None:
    numbers = np.array([number for number, _ in ends], np.uint32)
    ports = np.array([port for _, port in ends], np.uint16)
    found = packed(numbers, ports)
    assert list(zip(*(part.tolist() for part in unpacked(found)), strict=True)) == ends
    assert [unpacked(end) for end in found.tolist()] == ends


def test_addresses_are_ordered_by_family_and_then_by_their_bytes() -> None:
    entries = np.zeros(4, ADDRESS)
    rows = [(6, b"\x20\x01"), (4, b"\xc0\x00\x02\x02"), (6, b"\x20" + bytes(14) + b"\x01"), (4, b"\x0a")]
    for entry, (family, raw) in zip(entries, rows, strict=True):
        entry["family"] = family
        entry["raw"] = np.frombuffer(raw.ljust(16, b"\0"), np.uint8)
    assert address_ranks(entries).tolist() == [3, 1, 2, 0]
