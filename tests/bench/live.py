"""Live capture under load: what is lost, how soon a key is answered; tcpdump and dumpcap beside it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from load import PORT
from measures import Line, Must
from process import ROOT, TCPSCOPE, ask
from terminal import DOWN, Terminal, screen_text, screens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATE = 100_000  # packets a second
SECONDS = 5.0
RATES = (50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 400_000)
LADDER_SECONDS = 2.0
KEYS = 20
_FILTER = f"udp port {PORT}"
_BEGIN = {"tcpscope": "capturing on", "tcpdump": "listening on", "dumpcap": "File:"}
_DROPPED = {
    "tcpscope": r"([\d,]+) dropped by the kernel",
    "tcpdump": r"(\d+) packets dropped by kernel",
    "dumpcap": r"on interface '.*?': \d+/(\d+) ",
}


def measure_live(_: str) -> Iterator[Line]:
    """The screen under load, then the highest rate at which each program loses nothing."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return
    yield from _screen_under_load()
    for name, command in _recorders().items():
        yield Line(f"{name} -w: highest rate without a drop", _highest(name, command) / 1000, "k/s")


def _screen_under_load() -> Iterator[Line]:
    with Terminal((*TCPSCOPE, "-i", "lo", "--on-exit", "delete", *_FILTER.split())) as terminal:
        while not any("● live".encode() in chunk.data for chunk in terminal.chunks):
            terminal.take(1.0)
        with _load(RATE, SECONDS) as load:
            terminal.pump(1.0)
            terminal.type(b"k" * 30)  # up: nothing is followed any more, and the list goes on
            terminal.pump(0.5)
            first = len(terminal.chunks)
            sent = []
            for _ in range(KEYS):
                sent.append(terminal.type(DOWN))
                terminal.pump(0.12)
            terminal.pump(max(0.0, SECONDS - 4.0))
            count = int(load.communicate()[0])
        terminal.settle(1.0, 5.0)
        text = screen_text(terminal.chunks)
    waits = list(_answers(terminal, first, sent))
    yield Line("live, on the screen: packets sent", count / SECONDS / 1000, "k/s")
    yield Line("  lost", float(count - _number(text, r"([\d,]+) packets ")), "packets", Must("≤", 0))
    yield Line("  key → its packet on the screen", 1e3 * median(waits), "ms", Must("≤", 20))


def _answers(terminal: Terminal, first: int, sent: Sequence[float]) -> Iterator[float]:
    """How long each key waited until the status bar told the packet that it leads to (s)."""
    told = [
        (chunk.time, int(found[1].replace(",", "")))
        for chunk, text in screens(terminal.chunks)
        if (found := re.search(r"packet ([\d,]+) of", text))
    ]
    start = next(row for when, row in reversed(told) if when <= sent[0])
    for number, when in enumerate(sent, 1):
        yield (
            next((moment for moment, row in told if moment >= when and row >= start + number), when + 1.0)
            - when
        )


def _recorders() -> dict[str, tuple[str, ...]]:
    programs = {
        "tcpscope": (*TCPSCOPE, "-i", "lo", "--no-drop", "-f", _FILTER, "-w"),
        "tcpdump": ("tcpdump", "-n", "-i", "lo", _FILTER, "-w"),
        "dumpcap": ("dumpcap", "-i", "lo", "-f", _FILTER, "-w"),
    }
    return {name: command for name, command in programs.items() if shutil.which(command[0])}


def _highest(name: str, command: Sequence[str]) -> float:
    """The highest of RATES that the machine can send and the program records whole; 0 if none."""
    highest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for rate in RATES:
            sent, dropped = _record(name, (*command, str(Path(folder) / "x.pcapng")), rate)
            if dropped:
                break
            highest = sent / LADDER_SECONDS
            if highest < 0.9 * rate:  # the machine sends no faster
                break
    return highest


def _record(name: str, command: Sequence[str], rate: float) -> tuple[int, int]:
    """Record a load; the packets that were sent, and those dropped."""
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while _BEGIN[name] not in said:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(f"{name} ended: {said}")
            said += line
        time.sleep(0.3)
        sent = int(ask("load.py", str(rate), str(LADDER_SECONDS)))
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        said += process.stderr.read()
    return sent, _number(said, _DROPPED[name])


def _load(rate: float, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("load.py")), str(rate), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _number(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"{pattern!r} is not in: {text}")
    return int(found[1].replace(",", ""))
