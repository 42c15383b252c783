"""The table of connections says what the stories say, and is sorted as its words and numbers are."""

from __future__ import annotations

import ipaddress
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from tui.index.schema import PACKET_COLUMNS
from tui.index.table import Packets
from tui.report.connections import CHOSEN, COLUMNS, Connections, ConnectionTable
from tui.report.listing import TimeForm
from tui.report.tables import NOTHING, Sorting, order_by
from tui.session import Session
from tui.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLACES = {column.id: place for place, column in enumerate(COLUMNS, 1)}
WORDS = ("opening", "closing", "client_state", "server_state", "closed_by", "reason", "conn_state")


@pytest.fixture(scope="module")
def session(captures: Path) -> Iterator[Session]:
    """All scenarios in one."""
    session = Session(sorted(map(str, captures.glob("*.pcap"))))
    session.wait()
    yield session
    session.close()


@pytest.fixture(scope="module")
def facts(session: Session) -> Connections:
    snapshot = session.snapshot()
    survey = session.survey(snapshot)
    return Connections(snapshot, survey.outlines, survey.words)


def sorted_by(facts: Connections, column: str, falling: bool = False) -> ConnectionTable:
    return ConnectionTable(facts, Sorting(PLACES[column], falling))


def texts(table: ConnectionTable, column: str) -> list[str]:
    """The cells of a column, from top to bottom."""
    return [table.cells(line)[PLACES[column]][0] for line in range(len(table))]


def streams(table: ConnectionTable) -> list[int]:
    return [table.stream_at(line) for line in range(len(table))]


def test_there_is_a_line_for_each_connection(facts: Connections) -> None:
    assert len(facts) > 25
    assert streams(sorted_by(facts, "stream")) == list(range(len(facts)))


def test_the_cells_say_what_the_stories_say(session: Session, facts: Connections) -> None:
    table, snapshot = sorted_by(facts, "stream"), session.snapshot()
    told = 0
    for stream in range(len(facts)):
        story = session.story(snapshot, int(snapshot.connections["first"][stream]))
        if story is None:
            continue
        told += 1
        left, right = (1, 0) if story.client == 1 else (0, 1)
        states = [state.name if state else NOTHING for state in story.states_after(story.last_row)]
        doubt = "?" if story.client_assumed or story.client is None else ""
        cells = dict(zip(PLACES, [text for text, _ in table.cells(stream)[1:]], strict=True))
        assert (cells["client"], cells["server"]) == (
            story.addresses[left] + doubt,
            story.addresses[right] + doubt,
        )
        assert (cells["opening"], cells["closing"]) == (story.opening.value, story.closing.value)
        assert [cells["client_state"], cells["server_state"]] == [states[left], states[right]]
        assert [cells["client_bytes"], cells["server_bytes"]] == [
            f"{story.traffic[end].size:,}" for end in (left, right)
        ]
        first = {None: NOTHING, left: "client", right: "server"}
        assert cells["closed_by"] == first[story.closed_first]
    assert told > 25


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("column", [column.id for column in COLUMNS])
def test_each_column_sorts_and_what_it_does_not_tell_apart_stays_in_order(
    facts: Connections, column: str, falling: bool
) -> None:
    order = streams(sorted_by(facts, column, falling))
    keys = COLUMNS[PLACES[column] - 1].keys(facts)
    pairs = [(keys[stream], stream) for stream in order]
    assert sorted(order) == list(range(len(facts)))
    for (key, stream), (later_key, later_stream) in pairwise(pairs):
        assert key == later_key or (key > later_key) == falling
        assert key != later_key or stream < later_stream


@pytest.mark.parametrize("column", WORDS)
def test_words_are_sorted_as_they_are_read_and_nothing_comes_last(facts: Connections, column: str) -> None:
    words = texts(sorted_by(facts, column), column)
    assert len(set(words)) > 1
    assert words == sorted(words, key=lambda word: (word == NOTHING, word))


@pytest.mark.parametrize("column", ["client_packets", "server_packets", "client_bytes", "server_bytes"])
def test_counts_are_sorted_as_numbers(facts: Connections, column: str) -> None:
    counts = [int(text.replace(",", "")) for text in texts(sorted_by(facts, column, True), column)]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 2


@pytest.mark.parametrize("column", ["client", "server"])
def test_ends_are_sorted_by_address_and_port_as_numbers(facts: Connections, column: str) -> None:
    ends = [text.rstrip("?").rpartition(":") for text in texts(sorted_by(facts, column), column)]
    keys = []
    for host, _, port in ends:
        address = ipaddress.ip_address(host.strip("[]"))
        keys.append((address.version, int(address), int(port)))
    assert {version for version, *_ in keys} == {4, 6}
    assert keys == sorted(keys)


def test_a_start_is_told_in_the_form_of_time_chosen(facts: Connections) -> None:
    relative = texts(sorted_by(facts, "start"), "start")
    assert relative[0] == "0.000000"
    assert texts(sorted_by(facts.in_form(TimeForm.DELTA), "start"), "start") == relative
    assert texts(sorted_by(facts.in_form(TimeForm.UTC), "start"), "start")[0].endswith("Z")


def test_chosen_connections_are_marked_and_can_be_sorted_to_the_top(facts: Connections) -> None:
    table = ConnectionTable(facts, Sorting(0), frozenset({5, 7}))
    assert streams(table)[:3] == [5, 7, 0]
    assert [table.cells(line)[0][0] for line in range(3)] == [CHOSEN, CHOSEN, ""]


def test_a_connection_is_found_again_in_any_order(facts: Connections) -> None:
    table = sorted_by(facts, "duration", True)
    for stream in (0, 3, len(facts) - 1):
        assert table.stream_at(table.line_of(stream)) == stream
    assert table.line_of(len(facts)) == 0


def test_other_programs_get_numbers_as_digits_parted_by_tabs(facts: Connections) -> None:
    heading, *lines = sorted_by(facts, "stream").records()
    assert heading.split("\t") == list(PLACES)
    assert [line.split("\t")[0] for line in lines] == [str(stream) for stream in range(len(facts))]
    assert all(line.split("\t")[PLACES["client_bytes"] - 1].isdigit() for line in lines)
    assert not any(NOTHING in line for line in lines)


def test_a_connection_that_only_icmp_tells_of_has_no_story(facts: Connections) -> None:
    outlines = facts.outlines.copy()
    outlines["segmentless"][4] = True
    bare = facts.in_form(TimeForm.RELATIVE)
    bare.outlines = outlines
    table = sorted_by(bare, "opening")
    assert table.stream_at(len(table) - 1) == 4
    cells = dict(zip(PLACES, [text for text, _ in table.cells(len(table) - 1)[1:]], strict=True))
    assert {cells[column] for column in WORDS if column not in ("closed_by", "conn_state")} == {NOTHING}


@pytest.mark.parametrize("falling", [False, True])
def test_sorting_is_stable_in_both_directions(falling: bool) -> None:
    order = order_by(np.array([2, 1, 2, 1, 2]), falling)
    assert order.tolist() == ([0, 2, 4, 1, 3] if falling else [1, 3, 0, 2, 4])


def test_of_a_ring_only_connections_with_packets_have_lines_and_those_cut_say_so(session: Session) -> None:
    whole = session.snapshot()
    stream = int(whole.packets.stream[len(whole.packets) // 2])
    gone = int(whole.packets.rows_of(stream)[1])
    columns = {each.name: getattr(whole.packets, each.name) for each in PACKET_COLUMNS if each.kept}
    packets = Packets(columns, len(whole.packets), whole.packets.quoting, gone)
    snapshot = replace(whole, packets=packets)
    survey = Survey(1, packets, whole.connections)
    facts = Connections(snapshot, survey.outlines, survey.words, streams=survey.streams)
    table = sorted_by(facts, "stream")
    kept = sorted(set(whole.packets.stream[gone:].tolist()) - {-1})
    assert streams(table) == kept
    assert texts(table, "stream") == list(map(str, kept))
    cut = [each for each in kept if whole.connections["first"][each] < gone]
    starts = dict(zip(kept, texts(table, "start"), strict=True))
    assert stream in cut
    assert [each for each, start in starts.items() if start.startswith("<")] == cut
    assert table.row_at(table.line_of(stream)) == gone
    assert table.line_of(0) == 0
