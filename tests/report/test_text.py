"""`-T text`: the packet list without a screen."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from tui.decode.context import Numbers
from tui.report.listing import Listing, TimeForm
from tui.report.printer import print_packets
from tui.report.text import TextPrinter
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path


def test_each_line_has_the_cells_of_the_packet_list_in_order(captures: Path) -> None:
    session = Session([str(captures / "four-way-close.pcap")])
    snapshot = session.wait()
    out = StringIO()
    print_packets(session, TextPrinter(session, out), out, live=False)
    listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(snapshot.packets)
    for row, line in enumerate(lines):
        assert line.split() == " ".join(listing.cells(snapshot, row)).split()
    session.close()


def test_the_columns_line_up(captures: Path) -> None:
    session = Session([str(captures / "four-way-close.pcap")])
    out = StringIO()
    print_packets(session, TextPrinter(session, out), out, live=False)
    assert len({line.index("TCP") for line in out.getvalue().splitlines()}) == 1
    session.close()


def test_live_printing_prints_every_packet_once(captures: Path) -> None:
    session = Session([str(captures / "four-way-close.pcap")])
    at_once, live = StringIO(), StringIO()
    print_packets(session, TextPrinter(session, at_once), at_once, live=False)
    print_packets(session, TextPrinter(session, live), live, live=True)
    assert live.getvalue() == at_once.getvalue()
    session.close()
