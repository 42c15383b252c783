"""`-T json`: the keys that the module's text promises."""

from __future__ import annotations

import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from tui.report.json import JsonPrinter
from tui.report.printer import print_packets
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = [
    "number",
    "time",
    "interface",
    "length",
    "captured",
    "source",
    "destination",
    "protocol",
    "info",
    "stream",
]


def document(name: Path, *names: str) -> list[dict[str, Any]]:
    session = Session([str(name)])
    out = StringIO()
    print_packets(session, JsonPrinter(session, names, out), out, live=False)
    session.close()
    packets: list[dict[str, Any]] = json.loads(out.getvalue())
    return packets


@pytest.fixture(scope="module")
def packets(captures: Path) -> list[dict[str, Any]]:
    return document(captures / "three-way-close.pcap")


def nodes(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        yield entry
        yield from nodes(entry.get("fields", []))


def test_a_packet_has_the_promised_keys_and_no_others(packets: list[dict[str, Any]]) -> None:
    for packet in packets:
        assert list(packet) == [*KEYS, "layers"]


def test_a_node_has_the_promised_keys_and_no_others(packets: list[dict[str, Any]]) -> None:
    for packet in packets:
        for node in nodes(packet["layers"]):
            assert list(node) in (
                ["field", "text", "value", "bits"],
                ["field", "text", "value", "bits", "fields"],
            )


def test_the_layers_come_outermost_first(packets: list[dict[str, Any]]) -> None:
    assert [layer["field"] for layer in packets[0]["layers"]][:4] == ["frame", "eth", "ip", "tcp"]


def test_values_are_those_of_the_fields(packets: list[dict[str, Any]]) -> None:
    values = {node["field"]: node["value"] for node in nodes(packets[0]["layers"])}
    assert values["tcp.srcport"] == 41334
    assert values["ip.src"] == packets[0]["source"] == "172.16.196.142"


def test_times_are_strings_of_seconds_because_numbers_would_be_too_coarse(
    packets: list[dict[str, Any]],
) -> None:
    values = {node["field"]: node["value"] for node in nodes(packets[0]["layers"])}
    assert values["frame.time_epoch"] == packets[0]["time"]
    assert len(packets[0]["time"].split(".")[1]) == 9


def test_a_capture_without_packets_is_an_empty_array(captures: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes((captures / "three-way-close.pcap").read_bytes()[:24])
    assert document(empty) == []


def test_fields_that_were_chosen_stand_in_place_of_the_layers(captures: Path) -> None:
    chosen = ["tcp.seq", "tcp.flags", "frame.time_relative", "ip.addr", "udp.length", "tcpscope.finding"]
    first, *_ = document(captures / "three-way-close.pcap", *chosen)
    assert list(first) == [*KEYS, "fields"]
    assert first["fields"] == {
        "tcp.seq": [0],
        "tcp.flags": [2],
        "frame.time_relative": ["0.000000000"],
        "ip.addr": ["172.16.196.142", "172.16.196.145"],
        "udp.length": [],
        "tcpscope.finding": ["syn"],
    }
