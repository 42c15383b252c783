"""`captures/make.py`: the captures are what their descriptions make, or it says which are not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "make.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CAPTURES, tmp_path / "captures"))


def test_the_captures_are_what_their_descriptions_make() -> None:
    done = run_make(CAPTURES, "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_making_the_captures_anew_gives_the_same_bytes(copy: Path) -> None:
    for path in copy.glob("*.pcap"):
        path.unlink()
    assert run_make(copy).returncode == 0
    assert {path.name: path.read_bytes() for path in copy.glob("*.pcap")} == {
        path.name: path.read_bytes() for path in CAPTURES.glob("*.pcap")
    }


def test_a_changed_a_missing_and_a_stray_capture_are_named(copy: Path) -> None:
    with (copy / "http-get.pcap").open("ab") as capture:
        capture.write(b"\0")
    (copy / "echo-server.pcap").rename(copy / "stray.pcap")
    done = run_make(copy, "--check")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "stray.pcap: no description makes it",
        "echo-server.pcap: missing, run captures/make.py",
        "http-get.pcap: not what scenarios/http-get.txt describes, run captures/make.py",
    ]


def test_a_wrong_description_is_one_line_with_its_place(copy: Path) -> None:
    (copy / "scenarios" / "echo-server.txt").write_text("date 2020-01-01\nnonsense\n")
    done = run_make(copy)
    assert done.returncode == 1
    assert done.stderr.startswith("echo-server.txt:2: expected date, end, expect, TIME")
    assert len(done.stderr.splitlines()) == 1
