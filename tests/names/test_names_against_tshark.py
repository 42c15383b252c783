"""With -N the columns say what tshark's say: services, the hosts file, DNS answers, a capture's own names."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from test_names import SERVER, WEB, from_name_server, response, segment, with_recorded
from tshark import needs_tshark
from wire import ethernet, ip4, pcap, tcp, udp

from tui.decode.context import Numbers
from tui.names.answers import Answers
from tui.names.kinds import Kind
from tui.names.names import Names
from tui.report.listing import Listing, TimeForm
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tui.names.kinds import Kinds

pytestmark = [pytest.mark.slow, needs_tshark]

Cells = list[tuple[str, str, str]]
"""Source, destination and Info of each packet."""


def of_tshark(path: Path, letters: str) -> Cells:
    command = ["tshark", "-r", str(path), "-N", letters, "-T", "fields", "-E", "separator=|"]
    for column in ("Source", "Destination", "Info"):
        command += ["-e", f"_ws.col.{column}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    rows = [line.split("|") for line in done.stdout.splitlines()]
    return [(source, destination, info) for source, destination, info in rows]


def ours(path: Path, kinds: Kinds) -> Cells:
    session = Session([str(path)])
    try:
        snapshot = session.wait()
        found = Answers(session.frame)
        found.read(snapshot.packets, snapshot.interfaces)
        names = Names(kinds, [reader.names for reader in session.readers], found)
        listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, names=names)
        rows = [listing.cells(snapshot, row) for row in range(len(snapshot.packets))]
    finally:
        session.close()
    return [(row[2], row[3], row[6]) for row in rows]


def test_services_stand_beside_the_ports(tmp_path: Path) -> None:
    path = tmp_path / "services.pcap"
    ports = (22, 25, 80, 443, 60001)
    path.write_bytes(
        pcap(
            [ethernet(ip4(tcp(60002, port, seq=port))) for port in ports]
            + [ethernet(ip4(udp(b"x", 123, 60003), 17))]
        )
    )
    rows = ours(path, frozenset({Kind.SERVICES}))
    assert [info for *_, info in rows[:5]] == [info for *_, info in of_tshark(path, "t")[:5]]
    assert rows[2][2].startswith("60002 → http(80) [SYN]")
    assert rows[4][2].startswith("60002 → 60001 [SYN]")
    assert rows[5][2] == "60003 → ntp(123) Len=1"


def test_a_capture_names_its_own_addresses(tmp_path: Path) -> None:
    path = tmp_path / "recorded.pcapng"
    path.write_bytes(with_recorded(b"recorded.example"))
    rows = ours(path, frozenset({Kind.CAPTURE, Kind.HOSTS}))
    assert rows == of_tshark(path, "n")
    assert rows[0][1] == "recorded.example"


def test_dns_answers_name_the_addresses_that_follow(tmp_path: Path) -> None:
    path = tmp_path / "dns.pcap"
    path.write_bytes(pcap([from_name_server(response((WEB, SERVER))), segment(), segment(data=b"x")]))
    rows = ours(path, frozenset({Kind.DNS}))
    assert rows[1:] == of_tshark(path, "nd")[1:]
    assert rows[1][1] == WEB
