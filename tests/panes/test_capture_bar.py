"""What the capture bar says of a capture that goes on, or has ended."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tui.panes.capture_bar import Progress, pieces, size_text
from tui.panes.status_bar import fit

GOING_ON = Progress(
    packets=12_345,
    rate=1_203.4,
    dropped=(0, 0),
    size=69_123,
    filter="tcp port 443",
    without_own=True,
    following="following",
)


def said(progress: Progress, width: int = 300) -> str:
    return "   ".join(piece.text for piece in fit(pieces(progress), width))


def test_it_says_how_the_capture_goes_and_what_it_leaves_out() -> None:
    assert said(GOING_ON) == (
        "● live   12,345 packets   1,203/s   0 dropped   spool 69.1 kB   own SSH left out   tcp port 443   "
        "following"
    )


def test_what_was_dropped_is_told_apart_and_stands_out() -> None:
    assert "7 dropped by kernel   " in said(replace(GOING_ON, dropped=(7, 0)))
    assert "7 dropped by kernel, 2 by us" in said(replace(GOING_ON, dropped=(7, 2)))
    (lost,) = (piece for piece in pieces(replace(GOING_ON, dropped=(0, 1))) if "dropped" in piece.text)
    (none,) = (piece for piece in pieces(GOING_ON) if "dropped" in piece.text)
    assert lost.look != none.look


def test_on_a_narrow_terminal_drops_filter_and_own_connection_stay() -> None:
    assert said(GOING_ON, 78) == "● live   1,203/s   0 dropped   own SSH left out   tcp port 443   following"


def test_of_what_a_source_does_not_count_nothing_is_said() -> None:
    other = Progress(packets=5, size=1, temporary=False)
    assert said(other) == "● live   5 packets   1 B"


def test_the_end_is_said_and_has_no_rate() -> None:
    ended = replace(GOING_ON, going_on=False, ended="stopped")
    assert said(ended).startswith("■ stopped   12,345 packets   0 dropped")


def test_packets_that_left_the_ring_are_counted() -> None:
    assert "1,700 left the ring" in said(replace(GOING_ON, gone=1_700))


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (99_940, "99.9 kB"), (99_960, "100 kB"),
     (999_400, "999 kB"), (999_600, "1.0 MB"), (10**16, "10000 TB")],
)  # fmt: skip
def test_a_size_has_its_unit(size: int, text: str) -> None:
    assert size_text(size) == text
