"""Fields as cells of the packet list: numbers as `-T fields` prints them, or words."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.report.fields import FieldsPrinter, Style
from tui.report.list_columns import OWN_COLUMNS, column_of
from tui.report.listing import LATER, Listing, TimeForm, interface_names
from tui.report.printer import print_packets
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tui.report.list_columns import Form

NAMES = (
    "frame.number",
    "tcp.window_size",
    "tcp.stream",
    "ip.proto",
    "eth.type",
    "tcp.flags.syn",
    "tcp.flags",
    "tcp.time_delta",
    "tcp.port",
    "ip.src",
    "eth.addr",
    "tcp.options.mss_val",
    "tcp.payload",
    "tcpscope.client.state",
    "frame.interface_name",
)


@pytest.fixture
def session(captures: Path) -> Iterator[Session]:
    session = Session([str(captures / "three-way-close.pcap")])
    session.wait()
    yield session
    session.close()


def listing_of(session: Session, names: Sequence[str], form: Form = "name") -> Listing:
    columns = [replace(column_of(name), form=form) for name in names]
    return Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, columns)


def test_numbers_are_those_that_are_printed(session: Session) -> None:
    out = StringIO()
    print_packets(session, FieldsPrinter(session, NAMES, Style(), out), out, live=False)
    cells = listing_of(session, NAMES, "number").rows(session.snapshot(), range(10), late=True)
    assert ["\t".join(row) for row in cells] == out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("name", "number", "word"),
    [
        ("ip.proto", "6", "TCP"),
        ("eth.type", "0x0800", "IPv4"),
        ("tcp.flags.syn", "1", "Set"),
        ("tcp.time_delta", "0.000000000", "0 ns"),
        ("tcp.window_size", "14600", "14600"),
    ],
)
def test_a_value_is_written_as_number_or_name(session: Session, name: str, number: str, word: str) -> None:
    snapshot = session.snapshot()
    assert listing_of(session, [name], "number").cells(snapshot, 0) == (number,)
    assert listing_of(session, [name]).cells(snapshot, 0) == (word,)


def test_rows_are_asked_for_in_any_order(session: Session) -> None:
    listing = listing_of(session, ("frame.number", "tcp.len"))
    rows = (7, 2, 9, 2)
    assert [int(cells[0]) - 1 for cells in listing.rows(session.snapshot(), rows)] == list(rows)


def test_what_takes_decoding_or_a_survey_is_left_out_unless_asked_for(session: Session) -> None:
    listing = listing_of(session, ("tcp.len", "frame.protocols", "zeek.history"))
    assert listing.is_late
    assert listing.rows(session.snapshot(), (0,)) == [("0", LATER, LATER)]
    assert listing.rows(session.snapshot(), (0,), late=True)[0][1] == "eth:ethertype:ip:tcp"
    assert not listing_of(session, ("tcp.len", "ip.ttl")).is_late


def test_the_ends_have_their_ports(session: Session) -> None:
    columns = [OWN_COLUMNS[name] for name in ("sender", "receiver", "flags", "interface")]
    cells = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, columns).cells(session.snapshot(), 1)
    assert cells == ("172.16.196.145:60000", "172.16.196.142:41334", "SYN, ACK", "0")


def test_of_several_files_the_interface_names_the_file(captures: Path) -> None:
    files = sorted(captures.rglob("*.pcap"))[:2]
    session = Session([str(path) for path in files])
    try:
        assert interface_names(session, session.wait()) == tuple(path.name for path in files)
    finally:
        session.close()
