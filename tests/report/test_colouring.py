"""The first colouring rule whose filter a packet passes is its rule; what takes long is found late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.errors import CaptureError
from tui.palettes import PALETTES
from tui.report.colouring import Colouring, meaning
from tui.report.colouring_rules import DEFAULT_RULES, NO_RULE, ColouringRule
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@pytest.fixture
def opened(captures: Path) -> Iterator[Session]:
    session = Session([str(captures / "http-get.pcap")])
    session.wait()
    yield session
    session.close()


def marks(
    session: Session, rules: Sequence[ColouringRule], rows: Sequence[int], *, late: bool = False
) -> str:
    found = Colouring(session, rules).look(session.snapshot(), rows, late=late)
    return "".join(found.rules[row].mark for row in rows)


def rule(text: str, mark: str, *, enabled: bool = True) -> ColouringRule:
    return ColouringRule(mark, text, mark, enabled=enabled)


def test_the_first_rule_that_is_on_and_makes_sense_wins(opened: Session) -> None:
    rules = (
        rule("tcp", "o", enabled=False),
        rule("no such filter", "n"),
        rule("", "b"),
        rule("tcp.flags.syn == 1", "s"),
        rule("frame.number <= 4", "f"),
        rule("tcp", "t"),
    )
    assert marks(opened, rules, range(6)) == "ssfftt"
    assert marks(opened, rules, [5, 0, 3]) == "tsf"


def test_what_passes_no_rule_has_none(opened: Session) -> None:
    found = Colouring(opened, (rule("udp", "u"),)).look(opened.snapshot(), [0, 1])
    assert found.rules == {0: NO_RULE, 1: NO_RULE}
    assert Colouring(opened, ()).look(opened.snapshot(), [3]).rules == {3: NO_RULE}


def test_our_rules_mark_what_opens_closes_and_is_said(opened: Session) -> None:
    assert marks(opened, DEFAULT_RULES, range(10)) == "SS H H FF "


def test_a_header_that_contradicts_itself_is_marked_whatever_else_it_says(
    captures: Path, tmp_path: Path
) -> None:
    data = bytearray((captures / "http-get.pcap").read_bytes())
    data[24 + 16 + 14] = 0x41  # an IPv4 header of 4 bytes
    path = tmp_path / "damaged.pcap"
    path.write_bytes(data)
    session = Session([str(path)])
    try:
        session.wait()
        assert marks(session, DEFAULT_RULES, [0, 1]) == "!S"
    finally:
        session.close()


def test_what_takes_long_is_asked_late_and_of_the_others_not_at_all(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (
        rule("tcp.flags.syn == 1", "s"),
        rule('tcpscope.client.state == "ESTABLISHED"', "e"),
        rule("frame.number == 5", "5"),
    )
    found = Colouring(opened, rules).look(opened.snapshot(), range(6))
    assert [found.rules[row].mark for row in range(6)] == ["s", "s", " ", " ", "5", " "]
    assert found.unsure == [2, 3, 4, 5]
    assert marks(opened, rules, range(6), late=True) == "sseeee"
    assert Colouring(opened, rules).changes
    assert not Colouring(opened, rules[:1]).changes


def test_more_rows_than_are_asked_at_once_are_all_found(big: Session) -> None:
    rows = range(len(big.snapshot().packets))
    found = Colouring(big, (rule("frame.number % 2 == 0", "e"),)).look(big.snapshot(), rows)
    assert [found.rules[row].mark for row in rows] == [" ", "e"] * (len(rows) // 2)


@pytest.fixture
def big(captures: Path, tmp_path: Path) -> Iterator[Session]:
    data = (captures / "http-get.pcap").read_bytes()
    path = tmp_path / "big.pcap"
    path.write_bytes(data[:24] + data[24:] * 60)
    session = Session([str(path)])
    session.wait()
    yield session
    session.close()


def test_packets_that_are_not_there_any_more_have_no_rule(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise CaptureError("gone")

    monkeypatch.setattr(type(opened.readers[0].recording), "read_into", gone)
    rules = (rule('frame contains "GET"', "g"),)
    assert Colouring(opened, rules).look(opened.snapshot(), [0]).rules == {0: NO_RULE}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tcp", "tcp"),
        ("http || nosuch || tcp", "http || (!frame) || tcp"),
        ("tcp && !nosuch", "tcp && !(!frame)"),
        ("nosuch.field == 1", None),
        ("tcp.port ==", None),
        ("tcp.port == nosuch", None),
        (" ", None),
    ],
)
def test_a_protocol_that_is_not_known_is_one_that_no_packet_has(text: str, means: str | None) -> None:
    found = meaning(text)
    assert (found and found.text) == means


@pytest.mark.parametrize("each", DEFAULT_RULES, ids=lambda each: each.name)
def test_our_rules_make_sense_and_never_tell_by_colour_alone(each: ColouringRule) -> None:
    found = meaning(each.filter)
    assert found is not None
    assert found.text == each.filter
    assert found.warnings == ()
    assert each.mark != " " or not (each.foreground or each.background)
    for colour in filter(None, (each.foreground, each.background)):
        assert all(hasattr(palette, colour) for palette in PALETTES.values())


def test_marks_of_our_rules_are_different() -> None:
    told = [each.mark for each in DEFAULT_RULES if each.mark != " "]
    assert len(told) == len(set(told))
