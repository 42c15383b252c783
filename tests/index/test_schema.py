"""The numbers and structs of the kernels are those of the schema."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tui.index import schema
from tui.index.addresses import AddressBook
from tui.index.scan import Scanner
from tui.tcp.track import Tracker

SOURCES = Path(schema.__file__).parent
KNOWN_BITS = {"BASE": "BASE_A", "SYN_SEEN": "SYN_A", "REUSED": "REUSED"}


def _enums(path: Path) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"^    (\w+) = (\d+)\b", path.read_text(), re.M)}


def _struct(name: str) -> list[tuple[str, str, str]]:
    """(C type, member, how many)."""
    text = (SOURCES / "rows.pxd").read_text()
    body = re.search(rf"cdef packed struct {name}:.*\n((?:    .*\n)+)", text)
    assert body
    return re.findall(r"^    (\w+) (\w+)(?:\[(\d+)\])?$", body[1], re.M)


WALK = _enums(SOURCES / "walk.pxd")
ALIASES = {"NULL": "NULL_AF"}  # NULL is a word of C
MARKS = {"TCP": "HAS_TCP", "FRAGMENT": "IS_FRAGMENT"}
PROTOCOLS = {"IEEE80211": "80211"}


@pytest.mark.parametrize("layer", schema.Layer)
def test_the_kernel_numbers_layers_as_the_schema(layer: schema.Layer) -> None:
    assert WALK[ALIASES.get(layer.name, layer.name)] == layer


def test_what_is_no_layer_has_a_number_of_its_own() -> None:
    beginnings = {WALK[name] for name in ("LOOP_AF", "RAW_IP", "HDLC", "ERSPAN")}
    assert len(beginnings) == 4
    assert beginnings.isdisjoint(schema.Layer)
    assert max(beginnings | set(schema.Layer)) < WALK["KINDS"]


@pytest.mark.parametrize("mark", schema.Mark)
def test_the_kernel_has_the_bits_of_marks(mark: schema.Mark) -> None:
    assert WALK[MARKS.get(mark.name or "", mark.name or "")] == mark


def test_the_kernel_numbers_protocols_as_the_schema() -> None:
    given = {name.removeprefix("P_"): value for name, value in WALK.items() if name.startswith("P_")}
    expected = {PROTOCOLS.get(member.name, member.name): int(member) for member in schema.Protocol}
    assert given.items() <= expected.items()


def test_every_protocol_has_a_label() -> None:
    assert [schema.label(member) for member in schema.Protocol if not schema.label(member)] == []


@pytest.mark.parametrize(("kernel", "member"), KNOWN_BITS.items())
def test_the_track_kernel_has_the_bits_of_known(kernel: str, member: str) -> None:
    bits = _enums(SOURCES.parent / "tcp" / "track.pyx")
    assert bits[kernel] == schema.Known[member]


@pytest.mark.parametrize("flag", schema.Analysis)
def test_the_track_kernel_has_the_bits_of_analysis(flag: schema.Analysis) -> None:
    assert _enums(SOURCES.parent / "tcp" / "analysis.pxd")[flag.name or ""] == flag


def test_all_that_wireshark_says_of_a_segment_has_words() -> None:
    said = [mark.flag for mark in schema.ANALYSIS_TEXTS]
    assert said == [flag for flag in schema.Analysis if flag is not schema.Analysis.ANALYSED]


def test_the_bit_of_end_b_is_the_bit_of_end_a_shifted_by_one() -> None:
    assert schema.Known.BASE_B == schema.Known.BASE_A << 1
    assert schema.Known.SYN_B == schema.Known.SYN_A << 1


@pytest.mark.parametrize(
    ("name", "columns", "dtype"),
    [
        ("Row", schema.PACKET_COLUMNS, schema.PACKET),
        ("Address", schema.ADDRESS_COLUMNS, schema.ADDRESS),
        ("Link", schema.LINK_COLUMNS, schema.LINK),
        ("Connection", schema.CONNECTION_COLUMNS, schema.CONNECTION),
    ],
)
def test_a_struct_has_the_columns_of_its_table(
    name: str, columns: tuple[schema.Column, ...], dtype: np.dtype[np.void]
) -> None:
    members = _struct(name)
    assert [member for _, member, _ in members] == [column.name for column in columns]
    for c_type, member, count in members:
        kind, shape = np.dtype(c_type.removesuffix("_t")), (int(count),) if count else ()
        assert dtype[member] == np.dtype((kind, shape))


def test_rows_of_another_layout_are_refused() -> None:
    other = np.zeros(4, [(name, "i8") for name in schema.PACKET.names or ()])
    scanner = Scanner(pcapng=True)
    with pytest.raises(ValueError, match=r"[Bb]uffer"):
        scanner.scan(b"", 0, 0, other, AddressBook())
    with pytest.raises(ValueError, match=r"[Bb]uffer"):
        Tracker().track(other, 0)


def test_links_of_another_layout_are_refused() -> None:
    with pytest.raises(ValueError, match=r"[Bb]uffer"):
        Scanner(pcapng=True).describe(np.zeros(1, schema.ADDRESS), False)
