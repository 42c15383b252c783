"""What is proposed while a display filter is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewing import opened

from tui.filter.completion import MOST, What, complete, quoted
from tui.filter.language import compile_filter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import View


@pytest.fixture(scope="module")
def view(captures: Path) -> Iterator[View]:
    with opened(captures / "http-get.pcap") as found:
        yield found


def texts(text: str, view: View | None = None) -> list[str]:
    return [proposal.text for proposal in complete(text, len(text), view)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", "tcp"),
        ("tcp.srcp", "tcp.srcport"),
        ("not ip.sr", "ip.src"),
        ("tcp.port == 80 or (udp.po", "udp.port"),
        ("tcp.scrport", "tcp.srcport"),
        ("max(tcp.srcport, tcp.dst", "tcp.dstport"),
        ("tcp.port ", "=="),
        ("frame c", "contains"),
        ("tcp.port == 80 ", "and"),
        ("tcp and ip.addr == 10.0.0.1 o", "or"),
        ("uppe", "upper("),
    ],
)
def test_the_likeliest_stands_first(text: str, first: str) -> None:
    assert texts(text)[0] == first


def test_where_a_number_is_typed_no_field_is_proposed() -> None:
    assert texts("tcp.strange == 2") == []


def test_a_field_says_what_it_is() -> None:
    (proposal,) = complete("tcp.window_size_v", 17)
    assert (proposal.what, proposal.start, proposal.end) == (What.FIELD, 0, 17)
    assert proposal.help == "Window · Unsigned integer (2 bytes)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tcp.port == ", ["8080", "57290"]),
        ("tcp.port in {80, ", ["8080", "57290"]),
        ("ip.addr == 192.168.101.2", ["192.168.101.25"]),
        ("eth.src == 0a", ["0a:00:27:00:00:05"]),
        ("tcp.stream == ", ["0"]),
        ("http.host == ", ['"192.168.101.5:8080"']),
        ("tcp.flags.syn == ", ["0", "1"]),
    ],
)
def test_values_are_those_of_the_capture(text: str, wanted: list[str], view: View) -> None:
    found = texts(text, view)
    assert sorted(found[: len(wanted)]) == sorted(wanted)


def test_a_value_says_its_name_and_how_many_packets_have_it(view: View) -> None:
    first = complete("ip.proto == ", 12, view)[0]
    assert (first.text, first.help) == ("6", "TCP · 10 packets")


def test_operators_are_those_that_the_type_has() -> None:
    assert "contains" not in texts("tcp.port ")
    assert "contains" in texts("tcp.payload ")
    assert "==" not in texts("tcp.analysis.retransmission ")


def test_what_is_proposed_makes_a_filter(view: View) -> None:
    for text in ("tcp.port == ", "ip.src == ", "http.host == ", "eth.dst == ", "tcp.flags.ack == "):
        for proposal in complete(text, len(text), view):
            if proposal.what is What.VALUE:
                compile_filter(text[: proposal.start] + proposal.text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("tcp.or =={}[]#\"'\\19a,"), max_size=20), cursor=st.integers(-3, 25))
def test_any_text_has_proposals_that_lie_inside_it(text: str, cursor: int, view: View) -> None:
    found = complete(text, cursor, view)
    assert len(found) <= MOST
    assert all(0 <= each.start <= each.end <= len(text) for each in found)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=10))
def test_a_quoted_string_means_itself(text: str) -> None:
    assert compile_filter(f"http.host == {quoted(text)}").warnings == ()
