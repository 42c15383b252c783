"""Fields that come from the index: the repository's own captures, whose numbers are known."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from tui.cli import main
from tui.filter.chunk import Means, View
from tui.filter.fields import find
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def view(captures: Path) -> Iterator[View]:
    session = Session([str(captures / "three-way-close.pcap")])

    def unread(row: int) -> bytes:
        raise AssertionError("a field of the columns reads no packet")

    yield View(session.wait(), Means(unread, unread, unread, unread))  # type: ignore[arg-type]
    session.close()


def values(view: View, name: str) -> list[int | None]:
    """The field's value for each packet; None where it has none."""
    chunk = view.chunk(0, len(view.capture.packets))
    column = find(name).column
    assert column is not None
    found = column(chunk)
    there = [True] * len(chunk) if found.present is None else found.present.tolist()
    return [value if present else None for value, present in zip(found.values.tolist(), there, strict=True)]


def test_relative_numbers_begin_at_zero_and_the_handshake_counts_one(view: View) -> None:
    assert values(view, "tcp.seq")[:3] == [0, 0, 1]
    assert values(view, "tcp.ack")[:3] == [0, 1, 1]


def test_the_next_number_counts_the_data_and_the_fin(view: View) -> None:
    for seq, length, flags, following in zip(
        *(values(view, name) for name in ("tcp.seq", "tcp.len", "tcp.flags", "tcp.nxtseq")), strict=True
    ):
        assert seq is not None
        assert length is not None
        assert flags is not None
        assert following == seq + length + (1 if flags & 3 else 0)


def test_windows_are_scaled_but_for_the_syns(view: View) -> None:
    raw, scaled = values(view, "tcp.window_size_value"), values(view, "tcp.window_size")
    assert scaled[:2] == raw[:2]
    assert scaled[2:] == [128 * window for window in raw[2:] if window is not None]
    assert values(view, "tcp.window_size_scalefactor") == [None, None, *[128] * 8]


def test_times_within_the_connection_add_up(view: View) -> None:
    since, deltas = values(view, "tcp.time_relative"), values(view, "tcp.time_delta")
    assert since[0] == deltas[0] == 0
    assert since[-1] == sum(delta for delta in deltas if delta is not None)


def test_completeness_is_that_of_the_whole_connection_from_its_first_packet_on(view: View) -> None:
    assert values(view, "tcp.completeness") == [31] * 10


def test_chunks_give_what_the_whole_gives(view: View) -> None:
    for name in ("frame.number", "frame.time_delta", "frame.time_relative", "tcp.seq", "tcp.time_delta"):
        column = find(name).column
        assert column is not None
        parts = [column(view.chunk(start, min(start + 3, 10))).values.tolist() for start in range(0, 10, 3)]
        assert list(chain.from_iterable(parts)) == values(view, name)


def test_packets_without_tcp_have_no_tcp_fields(captures: Path, tmp_path: Path) -> None:
    # The first packet's IP protocol becomes 253 (RFC 3692: for experiments).
    data = bytearray((captures / "three-way-close.pcap").read_bytes())
    data[24 + 16 + 14 + 9] = 253
    other = tmp_path / "other.pcap"
    other.write_bytes(data)
    session = Session([str(other)])
    view = View(session.wait(), Means(session.frame, session.datagram, lambda row: (), lambda rows: []))
    for name in (
        "tcp.stream",
        "tcp.srcport",
        "tcp.seq",
        "tcp.flags",
        "tcp.flags.syn",
        "tcp.len",
        "tcp.time_delta",
    ):
        assert values(view, name)[0] is None
        assert values(view, name)[1] is not None
    session.close()


@pytest.mark.parametrize(("names", "numbers"), [(1, set()), (2, {"0", "1"})])
def test_interfaces_of_pcap_are_numbered_where_they_are_several(
    names: int, numbers: set[str], captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(captures / name) for name in ("http-get.pcap", "refused.pcap")[:names]]
    assert main([*files, "-T", "fields", "-e", "frame.interface_id"]) == 0
    assert set(capsys.readouterr().out.split()) == numbers
