"""Each form says what is selected, in a way that others read; what cannot be made of it is said."""

from __future__ import annotations

import csv
import io
from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.decode.nodes import Node
from tui.errors import UsageError, printable
from tui.filter.language import compile_filter
from tui.report.copies import FORMS, Form, Selection, preview

DATA = b"GET / HTTP/1.1\r\n\x00\x1b[2J"
PORT = Node("tcp.dstport", "Destination Port: 443", 0, 16, (), 443)
SELECTION = Selection(
    titles=("No.", "Info"),
    cells=("7", 'say "hi", there'),
    field=PORT,
    same_field=PORT,
    data=DATA,
    start=54,
    filter="tcp.len > 0",
    story=lambda: "Connection 0\n\nit closed\n",
)


def text(name: str, selection: Selection = SELECTION) -> str:
    (form,) = [form for form in FORMS if form.name == name]
    return form.text(selection)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("row", '7  say "hi", there'),
        ("row as TSV", 'No.\tInfo\n7\t"say ""hi"", there"'),
        ("field", "Destination Port: 443"),
        ("value", "443"),
        ("field as a filter", "tcp.dstport == 443"),
        ("bytes in hex", DATA.hex(" ")),
        ("display filter", "tcp.len > 0"),
        ("explanation of the connection", "Connection 0\n\nit closed\n"),
        ("bytes as printable text", "GET / HTTP/1.1\n[2J"),
    ],
)
def test_a_form_says_it(name: str, expected: str) -> None:
    assert text(name) == expected


def test_csv_reads_as_the_row() -> None:
    assert list(csv.reader(io.StringIO(text("row as CSV")))) == [["No.", "Info"], ["7", 'say "hi", there']]


def test_base64_and_c_array_are_the_bytes() -> None:
    assert b64decode(text("bytes in base64")) == DATA
    array = text("bytes as a C array")
    assert bytes(int(part, 16) for part in array[array.index("{") + 1 : -2].split(",")) == DATA


def test_a_dump_counts_from_the_beginning_of_the_frame() -> None:
    assert text("bytes as a hex dump").splitlines() == [
        "0036  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..",
        "0046  00 1b 5b 32 4a                                    ..[2J",
    ]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Node("ip.src", "", 0, 32, (), "10.0.0.1"), "10.0.0.1"),
        (Node("tcp.payload", "", 0, 8, (), b"\x0d\x0a"), "0d:0a"),
        (Node("ip.id", "", 0, 16, (), 0x1F), "0x1f"),
        (Node("tcp.flags.syn", "", 0, 1, (), True), "1"),
        (Node("dns.qry.name", "", 0, 1, (), "a\x1b[2J"), "a·[2J"),
    ],
)
def test_a_value_is_written_as_filters_write_it(node: Node, expected: str) -> None:
    assert text("value", replace(SELECTION, field=node, same_field=node)) == expected


def test_the_filter_of_a_field_is_a_filter() -> None:
    assert compile_filter(text("field as a filter"))


NOTHING = Selection(titles=("No.",), cells=("1",))


@pytest.mark.parametrize(
    "name",
    [form.name for form in FORMS if not form.name.startswith("row")],
)
def test_what_is_not_selected_is_said(name: str) -> None:
    with pytest.raises(UsageError):
        text(name, NOTHING)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@given(data=st.binary(max_size=60), name=st.text(max_size=9), value=st.one_of(st.text(), st.binary()))
@settings(deadline=None, max_examples=40)
def test_no_form_has_control_characters_or_fails_otherwise(
    form: Form, data: bytes, name: str, value: object
) -> None:
    node = Node(name, "text", 0, 8, (), value)
    selection = replace(SELECTION, field=node, same_field=node, data=data)
    for make in (form.text, lambda chosen: preview(form, chosen)):
        try:
            made = make(selection)
        except UsageError:
            continue
        text = made.replace("\n", "").replace("\t", "")
        assert printable(text) == text


def test_a_preview_looks_at_the_first_bytes_only() -> None:
    for form in FORMS:
        assert len(preview(form, replace(SELECTION, data=b"a" * (1 << 20)))) < 300
