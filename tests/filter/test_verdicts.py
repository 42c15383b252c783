"""tcpscope.* and zeek.*: what is known of a connection, as fields of its packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conversation import read
from frames import pcap

from tui.filter import verdicts
from tui.filter.chunk import Means, View
from tui.filter.fields import find
from tui.session import Session
from tui.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.fields import Values

NAMES = [name for name, _, _ in verdicts.FIELDS]
TWO_WAYS = """
end a 192.0.2.1:40000 isn 1000
end b 192.0.2.2:80 isn 5000
end c 192.0.2.1:80 isn 7000
end d 192.0.2.2:9999 isn 9000
b > a [S.] seq 0 ack 1
a > b [.] seq 1 ack 1
c > d [P.] seq 1:5 ack 1 data "data"
b > a [R] seq 1
"""


def unread(row: int) -> bytes:
    raise AssertionError("a verdict reads no packet")


def view_of(session: Session) -> View:
    snapshot = session.wait()
    return View(snapshot, Means(unread, unread, unread, unread, lambda: session.survey(snapshot)))  # type: ignore[arg-type]


@pytest.fixture
def view(captures: Path) -> Iterator[View]:
    session = Session([str(captures / f"{name}.pcap") for name in ("three-way-close", "unreachable")])
    yield view_of(session)
    session.close()


def values(view: View, name: str, start: int = 0, stop: int | None = None) -> Values:
    field = find(name)
    assert field.values is not None
    return field.values(view.chunk(start, len(view.capture.packets) if stop is None else stop))


def texts(view: View, name: str) -> list[str]:
    return [",".join(map(str, each)) for each in values(view, name)]


def test_the_states_are_those_after_each_packet(view: View) -> None:
    client, server = texts(view, "tcpscope.client.state"), texts(view, "tcpscope.server.state")
    assert client[:3] == ["SYN_SENT", "ESTABLISHED", "ESTABLISHED"]
    assert client[6:10] == ["CLOSE_WAIT", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]
    assert server[:3] == ["SYN_RCVD", "SYN_RCVD", "ESTABLISHED"]
    assert server[8:10] == ["TIME_WAIT", "TIME_WAIT"]


def test_what_became_of_a_connection_stands_at_all_its_packets(view: View) -> None:
    assert texts(view, "tcpscope.opening")[:10] == ["three-way"] * 10
    assert texts(view, "tcpscope.closing")[:10] == ["three-way"] * 10
    assert texts(view, "tcpscope.closed_by")[:10] == ["server"] * 10
    assert texts(view, "tcpscope.reason")[:10] == [""] * 10
    assert texts(view, "zeek.conn_state")[:10] == ["SF"] * 10
    assert texts(view, "zeek.history")[:10] == ["ShADadfF"] * 10


def test_a_packet_is_of_a_stage_and_an_icmp_error_of_none(view: View) -> None:
    stages = ["opening"] * 3 + ["data"] * 3 + ["closing"] * 4
    assert texts(view, "tcpscope.stage") == [*stages, "opening", "", "opening", ""]


def test_the_findings_of_a_packet_are_all_there(view: View) -> None:
    found = values(view, "tcpscope.finding")
    assert found[:3] == [("syn",), ("syn-ack",), ()]
    assert found[11] == ("unreachable",)
    assert found[12] == ("syn", "retransmission", "syn-resent")


def test_what_belongs_to_no_connection_has_none_of_them(view: View) -> None:
    last = len(view.capture.packets) - 1
    assert view.capture.packets.stream[last] == -1
    assert [values(view, name, last) for name in NAMES] == [[()]] * len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_chunks_give_what_the_whole_gives(view: View, name: str) -> None:
    whole = values(view, name)
    halves = [*values(view, name, 0, 5), *values(view, name, 5, len(whole))]
    assert halves == whole


def test_the_client_may_be_the_end_that_was_seen_second(tmp_path: Path) -> None:
    capture = tmp_path / "script.pcap"
    capture.write_bytes(pcap(read(TWO_WAYS, "two ways").packets))
    session = Session([str(capture)])
    view = view_of(session)
    assert texts(view, "tcpscope.client.state") == ["ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "CLOSED"]
    assert texts(view, "tcpscope.server.state")[0] == "SYN_RCVD"
    assert texts(view, "tcpscope.closed_by") == ["server", "server", "", "server"]
    session.close()


def test_a_capture_without_connections_has_no_values(captures: Path, tmp_path: Path) -> None:
    capture = tmp_path / "empty.pcap"
    capture.write_bytes((captures / "three-way-close.pcap").read_bytes()[:24])
    session = Session([str(capture)])
    assert [values(view_of(session), name) for name in NAMES] == [[]] * len(NAMES)
    session.close()


def test_a_view_of_a_capture_alone_makes_its_own_survey(view: View) -> None:
    alone = View(view.capture, Means(unread, unread, unread, unread))  # type: ignore[arg-type]
    assert isinstance(alone.survey, Survey)
    assert values(alone, "tcpscope.stage") == values(view, "tcpscope.stage")


def test_no_survey_is_made_for_other_fields(captures: Path) -> None:
    session = Session([str(captures / "three-way-close.pcap")])

    def survey() -> Survey:
        raise AssertionError("nobody asked for it")

    column = find("tcp.seq").column
    assert column is not None
    column(View(session.wait(), Means(unread, unread, unread, unread, survey)).chunk(0, 3))  # type: ignore[arg-type]
    session.close()
