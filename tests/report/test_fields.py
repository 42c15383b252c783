"""`-T fields`: the options of -E, and what is printed."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest

from tui.errors import UsageError
from tui.report.fields import FieldsPrinter, Occurrence, Style, parse_style
from tui.report.printer import print_packets
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def printed(capture: Path, names: Sequence[str], *options: str) -> list[str]:
    session = Session([str(capture)])
    out = StringIO()
    print_packets(session, FieldsPrinter(session, names, parse_style(options), out), out, live=False)
    session.close()
    return out.getvalue().split("\n")


def test_without_options_the_style_is_tsharks() -> None:
    assert parse_style([]) == Style("\t", ",", "", Occurrence.ALL, header=False, bom=False)


def test_every_option_of_tshark_is_understood() -> None:
    options = ["separator=/s", "aggregator=;", "quote=d", "occurrence=l", "header=y", "bom=y"]
    assert parse_style(options) == Style(" ", ";", '"', Occurrence.LAST, header=True, bom=True)


@pytest.mark.parametrize(
    "option", ["separator=ab", "separator=", "quote=x", "header=yes", "occurrence=first", "x=y"]
)
def test_an_option_that_cannot_be_is_refused_and_named(option: str) -> None:
    with pytest.raises(UsageError, match=option):
        parse_style([option])


def test_a_line_a_packet_with_an_empty_place_for_what_is_absent(captures: Path) -> None:
    lines = printed(
        captures / "three-way-close.pcap", ["frame.number", "udp.srcport", "tcp.seq", "tcp.flags"]
    )
    assert lines[0] == "1\t\t0\t0x0002"
    assert lines[1] == "2\t\t0\t0x0012"
    assert lines[-1] == ""


def test_both_occurrences_stand_in_one_place(captures: Path) -> None:
    capture = captures / "three-way-close.pcap"
    ends = ["172.16.196.142", "172.16.196.145"]
    assert printed(capture, ["ip.addr"])[0] == ",".join(ends)
    assert printed(capture, ["ip.addr"], "occurrence=f")[0] == ends[0]
    assert printed(capture, ["ip.addr"], "occurrence=l")[0] == ends[1]
    assert printed(capture, ["ip.addr"], "aggregator=/s", "quote=s")[0] == f"'{' '.join(ends)}'"


def test_quotes_stand_around_values_but_not_around_nothing(captures: Path) -> None:
    lines = printed(captures / "three-way-close.pcap", ["tcp.len", "udp.length"], "quote=d", "separator=,")
    assert lines[0] == '"0",'


def test_the_header_line_has_the_names_as_given(captures: Path) -> None:
    lines = printed(
        captures / "three-way-close.pcap", ["tcp.seq", "tcp.ack"], "header=y", "bom=y", "separator=|"
    )
    assert lines[0] == "\ufefftcp.seq|tcp.ack"


def test_the_packet_lists_columns_are_fields(captures: Path) -> None:
    lines = printed(captures / "three-way-close.pcap", ["_ws.col.Protocol", "_ws.col.Info"])
    assert lines[0].startswith("TCP\t41334 → 60000 [SYN]")


def test_a_name_that_is_no_field_is_refused_before_anything_is_printed(captures: Path) -> None:
    with pytest.raises(UsageError, match=r"tcp\.sorcport"):
        printed(captures / "three-way-close.pcap", ["tcp.seq", "tcp.sorcport"])
