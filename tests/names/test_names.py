"""Names come from where Wireshark takes them, in its order; hostile names do no harm."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import block, enhanced, ethernet, interface, ip4, option, pcap, section, tcp, udp

from tui.decode.context import Numbers
from tui.decode.nodes import walk
from tui.decode.vendors import vendor_name
from tui.errors import UsageError, printable
from tui.names.answers import Answers, answers
from tui.names.hosts import read_hosts
from tui.names.kinds import QUIET, Kind, kinds_of, printed_kinds
from tui.names.names import Names
from tui.names.services import Services
from tui.names.text import LONGEST, name_of
from tui.names.tree import with_names
from tui.report.listing import Listing, TimeForm
from tui.report.printer import header_tree
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui.session import Snapshot

CLIENT, SERVER = "10.1.2.3", "10.4.5.6"
WEB = "web.example.com"
HOSTS = f"""\
# ours
{SERVER}\t{WEB} web  # the first counts
2001:db8::1 six

{SERVER} later
no-address x
1.2.3.4
"""


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    path = tmp_path / "hosts"
    path.write_text(HOSTS)
    return path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[bytes], tuple[Session, Snapshot]]]:
    sessions: list[Session] = []

    def open_bytes(data: bytes) -> tuple[Session, Snapshot]:
        path = tmp_path / f"{len(sessions)}.cap"
        path.write_bytes(data)
        session = Session([str(path)])
        sessions.append(session)
        return session, session.wait()

    yield open_bytes
    for session in sessions:
        session.close()


def packed(address: str) -> bytes:
    return ip_address(address).packed


def dns_name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def response(*records: tuple[str, str], flags: int = 0x8180) -> bytes:
    """A DNS message that asks for one name and answers with A and AAAA records."""
    question = dns_name("asked.example") + struct.pack(">HH", 1, 1)
    message = struct.pack(">HHHHHH", 7, flags, 1, len(records), 0, 0) + question
    for name, address in records:
        raw = packed(address)
        message += dns_name(name) + struct.pack(">HHIH", 1 if len(raw) == 4 else 28, 1, 60, len(raw)) + raw
    return message


def segment(*, data: bytes = b"") -> bytes:
    return ethernet(ip4(tcp(40000, 80, data=data), src=CLIENT, dst=SERVER))


def from_name_server(message: bytes) -> bytes:
    return ethernet(ip4(udp(message, 40001, srcport=53), 17, src=SERVER, dst=CLIENT))


def test_the_hosts_file_gives_each_address_its_first_name(hosts: Path) -> None:
    assert read_hosts(hosts) == {packed(SERVER): WEB, packed("2001:db8::1"): "six"}


def test_a_hosts_file_that_is_not_there_names_nothing(tmp_path: Path) -> None:
    assert read_hosts(tmp_path / "none") == {}


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_a_hosts_file(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("hosts") / "hosts"
    path.write_bytes(data)
    assert all(printable(name) == name and len(name) <= LONGEST for name in read_hosts(path).values())


def test_a_name_is_printable_and_has_an_end() -> None:
    assert "\x1b" not in name_of("\x1b[31mred.")
    assert len(name_of("\x1b" * 300)) <= LONGEST
    assert name_of("www.example.com.") == "www.example.com"


def test_services_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def look_up(port: int, protocol: str) -> str:
        asked.append((port, protocol))
        if port != 80:
            raise OSError("port/proto not found")
        return "http"

    monkeypatch.setattr(socket, "getservbyport", look_up)
    services = Services()
    assert [services.name(port, "tcp") for port in (80, 81, 80, 81)] == ["http", "", "http", ""]
    assert asked == [(80, "tcp"), (81, "tcp")]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("00:0c:29:1a:6e:8e", "VMware_1a:6e:8e"),
        ("ff:ff:ff:ff:ff:ff", "Broadcast"),
        ("02:00:00:00:00:01", ""),  # given by its owner
    ],
)
def test_hardware_addresses_are_named_by_their_vendor(address: str, name: str) -> None:
    assert vendor_name(bytes.fromhex(address.replace(":", ""))) == name


def test_a_longer_prefix_of_a_vendor_comes_before_a_shorter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.decode.vendors.vendors", lambda: {"70b3d5": "Ieee", "70b3d5abc": "Small"})
    assert vendor_name(bytes.fromhex("70b3d5abc123")) == "Small_ab:c1:23"
    assert vendor_name(bytes.fromhex("70b3d5abd123")) == "Ieee_ab:d1:23"


def test_no_disk_cache_is_written_for_the_vendors(home: Path) -> None:
    vendor_name(bytes.fromhex("000c291a6e8e"))
    assert not (home / ".cache").exists()


def test_the_addresses_of_a_response_have_the_name_of_their_record() -> None:
    message = response((WEB, SERVER), ("six.example", "2001:db8::1"))
    assert list(answers(message)) == [(packed(SERVER), WEB), (packed("2001:db8::1"), "six.example")]


def test_a_query_names_nothing() -> None:
    assert list(answers(response((WEB, SERVER), flags=0x0100))) == []


@given(st.binary(max_size=200), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_any_message_gives_names_that_are_printable_and_short(tail: bytes, cut: int) -> None:
    whole = response(("\x1b[2Jx", SERVER), ("a" * 63 + "." + "b" * 63, SERVER))
    for message in (whole[:cut] + tail, b"\0\0\x81\x80" + tail):
        for raw, name in answers(message):
            assert len(raw) in (4, 16)
            assert printable(name) == name
            assert 0 < len(name) <= LONGEST


def test_dns_answers_of_a_capture_are_read_once_and_on(
    opened: Callable[[bytes], tuple[Session, Snapshot]],
) -> None:
    session, snapshot = opened(
        pcap(
            [from_name_server(response((WEB, SERVER))), segment(), from_name_server(response(("b", SERVER)))]
        )
    )
    read = []

    def frame(row: int) -> bytes:
        read.append(row)
        return session.frame(row)

    found = Answers(frame)
    found.read(snapshot.packets, snapshot.interfaces)
    found.read(snapshot.packets, snapshot.interfaces)
    assert found.names == {packed(SERVER): "b"}  # the latest counts, as in Wireshark
    assert read == [0, 2]


def test_what_tcp_says_from_port_53_is_no_datagram(
    opened: Callable[[bytes], tuple[Session, Snapshot]],
) -> None:
    session, snapshot = opened(pcap([ethernet(ip4(tcp(53, 40000, data=response((WEB, SERVER)))))]))
    found = Answers(session.frame)
    found.read(snapshot.packets, snapshot.interfaces)
    assert found.names == {}


def test_reading_answers_stops_when_nobody_wants_them(
    opened: Callable[[bytes], tuple[Session, Snapshot]],
) -> None:
    session, snapshot = opened(pcap([from_name_server(response((WEB, SERVER)))]))
    found = Answers(session.frame)
    found.read(snapshot.packets, snapshot.interfaces, lambda: False)
    assert found.names == {}
    assert found.done == 0


def with_recorded(name: bytes) -> bytes:
    records = option(1, packed(SERVER) + name + b"\0") + option(0, b"")
    return section() + interface() + block(4, records) + enhanced(segment())


def test_names_of_the_hosts_file_come_before_those_of_the_capture_and_of_dns(
    opened: Callable[[bytes], tuple[Session, Snapshot]], hosts: Path, tmp_path: Path
) -> None:
    session, _ = opened(with_recorded(b"recorded"))
    recorded = [reader.names for reader in session.readers]
    found = Answers(session.frame)
    found.names[packed(SERVER)] = "answered"
    found.names[packed(CLIENT)] = "client"
    names = Names(QUIET, recorded, found, hosts=hosts)
    assert names.address(packed(SERVER)) == WEB
    assert Names(QUIET, recorded, found, hosts=tmp_path / "none").address(packed(SERVER)) == "recorded"
    assert Names(QUIET - {Kind.CAPTURE, Kind.HOSTS}, recorded, found).address(packed(SERVER)) == "answered"
    assert names.address(packed(CLIENT)) == "client"
    assert names.address(packed("9.9.9.9")) == ""


def test_only_kinds_that_are_on_are_asked(hosts: Path) -> None:
    names = Names(frozenset({Kind.SERVICES}), [{packed(SERVER): ("recorded",)}], hosts=hosts)
    assert names.address(packed(SERVER)) == ""
    assert names.port(80, "tcp") == socket.getservbyport(80, "tcp")
    assert Names(frozenset({Kind.HOSTS}), hosts=hosts).port(80, "tcp") == ""


def test_an_end_of_a_connection_is_called_by_what_has_a_name(hosts: Path) -> None:
    both = Names(frozenset({Kind.HOSTS, Kind.SERVICES}), hosts=hosts)
    assert both.end(f"{SERVER}:80") == f"{WEB}:http"
    assert both.end("[2001:db8::1]:60001") == "six"
    assert both.end("9.9.9.9:80") == "http"
    assert both.end("[2001:db8::9]:80") == "http"
    assert both.end("9.9.9.9:60001") == ""
    assert both.end("?") == ""


def test_the_list_shows_names_in_place_of_addresses_and_beside_ports(
    opened: Callable[[bytes], tuple[Session, Snapshot]], hosts: Path
) -> None:
    session, snapshot = opened(pcap([segment()]))
    names = Names(frozenset({Kind.HOSTS, Kind.SERVICES}), hosts=hosts)
    cells = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, names=names).cells(snapshot, 0)
    assert cells[2:4] == (CLIENT, WEB)
    assert cells[6].startswith("40000 → http(80) [SYN]")
    plain = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE).cells(snapshot, 0)
    assert plain[2:4] == (CLIENT, SERVER)
    assert plain[6].startswith("40000 → 80 [SYN]")


def test_the_tree_has_the_name_before_the_address_and_loses_nothing(
    opened: Callable[[bytes], tuple[Session, Snapshot]], hosts: Path
) -> None:
    session, snapshot = opened(pcap([segment()]))
    plain = header_tree(session, snapshot, 0)
    named = with_names(plain, Names(frozenset({Kind.HOSTS, Kind.SERVICES}), hosts=hosts))
    before, after = list(walk(plain)), list(walk(named))
    assert [(node.name, node.start, node.end, node.value) for node in before] == [
        (node.name, node.start, node.end, node.value) for node in after
    ]
    texts = [node.text for node in after]
    assert f"Internet Protocol Version 4, Src: {CLIENT}, Dst: {WEB} ({SERVER})" in texts
    assert f"Destination Address: {WEB} ({SERVER})" in texts
    assert "Destination Port: http (80) (0050)" in texts
    assert any("Src Port: 40000, Dst Port: http (80), Seq: 0" in text for text in texts)


def test_a_port_that_begins_with_the_named_one_is_left_alone(
    opened: Callable[[bytes], tuple[Session, Snapshot]],
) -> None:
    session, snapshot = opened(pcap([ethernet(ip4(tcp(8080, 80)))]))

    class Http(Names):
        def port(self, port: int, protocol: str) -> str:
            return "http" if port == 80 else ""

    texts = [node.text for node in with_names(header_tree(session, snapshot, 0), Http(frozenset()))]
    assert any("Src Port: 8080, Dst Port: http (80)," in text for text in texts)


def test_letters_are_those_of_tshark() -> None:
    assert kinds_of("mnt") == {Kind.VENDORS, Kind.HOSTS, Kind.CAPTURE, Kind.SERVICES}
    assert kinds_of("dN") == {Kind.DNS, Kind.REVERSE}
    with pytest.raises(UsageError, match="'x'"):
        kinds_of("nx")
    for late in "dN":
        with pytest.raises(UsageError, match="names of the screen"):
            printed_kinds(late)
