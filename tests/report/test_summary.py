"""`-q`: what the summary says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.report.summary import summary
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path


def lines_of(*names: Path) -> list[tuple[str, str]]:
    session = Session([str(name) for name in names])
    text = summary(session, session.wait())
    session.close()
    pairs = (line.split(":", 1) for line in text.splitlines())
    return [(name, rest.strip()) for name, rest in pairs]


def test_it_counts_what_the_capture_has(captures: Path) -> None:
    capture = captures / "three-way-close.pcap"
    said = dict(lines_of(capture))
    assert said["File"] == f"{capture} (pcap, {capture.stat().st_size:,} bytes)"
    assert said["Packets"] == "10"
    assert said["Connections"] == "1 TCP"
    assert said["Protocols"] == "TCP 10"
    assert said["Interface"] == "0 (Ethernet)"
    assert "Damage" not in said


def test_of_several_files_each_is_named_and_all_are_counted(captures: Path) -> None:
    said = lines_of(captures / "three-way-close.pcap", captures / "four-way-close.pcap")
    assert [text.split("/")[-1].split()[0] for name, text in said if name == "File"] == [
        "three-way-close.pcap",
        "four-way-close.pcap",
    ]
    assert dict(said)["Connections"] == "2 TCP"


def test_damage_is_told_with_its_place(captures: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes((captures / "three-way-close.pcap").read_bytes()[:-1])
    said = dict(lines_of(cut))
    assert said["Packets"] == "9"
    assert "cut short after packet 9 at byte" in said["Damage"]


def test_a_capture_without_packets_has_no_times(captures: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcap"
    empty.write_bytes((captures / "three-way-close.pcap").read_bytes()[:24])
    said = dict(lines_of(empty))
    assert said["Packets"] == "0"
    assert {"First", "Last", "Duration"}.isdisjoint(said)
