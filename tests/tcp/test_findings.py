"""The table of findings: each row is found where it should be, and nothing is found where all is well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conversation import read
from examples import share
from frames import pcap
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MOVES, OPENED, Move, packets_of
from tshark import fields, needs_tshark

from tui.filter.fields import FIELDS
from tui.index.schema import ANALYSIS_TEXTS, Mark
from tui.session import Session
from tui.tcp.findings import CODES, FINDINGS, Finding, Severity, find, undisputed
from tui.tcp.flow import ACK, FIN, RST, SYN
from tui.tcp.outlines import CLOSINGS, EVENTS, NOTED, outline
from tui.tcp.rules import Happened
from tui.tcp.seq import add
from tui.tcp.states import Event
from tui.tcp.story import Closing

if TYPE_CHECKING:
    from tui.index.table import Packets
    from tui.tcp.outlines import Outlines

SCRIPTS = Path(__file__).parents[1] / "scripts"

# Which packets of a script have a finding: the one that shows it, and no other.
PLACES = [
    ("a-syn-answered-by-a-rst-is-refused", "refused", [2]),
    ("every-syn-may-be-refused-anew", "refused", [2]),
    ("a-port-unreachable-ends-a-syn", "unreachable", [2]),
    ("a-net-unreachable-is-found-by-an-eight-byte-quote", "unreachable", [2]),
    ("a-syn-that-gets-through-after-an-icmp-error-opens", "icmp-error", [2]),
    ("a-syn-without-an-answer-shows-nothing-of-the-other-end", "no-answer", [1]),
    ("a-syn-without-an-answer-shows-nothing-of-the-other-end", "syn-resent", [2, 3, 4]),
    ("a-syn-ack-that-is-never-acknowledged-leaves-the-connection-half-open", "half-open", [2]),
    ("a-syn-ack-that-is-never-acknowledged-leaves-the-connection-half-open", "syn-resent", [3, 4]),
    ("a-third-ack-with-a-wrong-number-opens-nothing", "wrong-number", [3]),
    ("after-a-wrong-third-ack-the-right-one-opens", "wrong-number", []),
    ("after-a-wrong-third-ack-the-right-one-opens", "wrong-ack", [3]),
    ("a-syn-ack-with-a-wrong-ack-opens-nothing", "wrong-ack-refused", [3]),
    ("figure-7-syns-that-cross-open-from-both-ends", "simultaneous-open", [2]),
    ("figure-7-syns-that-cross-open-from-both-ends", "syn-resent", []),
    ("a-split-handshake-answers-the-syn-with-a-bare-syn", "split-handshake", [2]),
    ("time-wait-gives-way-to-a-syn-with-a-greater-number", "time-wait-reuse", [7]),
    ("a-syn-with-an-old-number-does-not-end-time-wait", "time-wait-reuse", []),
    ("a-port-may-be-used-again-after-a-reset", "time-wait-reuse", []),
    ("a-syn-that-comes-again-when-open-brings-a-challenge-ack", "challenge-ack", [5]),
    ("a-syn-that-comes-again-when-open-brings-a-challenge-ack", "challenged-syn", [4]),
    ("a-blind-rst-in-the-window-brings-a-challenge-ack", "rst-in-window", [4]),
    ("a-blind-rst-in-the-window-brings-a-challenge-ack", "reset", []),
    ("a-blind-rst-outside-the-window-is-dropped", "rst-outside-window", [4]),
    ("a-rst-that-neither-end-heeds-is-somebody-elses", "rst-forged", [4]),
    ("a-rst-in-place-of-a-fin-closes-both-ends", "reset", [5]),
    ("a-rst-in-place-of-a-fin-closes-both-ends", "rst-after-fin", []),
    ("a-rst-may-answer-a-fin", "rst-after-fin", [6]),
    ("a-rst-behind-a-complete-close-changes-no-kind", "reset", []),
    ("one-side-only-closes", "one-side", [4]),
    ("a-fin-that-is-never-acknowledged-is-sent-again", "fin-unacknowledged", [6]),
    ("a-fin-that-is-never-acknowledged-is-sent-again", "fin-resent", [5, 6]),
    ("a-last-ack-may-be-missing", "fin-unacknowledged", [6]),
    ("a-last-ack-that-is-lost-brings-the-fin-again", "lost-ack", [7]),
    ("figure-13-fins-that-cross-close-from-both-ends", "simultaneous-close", [5]),
    ("after-a-half-close-data-still-flows", "half-close", [4]),
    ("crossing-fins-captured-twice-cross-once", "duplicate-frame", [6, 7]),
    ("crossing-fins-captured-twice-cross-once", "fin-resent", []),
    ("only-the-servers-direction-may-be-captured", "one-direction", [1]),
    ("a-capture-may-begin-with-data", "mid-stream", [1]),
    ("a-segment-that-was-acknowledged-is-sent-again", "spurious-retransmission", [6]),
    ("a-segment-that-was-acknowledged-is-sent-again", "retransmission", [6]),
]


def found_in(capture: Path) -> dict[str, list[int]]:
    """The packet numbers of each finding that a capture has, by the finding's name."""
    session = Session([str(capture)])
    try:
        found = session.survey(session.wait()).found
    finally:
        session.close()
    numbers: dict[str, list[int]] = {}
    for row, code in zip(found.rows.tolist(), found.codes.tolist(), strict=True):
        numbers.setdefault(FINDINGS[code].name, []).append(row + 1)
    return numbers


def found_in_script(name: str, folder: Path) -> dict[str, list[int]]:
    script = read((SCRIPTS / f"{name}.txt").read_text("utf-8"), name)
    capture = folder / "script.pcap"
    capture.write_bytes(pcap(script.packets))
    return found_in(capture)


@pytest.fixture(scope="module")
def met(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all findings that a script or one of the repository's captures has."""
    folder = tmp_path_factory.mktemp("scripts")
    names = {name for capture in captures.glob("*.pcap") for name in found_in(capture)}
    for script in SCRIPTS.glob("*.txt"):
        names |= found_in_script(script.stem, folder).keys()
    return names


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.name)
def test_every_finding_occurs_in_a_script_or_a_capture(finding: Finding, met: set[str]) -> None:
    assert finding.name in met


@pytest.mark.parametrize(("script", "name", "numbers"), PLACES)
def test_a_finding_stands_at_the_packet_that_shows_it(
    script: str, name: str, numbers: list[int], tmp_path: Path
) -> None:
    assert name in CODES
    assert found_in_script(script, tmp_path).get(name, []) == numbers


@pytest.mark.parametrize(
    ("capture", "disputed"),
    [
        ("duplicated-frames", {"retransmission", "duplicate-ack"}),
        ("simultaneous-open", {"retransmission"}),
        ("split-handshake", {"retransmission"}),
        ("no-answer", set()),
        ("fast-retransmit", set()),
    ],
)
def test_what_was_sent_once_is_no_retransmission_whatever_wireshark_says(
    captures: Path, capture: str, disputed: set[str]
) -> None:
    session = Session([str(captures / f"{capture}.pcap")])
    try:
        snapshot = session.wait()
        survey = session.survey(snapshot)
        left = undisputed(survey.found, snapshot.packets, survey.outlines)
    finally:
        session.close()
    names = [{FINDINGS[code].name for code in found.codes.tolist()} for found in (survey.found, left)]
    assert names[0] - names[1] == disputed


@pytest.mark.parametrize("capture", ["three-way-close", "four-way-close", "http-get"])
def test_of_a_clean_conversation_only_its_usual_course_is_said(captures: Path, capture: str) -> None:
    found = found_in(captures / f"{capture}.pcap")
    assert set(found) == {"syn", "syn-ack", "fin"}
    assert {FINDINGS[CODES[name]].severity for name in found} == {Severity.CHAT}


def test_what_wireshark_says_has_its_severity_and_its_text() -> None:
    for each in ANALYSIS_TEXTS:
        finding = FINDINGS[CODES[each.field.rpartition(".")[2].replace("_", "-")]]
        assert finding.wireshark
        assert finding.severity.name.title() == each.severity
        assert FIELDS[each.field].label.startswith(finding.text)


@needs_tshark
@pytest.mark.parametrize("capture", ["duplicated-frames", "refused", "rst-after-fin", "simultaneous-open"])
def test_connections_are_requested_finished_and_reset_where_tshark_says_so(
    captures: Path, capture: str
) -> None:
    names = {"syn": "syn", "syn-ack": "synack", "fin": "fin", "rst": "rst"}
    found = found_in(captures / f"{capture}.pcap")
    said = fields(captures / f"{capture}.pcap", *(f"tcp.connection.{name}" for name in names.values()))
    for name, theirs in names.items():
        numbers = [row + 1 for row, each in enumerate(said) if each[f"tcp.connection.{theirs}"]]
        assert found.get(name, []) == numbers


def test_names_are_unique_and_words_are_sentences() -> None:
    assert len(CODES) == len(FINDINGS) <= 256
    for finding in FINDINGS:
        assert finding.name.replace("-", "").isalpha()
        assert not finding.text.endswith(".")
        assert finding.meaning.endswith(".")


def test_a_rule_asks_for_no_event_that_is_not_noted() -> None:
    asked = [finding.rule.events for finding in FINDINGS if isinstance(finding.rule, Happened)]
    assert asked
    assert all(events <= NOTED for events in asked)


def test_what_was_found_is_in_the_order_of_the_capture_and_can_be_asked_for_by_packet(
    captures: Path,
) -> None:
    session = Session([str(captures / "wrong-ack-in-syn-ack.pcap")])
    try:
        found = session.survey(session.wait()).found
    finally:
        session.close()
    assert (found.rows[1:] >= found.rows[:-1]).all()
    assert {each.name for each in found.at(1)} >= {"syn-ack", "wrong-ack", "wrong-number", "ack-lost-segment"}
    assert sum(len(found.between(row, row + 1)) for row in range(6)) == len(found)


@settings(max_examples=share(150), deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=40))
def test_whole_columns_find_what_a_look_at_each_packet_finds(moves: list[Move]) -> None:
    packets, connections = packets_of([*OPENED, *moves])
    outlines = outline(packets, connections)
    found = find(packets, connections, outlines)
    pairs = list(zip(found.rows.tolist(), found.codes.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    rows = {name: [row for row, code in pairs if code == CODES[name]] for name in CODES}
    segments = [row for row in range(len(packets)) if is_segment(packets, row)]
    assert rows["syn"] == [row for row in segments if flags(packets, row) & (SYN | ACK) == SYN]
    assert rows["syn-resent"] == repeated(packets, outlines, segments, SYN)
    assert rows["fin-resent"] == repeated(packets, outlines, segments, FIN)
    for name, kind in (("one-side", Closing.ONE_SIDE), ("half-close", Closing.HALF_CLOSE)):
        closed = outlines.rows["closing"] == CLOSINGS.index(kind)
        fins = [row for row in segments if flags(packets, row) & (FIN | RST) == FIN]
        streams = packets.stream[fins].tolist()
        first = [row for place, row in enumerate(fins) if streams[place] not in streams[:place]]
        assert rows[name] == [row for row in first if closed[packets.stream[row]]]
    for row in rows["challenge-ack"]:
        fresh = [each for each in segments if each not in outlines.copies]
        own = [each for each in fresh if packets.stream[each] == packets.stream[row]]
        notes = outlines.notes[outlines.notes["row"] == own[own.index(row) - 1]]
        assert {EVENTS[event] for event in notes["event"]} & {Event.RST_IN_WINDOW, Event.SYN}


def is_segment(packets: Packets, row: int) -> bool:
    return packets.stream[row] >= 0 and not packets.marks[row] & Mark.QUOTED


def flags(packets: Packets, row: int) -> int:
    return int(packets.bits[row]) & 0xFFF


def repeated(packets: Packets, outlines: Outlines, segments: list[int], flag: int) -> list[int]:
    """The segments with `flag` that have the number of the first such one of their end."""
    first: dict[tuple[int, int, bool], int] = {}
    again = []
    for row in segments:
        bits = flags(packets, row)
        if bits & (flag | RST) != flag or row in outlines.copies:
            continue
        number = add(int(packets.seq[row]), int(packets.seglen[row]) if flag == FIN else 0)
        key = (
            int(packets.stream[row]),
            int(packets.marks[row]) & Mark.FROM_B,
            bits & (SYN | ACK) == SYN | ACK,
        )
        if first.get(key) == number:
            again.append(row)
        first.setdefault(key, number)
    return again
