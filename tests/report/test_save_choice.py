"""Which packets are saved, as they are chosen and numbered; and what a file's name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.capture.formats import Format
from tui.capture.save.compression import COMPRESSIONS, compression_of
from tui.errors import UsageError
from tui.report.save.choice import Choice, Which
from tui.report.save.name import format_of, named, stem_of
from tui.report.save.ranges import rows_in
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tui.session import Snapshot


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1", [0]),
        ("2-4", [1, 2, 3]),
        ("2-3, 9 ,1", [0, 1, 2, 8]),
        ("8-", [7, 8, 9]),
        ("-2", [0, 1]),
        ("9-999999999", [8, 9]),
    ],
)
def test_ranges_are_read(text: str, rows: list[int]) -> None:
    assert rows_in(text, 10).tolist() == rows


@pytest.mark.parametrize("text", ["", "x", "3-2", "0", "-", "1,,2", "11", "1" * 30, "²", "1--2"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        rows_in(text, 10)


@pytest.fixture
def snapshot(captures: Path) -> Snapshot:
    session = Session([str(captures / "three-way-close.pcap")])
    snapshot = session.wait()
    session.close()
    return snapshot


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        (Choice(Which.ALL), list(range(10))),
        (Choice(Which.ALL, leave_out=frozenset({0, 9, 77})), list(range(1, 9))),
        (Choice(Which.SHOWN), [3, 4]),
        (Choice(Which.MARKED), [1, 5]),
        (Choice(Which.NUMBERS, "2,3"), [1, 2]),
        (Choice(Which.CONNECTION, "0"), list(range(10))),
    ],
)
def test_what_is_chosen_is_saved(snapshot: Snapshot, choice: Choice, rows: list[int]) -> None:
    assert choice.rows(snapshot, {5, 1, 12}, lambda every: every[3:5]).tolist() == rows


@pytest.mark.parametrize(
    "choice",
    [
        Choice(Which.CONNECTION, "1"),
        Choice(Which.CONNECTION, ""),
        Choice(Which.CONNECTION, "9" * 40),
        Choice(Which.MARKED, leave_out=frozenset({1})),
        Choice(Which.NUMBERS, "x"),
    ],
)
def test_a_choice_of_nothing_is_refused(snapshot: Snapshot, choice: Choice) -> None:
    with pytest.raises(UsageError):
        choice.rows(snapshot, {1}, lambda every: every)


@pytest.mark.parametrize("name", ["a", "a.pcap", "a.cap.gz", "a.PCAPNG.zst", ".gz", "a.b.lz4", "/x/y.dmp"])
@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("kind", range(4))
def test_a_name_says_what_it_was_made_for(name: str, form: Format, kind: int) -> None:
    compression = (None, *COMPRESSIONS)[kind]
    made = named(name, form, compression)
    assert (format_of(made), compression_of(made)) == (form, compression)
    assert stem_of(made) == stem_of(name)
    assert named(made, form, compression) == made
