"""Every field of packets that were damaged on purpose is printed, or is absent; nothing raises."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.filter.fields import FIELDS
from tui.report.fields import FieldsPrinter, Style
from tui.report.json import JsonPrinter
from tui.report.printer import Printer, print_packets
from tui.session import Session

_HEADER = 24  # of a pcap file
_RECORD = 16  # of a packet in it
_MOST = 400  # bytes of a damaged packet

damage = st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 255)), max_size=24)


def damaged(capture: bytes, changes: list[tuple[int, int]], keep: int) -> bytes:
    """The capture with bytes of its packets changed and each packet cut to `keep` bytes."""
    file, at = bytearray(capture[:_HEADER]), _HEADER
    while at < len(capture):
        length = int.from_bytes(capture[at + 8 : at + 12], "little")
        packet = bytearray(capture[at + _RECORD : at + _RECORD + length])
        for place, value in changes:
            packet[place % len(packet)] = value
        packet = packet[:keep]
        file += capture[at : at + 8] + len(packet).to_bytes(4, "little") + capture[at + 12 : at + 16] + packet
        at += _RECORD + length
    return bytes(file)


@settings(max_examples=share(25), deadline=None)
@given(changes=damage, keep=st.integers(0, _MOST))
def test_every_field_of_a_damaged_packet_can_be_printed(changes: list[tuple[int, int]], keep: int) -> None:
    captures = Path(__file__).resolve().parents[2] / "captures"
    data = damaged((captures / "three-way-close.pcap").read_bytes(), changes, keep)
    with TemporaryDirectory() as folder:
        name = Path(folder) / "damaged.pcap"
        name.write_bytes(data)
        session = Session([str(name)])
        lines, document = StringIO(), StringIO()
        printers: list[tuple[Printer, StringIO]] = [
            (FieldsPrinter(session, list(FIELDS), Style(), lines), lines),
            (JsonPrinter(session, [], document), document),
        ]
        for printer, out in printers:
            print_packets(session, printer, out, live=False)
        session.close()
    rows = lines.getvalue().split("\n")[:-1]
    assert [row.count("\t") for row in rows] == [len(FIELDS) - 1] * 10
    assert all(row.replace("\t", "").isprintable() for row in rows)
