"""The rows of the header tables are Wireshark's fields."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tui.decode import ip_options, tcp_options
from tui.decode.headers import FIELDS, HEADERS, extract, link, network, text_of, transport, tunnel
from tui.decode.headers.field import Field, Form
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows(thing: object) -> Iterator[Field]:
    """All fields in a table, however it is nested."""
    if isinstance(thing, Field):
        yield thing
        yield from rows(thing.children)
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from rows(item)
    elif isinstance(thing, dict):
        yield from rows(list(thing.values()))
    elif hasattr(thing, "fields"):
        yield from rows(thing.fields)


@pytest.fixture(scope="module")
def wireshark() -> dict[str, set[str]]:
    """Labels by field name."""
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    report = subprocess.run(["tshark", "-G", "fields"], capture_output=True, check=True).stdout.decode(
        errors="replace"
    )
    labels: dict[str, set[str]] = {}
    for line in report.splitlines():
        kind, label, name, *_ = [*line.split("\t"), "", ""]
        if kind == "F":
            labels.setdefault(name, set()).add(label)
    return labels


MODULES = (link, network, transport, tunnel, tcp_options, ip_options)
ALL_ROWS = [row for module in MODULES for table in vars(module).values() for row in rows(table) if row.name]


def test_every_row_has_a_name_and_a_label_of_wiresharks(wireshark: dict[str, set[str]]) -> None:
    unknown = {row.name for row in ALL_ROWS if row.name not in wireshark}
    assert unknown == set()
    assert {(row.name, row.label) for row in ALL_ROWS if row.label not in wireshark[row.name]} == set()


def test_children_lie_inside_their_field() -> None:
    for row in ALL_ROWS:
        for child in row.children:
            assert row.start <= child.start
            assert child.start + child.width <= row.start + row.width


def test_a_field_inside_a_word_does_not_leave_it() -> None:
    for row in ALL_ROWS:
        if row.word is not None:
            assert row.word[0] <= row.start
            assert row.start + row.width <= row.word[0] + row.word[1]


def test_every_layer_with_a_header_has_a_table() -> None:
    assert set(HEADERS) == set(Layer) - {Layer.PAYLOAD, Layer.TRAILER}


def test_a_field_is_extracted_without_a_tree() -> None:
    header = bytes.fromhex("fe1e22c31212fb2a000000008002faf0275b0000")
    values = {
        name: extract(FIELDS[name][0][1], b"xx" + header, 2)
        for name in ("tcp.srcport", "tcp.hdr_len", "tcp.flags.syn")
    }
    assert values == {"tcp.srcport": 65054, "tcp.hdr_len": 32, "tcp.flags.syn": 1}


def test_a_field_that_was_not_captured_is_none() -> None:
    assert extract(transport.WINDOW, bytes(15), 0) is None


def test_a_number_is_shown_decoded_and_as_it_stands_in_the_frame() -> None:
    assert text_of(transport.SOURCE_PORT, 65054) == "65054 (fe1e)"


def test_an_unknown_number_is_named_so() -> None:
    assert text_of(Field("x", "X", 0, 8, Form.NAMED, {1: "one"}), 2) == "Unknown (2)"
