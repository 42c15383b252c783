"""Display filters against Wireshark 4.0, over real captures: what it finds, and what it refuses.

expected.txt has what Wireshark finds; make_expected.py makes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from cases import REFUSED, SHARED, Case, cases, ranges
from viewing import numbers, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CASES = cases()
_BY_CAPTURE = {capture: list(each) for capture, each in groupby(_CASES, lambda case: case.capture)}
_ESCAPES = "Wireshark 4.0 takes '\\n' for two characters, against its own manual"
_DATES = "a date that no calendar has is refused here"
_REFERENCE = "a reference to the packet selected in Wireshark's window"
_PROTOCOL = "Fibre Channel, of which no header is known here"
_DECIMALS = "Wireshark takes ten decimals for another date"
_PATTERN = "Python's expressions count further than PCRE's"

# What differs, wherever it stands → why.
KNOWN = {
    r"tcp.port == '\n'": _ESCAPES,
    r"frame contains '\n'": _ESCAPES,
    'frame.time > "2018-02-30 00:00:00"': _DATES,
    'frame.time > "2018-01-01 00:00:61"': _DATES,
    'frame.time > ""': _DATES,
    'frame.time == "2020-06-15 10:49:10.0940250001"': _DECIMALS,
    "${tcp.port} == 8080": _REFERENCE,
    "ip.src == ${ip.src}": _REFERENCE,
    "tcp[0] == .fc": _PROTOCOL,
    'frame matches "a{1,99999}"': _PATTERN,
}


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A time without a zone is local time."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("capture", [name for name in _BY_CAPTURE if not name.startswith(SHARED)])
def test_filters_find_in_our_captures_what_wireshark_finds(capture: str, captures: Path) -> None:
    assert _differences(captures / capture, _BY_CAPTURE[capture]) == []


@pytest.mark.parametrize("capture", [name for name in _BY_CAPTURE if name.startswith(SHARED)])
def test_filters_find_in_others_captures_what_wireshark_finds(capture: str, shared_captures: Path) -> None:
    assert _differences(shared_captures / capture.removeprefix(SHARED), _BY_CAPTURE[capture]) == []


def _differences(path: Path, wanted: list[Case]) -> list[str]:
    with opened(path) as view:
        return [
            f"{case.expression}: found {found}, Wireshark {case.found}"
            for case in wanted
            if case.expression not in KNOWN and (found := numbers(view, case.expression)) != case.found
        ]


def test_what_is_known_to_differ_differs(captures: Path) -> None:
    with opened(captures / "http-get.pcap") as view:
        same = [
            case.expression
            for case in _BY_CAPTURE["http-get.pcap"]
            if case.expression in KNOWN and numbers(view, case.expression) == case.found
        ]
    assert same == []


def test_there_are_hundreds_of_filters_and_refusals_among_them() -> None:
    assert len({case.expression for case in _CASES}) >= 300
    assert sum(case.found == REFUSED for case in _CASES) >= 100


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize(
    "expression",
    ["tcp.port != -1", "tcp[13] & 2", 'frame contains "GET"', "tcp.port == http", "all tcp.port > 1000"],
)
def test_tshark_finds_what_is_written_down(expression: str, captures: Path) -> None:
    path = captures / "http-get.pcap"
    command = ["tshark", "-2", "-n", "-r", str(path), "-Y", expression, "-T", "fields", "-e", "frame.number"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"}, timeout=60
    )
    found = REFUSED if done.returncode else ranges(map(int, done.stdout.split()))
    assert Case("http-get.pcap", expression, found) in _BY_CAPTURE["http-get.pcap"]
