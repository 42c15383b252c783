"""What the statistics count of captures made for it: floods, tunnels, fragments, what is displayed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace
from wire import ACK, RST, SYN, A, B, ethernet, ip4, ip6, pcap, record, tcp, udp
from wire import header as file_header

from tui.errors import UsageError
from tui.filter.language import compile_filter
from tui.index.table import Packets
from tui.report.filtered import view_of
from tui.report.statistics.counted import Counted, Stopped
from tui.report.statistics.layers import Kind
from tui.report.statistics.part import Part, Statistics, columns_of, first_sorting
from tui.report.statistics.printed import parse_wanted, statistics
from tui.report.statistics.syns import FLOOD_PEAK, HALF_OPEN_SECONDS, PARTS
from tui.report.tables import Sorting
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tui.report.statistics.facts import FactTable

SECOND = 10**9
SERVER = "192.0.2.80"


class Made:
    """A capture of these frames, one each `step` ns, and what is told of it."""

    def __init__(self, path: Path, frames: Sequence[bytes], step: int = 1_000_000) -> None:
        path.write_bytes(pcap(frames, step=step))
        self.session = Session([str(path)])
        self.snapshot = self.session.wait()
        self.statistics = Statistics(self.session)

    def passing(self, text: str) -> np.ndarray:
        return np.flatnonzero(compile_filter(text).run(view_of(self.session, self.snapshot)))

    def table(self, part: Part, kind: Kind = Kind.TCP, shown: str = "") -> FactTable:
        rows = self.passing(shown) if shown else None
        return self.statistics.table(part, kind, self.snapshot, rows, first_sorting(part, kind))

    def objects(self, part: Part, kind: Kind = Kind.TCP, shown: str = "") -> list[dict[str, object]]:
        return list(self.table(part, kind, shown).objects())


@pytest.fixture
def made(tmp_path: Path) -> Iterator[list[Made]]:
    """Where captures are noted, so that they are closed."""
    captures: list[Made] = []
    yield captures
    for each in captures:
        each.session.close()


def make(made: list[Made], tmp_path: Path, frames: Sequence[bytes], step: int = 1_000_000) -> Made:
    made.append(Made(tmp_path / f"{len(made)}.pcap", frames, step))
    return made[-1]


def syn(number: int, flags: int = SYN, seq: int = 1000, ack: int = 0) -> bytes:
    """A segment from one of 65,536 addresses to the server."""
    source = f"10.9.{number >> 8}.{number & 255}"
    return ethernet(ip4(tcp(40000, 80, seq, ack, flags), src=source, dst=SERVER))


def syn_ack(number: int) -> bytes:
    target = f"10.9.{number >> 8}.{number & 255}"
    return ethernet(ip4(tcp(80, 40000, 5000, 1001, SYN | ACK), src=SERVER, dst=target))


def completed(number: int) -> list[bytes]:
    return [syn(number), syn_ack(number), syn(number, ACK, 1001, 5001)]


def test_a_syn_flood_is_seen(made: list[Made], tmp_path: Path) -> None:
    frames = [syn(number) for number in range(300)]
    table = make(made, tmp_path, frames).table(Part.SYNS)
    (server,) = table.objects()
    assert (server["address"], server["port"]) == (SERVER, 80)
    assert (server["syns"], server["connections"], server["completed"], server["sources"]) == (
        300,
        300,
        0,
        300,
    )
    assert (server["half_open"], server["half_open_peak"], server["syns_peak"]) == (300, 300, 300)
    assert server["flood"] is True
    assert table.note(0).startswith("This looks like a SYN flood: 300 connections asked for by 300 addresses")


def test_many_connections_that_are_completed_are_no_flood(made: list[Made], tmp_path: Path) -> None:
    frames = [frame for number in range(300) for frame in completed(number)]
    (server,) = make(made, tmp_path, frames).objects(Part.SYNS)
    assert (server["syns"], server["syn_acks"], server["completed"]) == (300, 300, 300)
    assert (server["half_open"], server["half_open_peak"], server["flood"]) == (0, 1, False)


@pytest.mark.parametrize(("unanswered", "flood"), [(FLOOD_PEAK - 1, False), (FLOOD_PEAK, True)])
def test_as_many_half_open_ones_as_a_queue_holds_are_a_flood(
    made: list[Made], tmp_path: Path, unanswered: int, flood: bool
) -> None:
    (server,) = make(made, tmp_path, [syn(number) for number in range(unanswered)]).objects(Part.SYNS)
    assert server["flood"] is flood


def test_a_refused_connection_is_not_half_open(made: list[Made], tmp_path: Path) -> None:
    refusal = ethernet(ip4(tcp(80, 40000, 0, 1001, RST | ACK), src=SERVER, dst="10.9.0.0"))
    (server,) = make(made, tmp_path, [syn(0), refusal, syn(1)]).objects(Part.SYNS)
    assert (server["connections"], server["completed"], server["half_open"], server["half_open_peak"]) == (
        2,
        0,
        1,
        1,
    )


def test_what_nobody_answers_is_half_open_no_longer_than_a_server_waits(
    made: list[Made], tmp_path: Path
) -> None:
    step = (HALF_OPEN_SECONDS + 1) * SECOND
    (server,) = make(made, tmp_path, [syn(0), syn(1), syn(2)], step).objects(Part.SYNS)
    assert (server["half_open"], server["half_open_peak"]) == (1, 1)


def test_syns_over_time_are_counted_in_parts(made: list[Made], tmp_path: Path) -> None:
    frames = [syn(number) for number in range(10)] + completed(500)[2:] * 30
    (server,) = make(made, tmp_path, frames).objects(Part.SYNS)
    over_time = server["over_time"]
    assert isinstance(over_time, list)
    assert (len(over_time), sum(over_time), over_time[-1]) == (PARTS, 10, 0)


def test_a_syn_sent_again_is_one_connection(made: list[Made], tmp_path: Path) -> None:
    (server,) = make(made, tmp_path, [syn(0)] * 3).objects(Part.SYNS)
    assert (server["syns"], server["connections"], server["half_open_peak"]) == (3, 1, 1)


def test_each_header_of_a_tunnel_is_counted(made: list[Made], tmp_path: Path) -> None:
    inner = ethernet(ip6(tcp()), 0x86DD)
    frame = ethernet(ip4(udp(bytes.fromhex("08000000 00000100") + inner, 4789), 17))
    capture = make(made, tmp_path, [frame])
    (line,) = [each for each in capture.objects(Part.HIERARCHY) if each["end_packets"]]
    assert line["protocol"] == "eth:ip:udp:vxlan:eth:ipv6:tcp"
    assert [each["tx_packets"] for each in capture.objects(Part.ENDPOINTS, Kind.ETHERNET)] == [2, 0]
    assert len(capture.table(Part.CONVERSATIONS, Kind.IPV4)) == 1
    assert capture.objects(Part.CONVERSATIONS, Kind.IPV6)[0]["bytes"] == len(frame)


def test_fragments_put_together_show_what_they_carry(made: list[Made], tmp_path: Path) -> None:
    segment = tcp(data=bytes(64))
    frames = [
        ethernet(ip4(segment[:40], more=True)),
        ethernet(ip4(segment[40:], offset=40)),
    ]
    capture = make(made, tmp_path, frames)
    lines = {each["protocol"]: each["packets"] for each in capture.objects(Part.HIERARCHY)}
    assert lines == {"eth": 2, "eth:ip": 2, "eth:ip:tcp": 1}
    (conversation,) = capture.objects(Part.CONVERSATIONS)
    assert (conversation["port_a"], conversation["packets"], conversation["bytes"]) == (
        40000,
        1,
        len(frames[1]),
    )
    assert capture.objects(Part.CONVERSATIONS, Kind.IPV4)[0]["packets"] == 2


def test_only_what_is_displayed_is_counted(made: list[Made], tmp_path: Path) -> None:
    capture = make(made, tmp_path, [*completed(0), *completed(1), ethernet(ip4(udp(b"x", 9), 17))])
    shown = f"ip.src == {SERVER}"
    assert [each["packets"] for each in capture.objects(Part.CONVERSATIONS, shown=shown)] == [1, 1]
    assert [each["packets"] for each in capture.objects(Part.CONVERSATIONS)] == [3, 3]
    assert capture.objects(Part.HIERARCHY, shown=shown)[0]["packets"] == 2
    assert capture.objects(Part.LENGTHS, shown=shown)[0]["packets"] == 2
    assert len(capture.table(Part.SYNS, shown=shown)) == 0
    rows = capture.passing(shown)
    assert capture.statistics.properties(capture.snapshot, rows).record()["packets"] == 2


def test_counting_goes_on_where_it_was_stopped(made: list[Made], tmp_path: Path) -> None:
    capture = make(made, tmp_path, [syn(number % 700) for number in range(40_000)])
    counted = Counted()

    def stop(packets: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        counted.advance(capture.session, capture.snapshot, None, stop)
    assert 0 < counted.packets < 40_000
    counted.advance(capture.session, capture.snapshot, None)
    whole = Counted()
    whole.advance(capture.session, capture.snapshot, None)
    assert counted.packets == whole.packets == 40_000
    assert (counted.tally.talks == whole.tally.talks).all()
    assert counted.hierarchy() == whole.hierarchy()


def test_what_is_displayed_goes_on_only_from_what_was_counted(made: list[Made], tmp_path: Path) -> None:
    capture = make(made, tmp_path, [syn(number) for number in range(10)])
    counted = Counted()
    counted.advance(capture.session, capture.snapshot, np.array([1, 4]))
    assert counted.goes_on(np.array([1, 4]), gone=0)
    assert counted.goes_on(np.array([1, 4, 7]), gone=0)
    assert not counted.goes_on(np.array([2, 4]), gone=0)
    assert not counted.goes_on(None, gone=0)
    counted.advance(capture.session, capture.snapshot, np.array([1, 4, 7]))
    assert counted.packets == 3


@pytest.mark.parametrize("part", [Part.PROPERTIES, Part.HIERARCHY, Part.ENDPOINTS, Part.CONVERSATIONS])
def test_what_left_a_ring_is_not_counted_any_more(made: list[Made], tmp_path: Path, part: Part) -> None:
    capture = make(made, tmp_path, [syn(number % 20) for number in range(100)])
    sizes = []
    for gone in (0, 0, 30, 90):
        capture.snapshot = replace(capture.snapshot, packets=_without(capture.snapshot.packets, gone))
        fresh = Statistics(capture.session).table(
            part, Kind.IPV4, capture.snapshot, None, first_sorting(part, Kind.IPV4)
        )
        assert capture.objects(part, Kind.IPV4) == list(fresh.objects())
        sizes.append(str(capture.objects(part, Kind.IPV4)))
    assert sizes[0] == sizes[1]
    assert len(set(sizes)) == 3


def _without(packets: Packets, gone: int) -> Packets:
    """The packets when so many left the ring."""
    return Packets(packets._columns, len(packets), packets.quoting, gone)


@pytest.mark.parametrize("part", Part)
def test_every_part_is_sorted_by_every_column(made: list[Made], tmp_path: Path, part: Part) -> None:
    frames = [
        *completed(0),
        *completed(0),
        syn(1),
        ethernet(ip4(udp(b"x", 53), 17)),
        ethernet(ip6(tcp()), 0x86DD),
    ]
    capture = make(made, tmp_path, frames)
    for kind in Kind:
        for number, column in enumerate(columns_of(part, kind)):
            for falling in (False, True):
                sorting = Sorting(number, falling)
                table = capture.statistics.table(part, kind, capture.snapshot, None, sorting)
                assert sorted(table.shown.tolist()) == list(range(len(table.facts)))
                if part is not Part.HIERARCHY:
                    keys = column.keys(table.facts)[table.shown].tolist()
                    in_order = keys == sorted(keys, reverse=falling)
                    assert in_order or sorting == first_sorting(part, kind)


def test_a_sorted_hierarchy_is_still_a_tree(made: list[Made], tmp_path: Path) -> None:
    frames = [syn(0), *[ethernet(ip4(udp(b"x", 53), 17))] * 2, *[ethernet(ip6(tcp()), 0x86DD)] * 5]
    capture = make(made, tmp_path, frames)
    packets = [column.id for column in columns_of(Part.HIERARCHY, Kind.TCP)].index("packets")
    table = capture.statistics.table(
        Part.HIERARCHY, Kind.TCP, capture.snapshot, None, Sorting(packets, falling=True)
    )
    assert [each["protocol"] for each in table.objects()] == [
        "eth",
        "eth:ipv6",
        "eth:ipv6:tcp",
        "eth:ip",
        "eth:ip:udp",
        "eth:ip:udp:dns",
        "eth:ip:tcp",
    ]


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.PROPERTIES])
def test_a_line_leads_to_a_filter_for_its_packets(made: list[Made], tmp_path: Path, part: Part) -> None:
    frames = [*completed(0), ethernet(ip4(udp(b"x", 53), 17)), ethernet(ip6(tcp()), 0x86DD)]
    capture = make(made, tmp_path, frames)
    for kind in Kind:
        table = capture.table(part, kind)
        for line, each in enumerate(table.objects()):
            expected = each.get("packets", 0)
            if part is Part.SYNS:
                expected = sum(int(str(each[name])) for name in ("syns", "syn_acks"))
            assert len(capture.passing(table.filter_at(line))) == expected, table.filter_at(line)


def test_an_empty_capture_has_empty_parts(made: list[Made], tmp_path: Path) -> None:
    capture = make(made, tmp_path, [])
    lines = {part: len(capture.table(part)) for part in Part}
    assert lines[Part.CONVERSATIONS] == lines[Part.HIERARCHY] == lines[Part.SYNS] == 0
    assert capture.objects(Part.LENGTHS)[0]["packets"] == 0
    record = capture.statistics.properties(capture.snapshot, None).record()
    assert (record["packets"], record["first"], record["average_size"]) == (0, None, None)


def test_what_was_not_captured_whole_does_not_say_who_sent_it(made: list[Made], tmp_path: Path) -> None:
    frame = ethernet(ip4(tcp(options=bytes(20))))
    path = tmp_path / "cut.pcap"
    path.write_bytes(file_header() + record(frame[:-4], length=len(frame)))
    session = Session([str(path)])
    counted = Counted()
    counted.advance(session, session.wait(), None)
    session.close()
    assert [int(layer) for layer in counted.tally.talks["layer"]] == [1, 16]


def told(capture: Made, wanted: str, shown: str = "") -> str:
    display_filter = compile_filter(shown) if shown else None
    return "".join(
        statistics(capture.session, capture.snapshot, parse_wanted(wanted), display_filter, as_json=True)
    )


@pytest.mark.parametrize("part", Part)
def test_every_part_is_told_as_json(made: list[Made], tmp_path: Path, part: Part) -> None:
    found = json.loads(told(make(made, tmp_path, completed(0)), part.value))
    if part is Part.PROPERTIES:
        assert (found["packets"], found["files"][0]["format"]) == (3, "pcap")
        assert len(found["files"][0]["sha256"]) == 64
    elif part in (Part.ENDPOINTS, Part.CONVERSATIONS):
        assert {each["layer"] for each in found} == {"Ethernet", "IPv4", "TCP"}
    else:
        assert found


def test_text_says_whom_a_flood_hits(made: list[Made], tmp_path: Path) -> None:
    capture = make(made, tmp_path, [syn(number) for number in range(300)])
    lines = "".join(
        statistics(capture.session, capture.snapshot, parse_wanted("syn"), None, as_json=False)
    ).splitlines()
    assert lines[0].split()[:3] == ["Server", "Port", "Flood"]
    assert lines[2].startswith(f"{SERVER}: This looks like a SYN flood")


@pytest.mark.parametrize("text", ["", "nothing", "endpoints,", "endpoints,sctp", "syn,tcp"])
def test_what_there_is_not_is_refused(text: str) -> None:
    if text == "endpoints,":
        assert parse_wanted(text) == (Part.ENDPOINTS, tuple(Kind))
    else:
        with pytest.raises(UsageError):
            parse_wanted(text)


def test_addresses_are_sorted_as_numbers(made: list[Made], tmp_path: Path) -> None:
    frames = [ethernet(ip4(udp(b"x", 9), 17, src=source)) for source in ("10.0.0.10", "10.0.0.9", A)]
    capture = make(made, tmp_path, frames)
    table = capture.statistics.table(Part.ENDPOINTS, Kind.IPV4, capture.snapshot, None, Sorting(0))
    assert [each["address"] for each in table.objects()] == ["10.0.0.9", "10.0.0.10", A, B]
