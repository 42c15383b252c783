"""The table of findings groups and counts, unfolds to packets, and costs what is visible."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from tui.report.findings import BY_SEVERITY, COLUMNS, Findings, FindingTable, Spot
from tui.report.tables import Sorting
from tui.tcp.finding import Group, Severity
from tui.tcp.findings import CODES, FINDINGS, Found

if TYPE_CHECKING:
    from tui.report.listing import Listing
    from tui.session import Snapshot

REFUSED, SYN, FIN = CODES["refused"], CODES["syn"], CODES["fin"]
FEW = ((0, SYN), (1, SYN), (2, REFUSED), (3, SYN), (5, FIN), (8, REFUSED))
MILLION = 1_000_000


class Column(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.stream)


class FakeListing:
    """Cells that name their packet; notes which were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def cells(self, snapshot: Snapshot, row: int) -> tuple[str, ...]:
        self.asked.append(row)
        return (str(row + 1), "0.5", "10.0.0.1", "10.0.0.2", "TCP", "60", f"info {row + 1}")


def findings(found: tuple[tuple[int, int], ...] = FEW, streams: int = 3) -> Findings:
    rows, codes = np.array(found, np.int64).reshape(-1, 2).T
    return make(Found(rows, codes.astype(np.uint8)), 10, streams)


def make(found: Found, packets: int, streams: int) -> Findings:
    """Findings in packets that belong to one connection after the other."""
    stream = np.arange(packets, dtype=np.int32) % streams
    snapshot = SimpleNamespace(packets=Column(stream=stream, first=0), connections=np.zeros(streams))
    return Findings(cast("Snapshot", snapshot), found)


def table(
    found: Findings | None = None, sorting: Sorting = BY_SEVERITY, listing: FakeListing | None = None
) -> FindingTable:
    return FindingTable(
        findings() if found is None else found, cast("Listing", listing or FakeListing()), sorting
    )


def texts(shown: FindingTable) -> list[str]:
    return [shown.cells(line)[0][0] for line in range(len(shown))]


def headings(shown: FindingTable) -> list[Group | int]:
    return [shown.spot(line).heading for line in range(len(shown))]


def test_groups_are_open_and_findings_folded_and_the_worst_comes_first() -> None:
    assert headings(table()) == [Group.OPENING, REFUSED, SYN, Group.CLOSING, FIN]
    assert [text[:4].strip() for text in texts(table())] == ["▾ Op", "▸", "▸", "▾ Cl", "▸"]


def test_packets_and_connections_are_counted_once_in_each_line() -> None:
    shown = table(findings(((0, SYN), (0, REFUSED), (3, SYN), (4, SYN))))
    assert [tuple(text for text, _ in shown.cells(line)[3:]) for line in range(3)] == [
        ("3", "2"),
        ("1", "1"),
        ("3", "2"),
    ]


def test_a_packet_of_no_connection_is_no_connection() -> None:
    found = findings(((0, SYN),))
    found.snapshot.packets.stream[0] = -1
    again = Findings(found.snapshot, Found(np.array([0]), np.array([SYN], np.uint8)))
    assert (again.counts[SYN].packets, again.counts[SYN].connections) == (1, 0)


def test_a_severity_is_a_word_and_a_sign() -> None:
    severities = {shown for line in range(5) for shown in [table().cells(line)[1][0]]}
    assert severities == {"✗ error", "· chat"}


def test_each_finding_is_said_by_somebody() -> None:
    shown = table()
    assert [shown.cells(line)[2][0] for line in range(5)] == [
        "both",
        "tcpscope",
        "Wireshark",
        "Wireshark",
        "Wireshark",
    ]


def test_a_finding_unfolds_to_its_packets_and_these_lead_to_a_row() -> None:
    shown = table()
    shown.unfold(1)
    assert [shown.spot(line).row for line in range(1, 5)] == [None, 2, 8, None]
    assert texts(shown)[2:4] == [
        f"      #{row}  0.5  connection {(row - 1) % 3}  10.0.0.1 → 10.0.0.2  info {row}" for row in (3, 9)
    ]
    assert len(shown.cells(2)) == 1


@pytest.mark.parametrize("line", [1, 2, 3])
def test_folding_goes_up_from_wherever_the_cursor_is(line: int) -> None:
    shown = table()
    shown.unfold(1)
    assert shown.fold(line) == 1
    assert len(shown) == 5
    assert shown.fold(1) == 0
    assert headings(shown) == [Group.OPENING, Group.CLOSING, FIN]


def test_all_can_be_unfolded_and_folded_again() -> None:
    shown = table()
    shown.fold_all(False)
    assert len(shown) == 5 + len(FEW)
    shown.fold_all(True)
    assert len(shown) == 5


def test_a_spot_is_found_again_however_it_is_sorted_and_folded() -> None:
    shown = table()
    shown.fold_all(False)
    for line in range(len(shown)):
        assert shown.line_of(shown.spot(line)) == line
    packet = Spot(Group.OPENING, REFUSED, 8)
    shown.fold_all(True)
    assert shown.spot(shown.line_of(packet)) == packet._replace(row=None)
    shown.fold(0)
    assert shown.line_of(packet) == 0


def test_a_later_table_takes_the_folding_over() -> None:
    shown, later = table(), table(findings((*FEW, (9, REFUSED))))
    shown.unfold(1)
    later.take_folding(shown)
    assert [later.spot(line).row for line in range(1, 6)] == [None, 2, 8, 9, None]


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_groups_and_the_findings_in_them_are_sorted_by_each_column(column: int, falling: bool) -> None:
    every = findings(
        tuple((index % 10, code) for code in range(len(FINDINGS)) for index in range(code % 7 + 1))
    )
    shown = table(every, Sorting(column, falling))
    members = ("text", "severity", "voice", "packets", "connections")
    names = headings(shown)
    groups = [name for name in names if isinstance(name, Group)]
    runs: list[list[Group | int]] = [list[Group | int](groups)]
    for group in groups:
        first = names.index(group) + 1
        runs.append(names[first : first + len(every.codes[group])])
    assert len(names) == len(groups) + len(FINDINGS)
    for run in runs:
        keys = [getattr(every.counts[name], members[column]) for name in run]
        assert keys == sorted(keys, reverse=falling)


def test_a_million_findings_are_counted_at_once_and_told_when_they_are_seen() -> None:
    found = Found(np.arange(MILLION), np.full(MILLION, SYN, np.uint8))
    listing = FakeListing()
    shown = table(make(found, MILLION, 1000), listing=listing)
    shown.fold_all(False)
    assert len(shown) == MILLION + 2
    assert shown.spot(700_000).row == 699_998
    assert shown.line_of(Spot(Group.OPENING, SYN, 699_998)) == 700_000
    assert shown.cells(700_000)
    assert listing.asked == [699_998]


def test_the_note_says_what_the_finding_under_the_cursor_means() -> None:
    shown = table()
    shown.unfold(1)
    assert FINDINGS[REFUSED].meaning in shown.note(1)
    assert shown.note(2) == shown.note(1)
    assert shown.note(0) == ""


def test_nothing_found_is_an_empty_table() -> None:
    shown = table(findings(()))
    assert len(shown) == 0
    shown.fold_all(False)
    assert shown.line_of(Spot(Group.OPENING)) == 0


def test_other_programs_get_a_line_for_each_line() -> None:
    heading, *lines = table().records()
    assert heading.split("\t") == [column.id for column in COLUMNS]
    assert lines[1].split("\t")[1:] == ["✗ error", "tcpscope", "2", "1"]


def test_every_severity_has_its_sign() -> None:
    every = findings(tuple((0, code) for code in range(len(FINDINGS))))
    shown = table(every)
    signs = {shown.cells(line)[1][0] for line in range(len(shown))}
    assert len(signs) == len(Severity)
