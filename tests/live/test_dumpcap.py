"""dumpcap captures for those who may not themselves: a stand-in shows what it is told, and what it says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tui.capture.live.dumpcap import open_dumpcap
from tui.capture.live.program import ProgramRecording
from tui.capture.live.spec import Limits, LiveSpec
from tui.capture.pcapng_writer import section_header
from tui.errors import AccessError, TcpscopeError, UsageError

SPEC = LiveSpec(("eth0", "lo"), snap_length=96, promiscuous=False, stop=Limits(packets=5, seconds=2.5))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in is found, by a user who is not root."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def _stand_in(folder: Path, script: str) -> None:
    program = folder / "dumpcap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_it_is_told_what_is_asked_for(folder: Path) -> None:
    (folder / "packets").write_bytes(section_header("dumpcap"))
    _stand_in(folder, f'echo "$@" >{folder}/told; cat {folder}/packets')
    recording = open_dumpcap(SPEC, "udp")
    assert recording.read(0, recording.size) == section_header("dumpcap")
    recording.close()
    told = "-q -w - -s 96 -p -c 5 -a duration:2.5 -i eth0 -f udp -i lo -f udp\n"
    assert (folder / "told").read_text() == told


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("dumpcap: You do not have permission to capture on eth0.", AccessError),
        ("The capture filter 'x' is invalid: syntax error", UsageError),
    ],
)
def test_what_it_says_is_the_error(folder: Path, words: str, kind: type[TcpscopeError]) -> None:
    _stand_in(folder, f'echo "{words}" >&2; exit 2')
    with pytest.raises(kind, match=re.escape(words)):
        open_dumpcap(SPEC, "x")


def test_it_is_stopped_with_the_recording(folder: Path) -> None:
    (folder / "packets").write_bytes(section_header("dumpcap"))
    _stand_in(folder, f"echo $$ >{folder}/pid; cat {folder}/packets; exec sleep 60")
    recording = open_dumpcap(SPEC, "")
    assert isinstance(recording, ProgramRecording)
    assert not recording.complete
    recording.close()
    assert not Path("/proc", (folder / "pid").read_text().strip()).exists()
    assert recording.failure is None


@pytest.mark.parametrize(
    "spec", [LiveSpec(("lo",), ring=Limits(files=2)), LiveSpec(("lo",), stop=Limits(size=10))]
)
def test_what_it_cannot_do_is_refused(folder: Path, spec: LiveSpec) -> None:
    with pytest.raises(UsageError, match="knows neither -b nor file sizes"):
        open_dumpcap(spec, "")


def test_root_needs_no_dumpcap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(UsageError, match="for users who may not capture themselves"):
        open_dumpcap(SPEC, "")
