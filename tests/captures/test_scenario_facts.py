"""What is known of the scenarios in words and bytes, and not as tcpdump's lines.

Invariant: every number here is a published one; the captures are read by the plain reader only.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pcap_reader import Packet, read_pcap, words_sum

CAPTURES = Path(__file__).parents[2] / "captures"
SCENARIOS = {
    "echo-server": 9,
    "daytime-server": 8,
    "header-fields": 3,
    "three-way-close": 10,
    "four-way-close": 11,
    "simultaneous-close": 4,
    "http-get": 10,
}
OFFLOADED = ("http-get", "192.168.101.25.57290")
REQUEST = (
    b"GET /truedei/test?name=zhenghui HTTP/1.1\r\nUser-Agent: Wget/1.14 (linux-gnu)\r\nAccept: */*\r\n"
    b"Host: 192.168.101.5:8080\r\nConnection: Keep-Alive\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 200 \r\nVary: Origin\r\nVary: Access-Control-Request-Method\r\n"
    b"Vary: Access-Control-Request-Headers\r\nContent-Type: text/plain;charset=UTF-8\r\n"
    b"Content-Length: 16\r\nDate: Mon, 15 Jun 2020 14:49:10 GMT\r\nKeep-Alive: timeout=60\r\n"
    b"Connection: keep-alive\r\n\r\nThis is zhenghui"
)


def packets(name: str) -> list[Packet]:
    return read_pcap(CAPTURES / f"{name}.pcap")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_as_many_packets_as_were_published(name: str) -> None:
    assert len(packets(name)) == SCENARIOS[name]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_checksum_is_right_but_for_those_that_a_network_card_fills_in(name: str) -> None:
    assert {words_sum(packet.ip) for packet in packets(name)} == {0xFFFF}
    wrong = [packet for packet in packets(name) if packet.checksum != packet.right_checksum]
    assert wrong == [packet for packet in packets(name) if (name, packet.source) == OFFLOADED]


@pytest.mark.parametrize("name", SCENARIOS)
def test_time_never_runs_backwards(name: str) -> None:
    times = [packet.time for packet in packets(name)]
    assert times == sorted(times)


def test_the_echo_server_answers_and_closes_at_once() -> None:
    client, server = "127.0.0.1.38264", "127.0.0.1.9877"
    isn = {client: 598232472, server: 3283581888}
    found = [
        (
            packet.source,
            packet.flags,
            packet.seq - isn[packet.source],
            packet.ack - isn[packet.destination] if "." in packet.flags else None,
            packet.payload,
        )
        for packet in packets("echo-server")
    ]
    assert found == [
        (client, "S", 0, None, b""),
        (server, "S.", 0, 1, b""),
        (client, ".", 1, 1, b""),
        (client, "P.", 1, 1, b"a\n"),
        (server, ".", 1, 3, b""),
        (server, "P.", 1, 3, b"a\n"),
        (server, "F.", 3, 3, b""),
        (client, ".", 3, 3, b""),
        (client, ".", 3, 4, b""),
    ]
    assert packets("echo-server")[1].ack == 598232473


def test_the_echo_server_is_captured_on_loopback() -> None:
    assert {packet.frame[:12] for packet in packets("echo-server")} == {bytes(12)}


def test_the_daytime_server_sleeps_before_it_writes_and_before_it_closes() -> None:
    times = [packet.time for packet in packets("daytime-server")]
    for before, after in ((2, 3), (4, 5)):
        assert abs(times[after] - times[before] - timedelta(seconds=20)) < timedelta(milliseconds=1)


def test_the_daytime_server_tells_the_time_at_which_it_writes() -> None:
    written = packets("daytime-server")[3]
    assert written.payload.decode() == f"{written.time:%a %b %d %H:%M:%S %Y}\r\n"


def test_the_syn_has_the_published_bytes() -> None:
    syn = packets("header-fields")[0]
    assert (syn.source, syn.destination) == ("192.168.206.106.65054", "192.168.206.233.8899")
    assert syn.tcp[:20].hex(" ") == "fe 1e 22 c3 12 12 fb 2a 00 00 00 00 80 02 fa f0 27 5b 00 00"
    assert syn.options.hex(" ") == "02 04 05 b4 01 03 03 08 01 01 04 02"
    assert syn.header_length == 32


def test_the_handshake_acknowledges_in_the_published_bytes() -> None:
    _, answer, last = packets("header-fields")
    assert (answer.flags, last.flags) == ("S.", ".")
    assert (answer.tcp[4:8].hex(" "), answer.tcp[8:12].hex(" ")) == ("bf 93 84 8c", "12 12 fb 2b")
    assert (last.tcp[4:8].hex(" "), last.tcp[8:12].hex(" ")) == ("12 12 fb 2b", "bf 93 84 8d")


@pytest.mark.parametrize("name", ["three-way-close", "four-way-close"])
def test_get_is_answered_by_200_ok(name: str) -> None:
    carried = [(packet.destination, packet.payload) for packet in packets(name) if packet.payload]
    assert [data for _, data in carried] == [b"get", b"200 ok"]
    assert carried[0][0] == "172.16.196.145.60000"


def test_the_two_closes_lie_as_far_apart_as_their_timestamps() -> None:
    elapsed = packets("four-way-close")[0].time - packets("three-way-close")[0].time
    assert abs(elapsed - timedelta(milliseconds=1524954581 - 1412272238)) < timedelta(milliseconds=5)


def test_the_http_request_and_its_response_are_the_published_text() -> None:
    assert [packet.payload for packet in packets("http-get") if packet.payload] == [REQUEST, RESPONSE]
    assert (len(REQUEST), len(RESPONSE)) == (142, 267)
    assert packets("http-get")[0].time.date() == date(2020, 6, 15)
    assert packets("http-get")[5].right_checksum == 0xC019


def test_a_checksum_left_to_the_network_card_is_the_sum_of_the_pseudo_header() -> None:
    for packet in packets("http-get"):
        if packet.source == OFFLOADED[1]:
            pseudo_header = packet.ip[12:20] + bytes([0, 6]) + len(packet.tcp).to_bytes(2, "big")
            assert packet.checksum == words_sum(pseudo_header)
