"""What is saved is what editcap saves: as tshark and our reader see it, over real captures of all kinds."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from saving import of_us, save

from tui.capture.formats import Format
from tui.errors import CaptureError, UsageError
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("editcap") is None, reason="editcap is not installed"),
]

FIELDS = """
    frame.number frame.time_epoch frame.len frame.cap_len frame.encap_type frame.md5_hash
    frame.interface_id frame.interface_name frame.interface_description frame.comment frame.packet_flags
"""
TSHARK = ("tshark", "-o", "frame.generate_md5_hash:TRUE", "-n", "-T", "fields")
CAPINFOS = ("capinfos", "-M", "-E", "-I", "-D", "-k", "-F", "-n")
NUMBERS = "2-4,7,9-"
# Three sections, the numbers of whose interfaces tshark 4.0 takes all for those of the first.
SECTIONS = "test202.pcapng"


def seen_by_tshark(path: Path) -> list[str]:
    """Each frame with its time, lengths, bytes, interface, and what is noted of it."""
    fields = [word for name in FIELDS.split() for word in ("-e", name)]
    command = [*TSHARK, "-r", str(path), *fields]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()


def edited(path: Path, saved: Path, *words: str) -> Path | None:
    """The file as editcap saves it; None if it refuses to."""
    options = list(words[:-1]) if words and words[-1][0].isdecimal() else list(words)
    command = ["editcap", *options, str(path), str(saved), *words[len(options) :]]
    return saved if subprocess.run(command, capture_output=True, timeout=60).returncode == 0 else None


@pytest.fixture(scope="module")
def readable(shared_captures: Path) -> list[Path]:
    """The captures that have packets and no damage."""
    found = []
    for path in sorted(each for each in shared_captures.rglob("*") if each.is_file()):
        try:
            session = Session([str(path)])
        except CaptureError:
            continue
        if len(session.wait().packets) > 1 and session.damage is None:
            found.append(path)
        session.close()
    assert len(found) > 40
    return found


def test_all_packets_are_saved_as_they_were(readable: list[Path], tmp_path: Path) -> None:
    for number, path in enumerate(readable):
        saved = tmp_path / f"{number}.ours"
        save([path], saved)
        assert of_us(saved) == of_us(path), path
        theirs = edited(path, tmp_path / f"{number}.theirs")
        if theirs and path.name != SECTIONS:
            assert seen_by_tshark(saved) == seen_by_tshark(theirs), path


def test_packets_of_some_numbers_are_saved_as_editcap_does(readable: list[Path], tmp_path: Path) -> None:
    for number, path in enumerate(readable):
        saved = tmp_path / f"{number}.ours"
        save([path], saved, NUMBERS)
        every = of_us(path)
        rows = [row for row in range(len(every)) if row in (1, 2, 3, 6) or row >= 8]
        assert of_us(saved) == [every[row] for row in rows], path
        numbers = ["2-4", "7", f"9-{max(len(every), 9)}"]
        theirs = tmp_path / f"{number}.theirs"
        if path.name != SECTIONS:
            command = ["editcap", "-r", str(path), str(theirs), *numbers]
            assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0, path
            assert of_us(saved) == of_us(theirs), path


def test_packets_are_saved_as_pcap_as_editcap_does_or_refused_as_it_does(
    readable: list[Path], tmp_path: Path
) -> None:
    refused = 0
    for number, path in enumerate(readable):
        saved = tmp_path / f"{number}.ours"
        theirs = edited(path, tmp_path / f"{number}.theirs", "-F", "nsecpcap")
        if theirs:
            save([path], saved, form=Format.PCAP)
            assert of_us(saved) == of_us(theirs), path
        else:
            with pytest.raises(UsageError, match="save it as pcapng"):
                save([path], saved, form=Format.PCAP)
            refused += 1
    assert refused


def test_what_is_said_of_file_and_interfaces_is_kept(readable: list[Path], tmp_path: Path) -> None:
    compared = 0
    for number, path in enumerate(readable):
        if path.read_bytes()[:4] != b"\n\r\r\n" or path.name == SECTIONS:
            continue
        saved = tmp_path / f"{number}.ours"
        save([path], saved)
        said = [
            subprocess.run(
                [*CAPINFOS, str(each)], check=True, capture_output=True, text=True
            ).stdout.splitlines()
            for each in (path, saved)
        ]
        assert said[0][1:] == said[1][1:], path  # the first line is the file's name
        compared += 1
    assert compared


def test_what_passes_a_filter_is_saved_as_tshark_does(shared_captures: Path, tmp_path: Path) -> None:
    path = next(shared_captures.rglob("tcp_eight_lowest_weight_flags_set.pcap"))
    from tui.cli import main

    ours, theirs = tmp_path / "ours.pcapng", tmp_path / "theirs.pcapng"
    expression = "tcp.flags.syn == 1 || frame.len > 100"
    assert main(["-r", str(path), "-Y", expression, "-w", str(ours)]) == 0
    subprocess.run(["tshark", "-r", str(path), "-Y", expression, "-w", str(theirs)], check=True, timeout=60)
    assert seen_by_tshark(ours) == seen_by_tshark(theirs)
