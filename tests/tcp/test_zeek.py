"""Zeek's words: every conn_state, every letter, and what Zeek itself says of its own captures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from conversation import parse
from examples import share
from frames import pcap
from hypothesis import given, settings
from hypothesis import strategies as st
from told import ENDS

from tui.index.grouping import group
from tui.index.schema import CONNECTION, PACKET, Mark
from tui.index.table import PacketTable
from tui.session import Session
from tui.tcp.zeek import CONN_STATES, LIKELY_SERVER_PORTS, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Said = tuple[str, str]  # conn_state, history
Segment = tuple[int, int, int, int, int, int]  # end, flags, seq, ack, payload bytes, window
LONGEST = 64
FIN, SYN, RST, ACK = 1, 2, 4, 16
HANDSHAKE: tuple[Segment, ...] = (
    (0, SYN, 0, 0, 0, 9),
    (1, SYN | ACK, 0, 1, 0, 9),
    (0, ACK, 1, 1, 0, 9),
)

OPEN = """
client > server [S] seq 0
server > client [S.] seq 0 ack 1
client > server [.] seq 1 ack 1
"""
ANSWER = """
client > server [P.] seq 1:4 ack 1 data "get"
server > client [.] seq 1 ack 4
server > client [P.] seq 1:4 ack 4 data "got"
client > server [.] seq 4 ack 4
"""
# conn_state, history, the conversation between `client`, port 40000, and `server`, port 80.
CONVERSATIONS: dict[str, tuple[str, str, str]] = {
    "nobody answers": ("S0", "S", "client > server [S] seq 0\n" * 3),
    "open": ("S1", "ShADad", OPEN + ANSWER),
    "the originator closes first": (
        "SF",
        "ShADadFf",
        OPEN
        + ANSWER
        + """
client > server [F.] seq 4 ack 4
server > client [F.] seq 4 ack 5
client > server [.] seq 5 ack 5
""",
    ),
    "refused": ("REJ", "Sr", "client > server [S] seq 0\nserver > client [R.] seq 0 ack 1"),
    "both reset and no data was sent": (
        "REJ",
        "ShRr",
        """
client > server [S] seq 0
server > client [S.] seq 0 ack 1
client > server [R] seq 1
server > client [R] seq 1
""",
    ),
    "only the originator closes": (
        "S2",
        "ShAFa",
        OPEN + "client > server [F.] seq 1 ack 1\nserver > client [.] seq 1 ack 2",
    ),
    "only the responder closes": ("S3", "ShAf", OPEN + "server > client [F.] seq 1 ack 1"),
    "the originator resets": ("RSTO", "ShADadR", OPEN + ANSWER + "client > server [R] seq 4"),
    "the responder resets": ("RSTR", "ShAr", OPEN + "server > client [R] seq 1"),
    "a half-open scan": (
        "RSTO",
        "ShR",
        "client > server [S] seq 0\nserver > client [S.] seq 0 ack 1\nclient > server [R] seq 1",
    ),
    "the originator gives up its SYN": (
        "RSTOS0",
        "SR",
        "client > server [S] seq 0\nclient > server [R] seq 1",
    ),
    "a RST alone": ("OTH", "R", "client > server [R] seq 1"),
    "the responder's RST follows its SYN-ACK": (
        "RSTRH",
        "^hr",
        "server > client [S.] seq 0 ack 1\nserver > client [R] seq 1",
    ),
    "SYN, then FIN": ("SH", "SF", "client > server [S] seq 0\nclient > server [F] seq 1"),
    "SYN-ACK, then FIN": ("SHR", "^hf", "server > client [S.] seq 0 ack 1\nserver > client [F.] seq 1 ack 1"),
    "in mid-stream": (
        "OTH",
        "DdA",
        """
client > server [P.] seq 1:4 ack 1 data "get"
server > client [P.] seq 1:4 ack 4 data "got"
client > server [.] seq 4 ack 4
""",
    ),
    "in mid-stream, the server first": ("OTH", "^d", 'server > client [P.] seq 1:4 ack 4 data "got"'),
    "only the SYN is missing": (
        "SF",
        "^hADafF",
        """
server > client [S.] seq 0 ack 1
client > server [.] seq 1 ack 1
client > server [P.] seq 1:4 ack 1 data "get"
server > client [.] seq 1 ack 4
server > client [F.] seq 1 ack 4
client > server [F.] seq 4 ack 2
""",
    ),
    "the SYN is captured behind its answer": (
        "S1",
        "Hs^A",
        """
end one 192.0.2.1:40001 isn 1000
end other 192.0.2.2:40002 isn 5000
other > one [S.] seq 0 ack 1
one > other [S] seq 0
one > other [.] seq 1 ack 1
""",
    ),
    "the SYN is missing, and no port tells who is who": (
        "S1",
        "^hADa",
        """
end one 192.0.2.1:40001 isn 1000
end other 192.0.2.2:40002 isn 5000
other > one [S.] seq 0 ack 1
one > other [.] seq 1 ack 1
one > other [P.] seq 1:4 ack 1 data "get"
other > one [.] seq 1 ack 4
""",
    ),
    "both SYNs cross": (
        "S1",
        "SsA",
        "client > server [S] seq 0\nserver > client [S] seq 0\nclient > server [.] seq 1 ack 1",
    ),
    "both FINs cross": (
        "SF",
        "ShAFfa",
        OPEN
        + """
client > server [F.] seq 1 ack 1
server > client [F.] seq 1 ack 1
server > client [.] seq 2 ack 2
client > server [.] seq 2 ack 2
""",
    ),
    "a FIN with another number is said again": (
        "S2",
        "ShAFF",
        OPEN + "client > server [F.] seq 1 ack 1\n" * 2 + "client > server [F.] seq 9 ack 1",
    ),
    "a RST with another number is said again": (
        "RSTR",
        "ShArr",
        OPEN + "server > client [R] seq 1\n" * 2 + "server > client [R] seq 7",
    ),
    "FIN with RST": ("RSTO", "ShAI", OPEN + "client > server [FR.] seq 1 ack 1\n" * 2),
    "SYN with FIN": ("SH", "Q", "client > server [SF] seq 0"),
    "payload sent again": (
        "S1",
        "ShADTad",
        OPEN + 'client > server [P.] seq 1:4 ack 1 data "get"\n' + ANSWER,
    ),
    "a zero window": ("S1", "ShAaw", OPEN + "server > client [.] seq 1 ack 1 win 0"),
    "a zero window behind the other FIN says nothing": (
        "S2",
        "ShAFa",
        OPEN + "client > server [F.] seq 1 ack 1\nserver > client [.] seq 1 ack 2 win 0",
    ),
    "an ACK reveals what was not captured": (
        "S1",
        "ShAag",
        OPEN + "server > client [.] seq 9 ack 1\nclient > server [.] seq 1 ack 9",
    ),
    "what was captured out of order is no gap": (
        "S1",
        "ShADTa",
        OPEN
        + """
client > server [.] seq 4:7 ack 1 data "def"
client > server [.] seq 1:4 ack 1 data "abc"
server > client [.] seq 1 ack 7
""",
    ),
}

# What Zeek's own tests expect of captures in its testing/btest/Traces, from their Baseline: tcp only.
BASELINES: dict[str, list[Said]] = {
    "tcp/missing-syn.pcap": [("SF", "^hADdFaf")],  # core.tcp.missing-syn
    "tcp/miss_end_data.pcap": [("SF", "ShADafgF")],  # core.tcp.miss-end-data
    "tcp/syn-then-ack-then-rst.pcap": [("RSTOS0", "SaR")],  # conn_state-RST-behavior
    "tunnels/gre-sample.pcap": [("SF", "ShAdDaFf")],  # core.tunnels.gre
    "mixed-vlan-mpls.pcap": [("SH", "SADF"), ("SF", "ShADdFaf"), ("SF", "ShADadfF")],  # core.vlan-mpls
}


def said(path: Path) -> list[Said]:
    """The words for each connection of a capture."""
    session = Session([str(path)])
    try:
        snapshot = session.wait()
        grouping = group(snapshot.packets.stream, len(snapshot.connections))
        found = words(snapshot.packets, snapshot.connections, grouping)
    finally:
        session.close()
    histories = found.histories.tolist()
    return [
        (CONN_STATES[state], history.decode())
        for state, history in zip(found.states.tolist(), histories, strict=True)
    ]


def said_of(folder: Path, script: str) -> list[Said]:
    path = folder / "conversation.pcap"
    path.write_bytes(pcap(parse(ENDS + script, "test")))
    return said(path)


def said_of_segments(segments: Sequence[Segment], *, cut: bool = False) -> Said:
    """The words for one connection; `cut`: no payload was captured."""
    rows = np.zeros(len(segments), PACKET)
    rows["bits"] = 5 << 12
    columns = np.array(segments, np.int64).reshape(-1, 6).T
    rows["marks"] = np.where(columns[0], int(Mark.TCP | Mark.FROM_B), int(Mark.TCP))
    rows["bits"] |= columns[1].astype(np.uint16)
    for name, column in zip(("seq", "ack", "seglen", "window"), columns[2:], strict=True):
        rows[name] = column
    rows["caplen"] = 54 if cut else 54 + rows["seglen"]
    rows["tcp_at"] = 34
    table = PacketTable()
    table.append(rows)
    packets = table.view()
    connections: NDArray[np.void] = np.zeros(1, CONNECTION)
    connections["port"] = (40000, 80)
    found = words(packets, connections, group(packets.stream, 1))
    return CONN_STATES[int(found.states[0])], found.histories[0].decode()


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_has_zeek_s_words(name: str, tmp_path: Path) -> None:
    state, history, script = CONVERSATIONS[name]
    assert said_of(tmp_path, script) == [(state, history)]


def test_every_conn_state_has_a_conversation() -> None:
    assert {state for state, _, _ in CONVERSATIONS.values()} == set(CONN_STATES) - {""}


@pytest.mark.parametrize("name", BASELINES)
def test_the_words_are_those_of_zeek_s_own_tests(name: str, shared_captures: Path) -> None:
    path = shared_captures / "zeek+zeek/testing/btest/Traces" / name
    assert sorted(said(path)) == sorted(BASELINES[name])


def test_payload_that_was_not_captured_is_a_gap() -> None:
    segments = [*HANDSHAKE, (0, ACK, 1, 1, 5, 9), (1, ACK, 1, 6, 0, 9)]
    assert said_of_segments(segments) == ("S1", "ShADa")
    assert said_of_segments(segments, cut=True) == ("S1", "ShADaG")


def test_a_connection_that_only_icmp_errors_quote_has_no_words(tmp_path: Path) -> None:
    script = """
end router 192.0.2.9
client > server [S] seq 0
icmp router > client unreachable host quotes #1
"""
    path = tmp_path / "quoted.pcap"
    packets = parse(ENDS + script, "test")
    path.write_bytes(pcap(packets[1:]))
    assert said(path) == [("", "")]
    path.write_bytes(pcap(packets))
    assert said(path) == [("S0", "S")]


def test_what_may_happen_often_is_said_at_1_10_100() -> None:
    for count, letters in ((1, ""), (2, "T"), (10, "T"), (11, "TT"), (100, "TT"), (101, "TTT")):
        assert said_of_segments([*HANDSHAKE, *[(0, ACK, 1, 1, 5, 9)] * count]) == ("S1", "ShAD" + letters)


def test_a_history_is_cut_before_it_grows_for_ever() -> None:
    fins = [(0, FIN | ACK, number * 5, 1, 0, 9) for number in range(10_000)]
    assert said_of_segments(fins) == ("SH", "F" * LONGEST)


def test_of_more_pieces_behind_holes_than_are_kept_the_latest_count_as_not_captured() -> None:
    pieces = [(0, ACK, 1 + 10 * number, 1, 5, 9) for number in range(1, 1001)]
    segments = [*HANDSHAKE, (0, ACK, 1, 1, 1, 9), (1, ACK, 1, 2, 0, 9), *pieces, (1, ACK, 1, 10_000, 0, 9)]
    assert said_of_segments(segments) == ("S1", "ShADaGGG")


def test_who_is_the_responder_is_told_by_a_server_s_port() -> None:
    assert {21, 22, 25, 53, 80, 443, 8080} <= LIKELY_SERVER_PORTS
    assert said_of_segments([(1, ACK, 1, 1, 5, 9)]) == ("OTH", "^d")
    assert said_of_segments([(0, ACK, 1, 1, 5, 9)]) == ("OTH", "D")


NUMBERS = st.sampled_from((0, 1, 2, 5, 1000, 20_000, 2**20 + 5, 2**31, 2**32 - 5, 2**32 - 1)) | st.integers(
    0, 40
)
SEGMENTS = st.tuples(
    st.integers(0, 1),
    st.sampled_from((SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, FIN, RST, RST | ACK, 0)) | st.integers(0, 31),
    NUMBERS,
    NUMBERS,
    st.sampled_from((0, 0, 1, 5, 1460, 2**31)),
    st.sampled_from((0, 9)),
)


@settings(max_examples=share(200), deadline=None)
@given(st.lists(SEGMENTS, min_size=1, max_size=60))
def test_any_segments_have_words(segments: list[Segment]) -> None:
    state, history = said_of_segments(segments)
    assert state in CONN_STATES[1:]
    assert len(history) <= LONGEST
    assert not set(history.upper()) - set("SHADFRIQTWG^")


@settings(max_examples=share(200), deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 60), st.integers(1, 6)), max_size=120))
def test_gaps_are_the_runs_of_bytes_that_are_acknowledged_but_were_not_captured(
    steps: list[tuple[bool, int, int]],
) -> None:
    segments = [*HANDSHAKE]
    captured: set[int] = set()
    acked, gaps = 1, 0
    for is_data, place, length in steps:
        if is_data:
            segments.append((0, ACK, 1 + place, 1, length, 9))
            captured.update(range(1 + place, 1 + place + length))
        else:
            segments.append((1, ACK, 1, 1 + place, 0, 9))
            missing = [byte not in captured for byte in range(acked, 1 + place)]
            gaps += sum(gone and not before for gone, before in zip(missing, [False, *missing], strict=False))
            captured.update(range(acked, 1 + place))
            acked = max(acked, 1 + place)
    _, history = said_of_segments(segments)
    assert history.count("G") == len(str(gaps)) - (gaps == 0)
