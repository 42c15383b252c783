"""A search finds what is there, in the order in which packets are shown, and ends whatever it is asked."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewing import opened

from tui.decode.nodes import walk
from tui.errors import FilterError
from tui.filter.search.hunt import Hunt
from tui.filter.search.query import Query, What, Where, compile_query, parse_hex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import View

ALL = tuple(Where)


@pytest.fixture(scope="module")
def view(captures: Path) -> Iterator[View]:
    with opened(captures / "three-way-close.pcap") as found:
        yield found


def hunt(view: View, query: Query, start: int = 0, step: int = 1, order: list[int] | None = None) -> Hunt:
    rows = range(len(view.capture.packets)) if order is None else np.array(order, np.int64)
    found = Hunt(compile_query(query), rows, start, step)
    found.run(view)
    return found


def row(found: Hunt) -> int | None:
    return None if found.hit is None else found.hit.row


def having(view: View, query: Query) -> list[int]:
    """The packets that a search reaches one after the other."""
    found: list[int] = []
    start = 0
    while (hit := hunt(view, query, start).hit) is not None and hit.row not in found:
        found.append(hit.row)
        start = (hit.row + 1) % len(view.capture.packets)
    return sorted(found)


# what is found


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (Query("syn"), [0, 1]),
        (Query("syn", exact=True), []),
        (Query("SYN", exact=True), [0, 1]),
        (Query("172.16.196.142"), list(range(10))),
        (Query("tcp"), list(range(10))),
        (Query(r"\[FIN, ACK\]", What.REGEX), [6, 8]),
        (Query(r"^41334 → 60000 \[.*fin", What.REGEX), [8]),
        (Query("(?-i)syn", What.REGEX), []),
        (Query("maximum segment size", where=Where.TREE), [0, 1]),
        (Query(r"^Flags: 0x\d\d2 ", What.REGEX, Where.TREE), [0, 1]),
        (Query("a1 76:ea 60", What.HEX), [0, 2, 3, 7, 8]),
        (Query(r"\xa1\x76\xea\x60", What.REGEX, Where.BYTES), [0, 2, 3, 7, 8]),
        (Query("tcp.len > 0", What.FILTER), [3, 5]),
        (Query("NOWHERE"), []),
    ],
    ids=str,
)
def test_a_query_finds_the_packets_that_have_it(view: View, query: Query, rows: list[int]) -> None:
    assert having(view, query) == rows


@given(
    text=st.sampled_from(["seq", "ack", "[s", "60000", "172.", "len=0", "0.000", "win=", "→", "tsval", "66"]),
    exact=st.booleans(),
)
@settings(deadline=None, max_examples=20)
def test_the_list_has_what_its_cells_have(view: View, text: str, exact: bool) -> None:
    rows = [
        number
        for number in range(len(view.capture.packets))
        if any(text in (cell if exact else cell.lower()) for cell in view.means.cells([number])[0])
    ]
    assert having(view, Query(text, exact=exact)) == rows


def test_the_field_and_the_bytes_that_have_it_are_told(view: View) -> None:
    field = hunt(view, Query("window scale", where=Where.TREE)).hit
    assert field is not None
    assert field.field is not None
    assert "window scale" in list(walk(view.means.nodes(0)))[field.field].text.lower()
    span = hunt(view, Query("ea 60", What.HEX)).hit
    assert span is not None
    assert span.span is not None
    assert view.means.frame(span.row)[span.span.start : span.span.stop] == b"\xea\x60"


@given(data=st.binary(min_size=1, max_size=3).filter(bytes.strip))
@settings(deadline=None, max_examples=60)
def test_bytes_are_found_in_any_case_as_python_finds_them(view: View, data: bytes) -> None:
    text = data.decode("latin-1")
    wanted = text.encode().lower()
    rows = [number for number in range(10) if wanted in view.means.frame(number).lower()]
    if text.strip():
        assert having(view, Query(text, where=Where.BYTES)) == rows


# the way


def test_the_search_begins_at_its_start_and_goes_round_once(view: View) -> None:
    fins = Query("fin")
    assert row(hunt(view, fins, 7)) == 8
    found = hunt(view, fins, 9)
    assert (row(found), found.went_round) == (6, True)
    assert row(hunt(view, fins, 8)) == 8
    assert not hunt(view, fins, 8).went_round
    nothing = hunt(view, Query("nowhere"), 5)
    assert (row(nothing), nothing.done, nothing.total) == (None, 10, 10)


def test_backwards_it_goes_the_other_way(view: View) -> None:
    fins = Query("fin")
    assert row(hunt(view, fins, 8, -1)) == 8
    assert row(hunt(view, fins, 7, -1)) == 6
    found = hunt(view, fins, 5, -1)
    assert (row(found), found.went_round) == (8, True)


@pytest.mark.parametrize(
    "query", [Query("fin"), Query("ea 60", What.HEX), Query("tcp", What.FILTER)], ids=str
)
@given(
    order=st.permutations(range(10)),
    start=st.integers(0, 9),
    step=st.sampled_from([1, -1]),
    shown=st.integers(1, 10),
)
@settings(deadline=None, max_examples=30)
def test_it_goes_as_the_packets_are_shown(
    view: View, query: Query, order: list[int], start: int, step: int, shown: int
) -> None:
    order = order[:shown]
    start %= shown
    rows = having(view, query)
    walked = [order[(start + step * place) % shown] for place in range(shown)]
    expected = next((number for number in walked if number in rows), None)
    assert row(hunt(view, query, start, step, order)) == expected


def test_only_the_packets_that_are_shown_are_searched(view: View) -> None:
    assert row(hunt(view, Query("syn"), order=[3, 5, 8])) is None


# what makes no sense


@pytest.mark.parametrize(
    ("query", "message", "place"),
    [
        (Query("  "), "expected something to search for", (0, 0)),
        (Query("a(b", What.REGEX), "missing )", (1, 1)),
        (Query("ab*+?*", What.REGEX), "multiple repeat", (4, 1)),
        (Query(r"\R", What.REGEX), "not known here", (0, 2)),
        (Query("(" * 3000, What.REGEX), "", None),
        (Query("0d 0x", What.HEX), "'x' is no hex digit", (4, 1)),
        (Query("0d a", What.HEX), "two hex digits", (3, 1)),
        (Query("0 da", What.HEX), "two hex digits", (0, 1)),
        (Query(" : ", What.HEX), "expected bytes in hex", (0, 3)),
        (Query("tcpp", What.FILTER), "tcpp", (0, 4)),
    ],
    ids=lambda value: str(value)[:12],
)
def test_it_is_said_what_is_wrong_and_where(
    query: Query, message: str, place: tuple[int, int] | None
) -> None:
    with pytest.raises(FilterError) as refused:
        compile_query(query)
    assert message in refused.value.message
    assert place in (None, (refused.value.start, refused.value.length))


@given(
    text=st.text(max_size=12), what=st.sampled_from(What), where=st.sampled_from(Where), exact=st.booleans()
)
@settings(deadline=None, max_examples=150)
def test_any_text_is_a_query_or_a_filter_error(text: str, what: What, where: Where, exact: bool) -> None:
    try:
        compile_query(Query(text, what, where, exact))
    except FilterError as error:
        place = error.start, error.start + error.length
    else:
        place = 0, 0
    assert 0 <= place[0] <= place[1] <= len(text)


@pytest.mark.parametrize("text", ["0d0a", "0d 0a", "0d:0A", "0d-0a", " 0d.0a "])
def test_hex_digits_may_be_parted(text: str) -> None:
    assert parse_hex(text) == b"\r\n"


# expressions without end

ENDLESS = Query("(.+)+xyz", What.REGEX, Where.BYTES)


@pytest.mark.parametrize("query", [ENDLESS, Query('frame matches "(.+)+xyz"', What.FILTER)])
def test_an_expression_without_end_can_be_stopped(view: View, query: Query) -> None:
    needle = compile_query(query)
    found = Hunt(needle, range(10), 0, 1)
    thread = threading.Thread(target=found.run, args=(view,))
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    found.stop()
    thread.join(5)
    assert time.monotonic() - began < 2
    assert (row(found), found.failure) == (None, "")


def test_an_expression_without_end_ends_by_itself(view: View, short_patience: None) -> None:
    assert "the regular expression takes more than" in hunt(view, ENDLESS).failure


def test_after_it_was_stopped_the_same_search_can_go_on(view: View) -> None:
    needle = compile_query(Query(r"\[FIN", What.REGEX))
    stopped = Hunt(needle, range(10), 0, 1)
    stopped.stop()
    stopped.run(view)
    assert row(stopped) is None
    found = Hunt(needle, range(10), 0, 1)
    found.run(view)
    assert row(found) == 6
