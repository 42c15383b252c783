"""What is measured, and what it must be; each function gives the lines of one part of the table."""

from __future__ import annotations

import operator
import re
import shutil
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from process import TCPSCOPE, Run, ask, run
from sample import PACKETS
from terminal import DOWN, Terminal, screen_text, screens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIB = 1 << 20
SENSES = {"≤": operator.le, "≥": operator.ge, "<": operator.lt}

TSHARK_SECONDS = 7.4  # what measure_printing's tshark took on the machine for which the limits were set
SCALES = {"s": -1, "ms": -1, "M packets/s": 1}  # the exponent of slowness, by the unit

ROUNDS = 5
KEYS = 40
QUIET = 0.06  # s without output after which a key counts as answered
LOADING_KEYS = 0.03  # s between keys while the capture is loaded
FIELDS = ("frame.number", "tcp.stream", "tcp.seq")
COLUMN_FILTER = "tcp.port == 443 && tcp.flags.syn == 1 && tcp.window_size < 1000"
BYTES_FILTER = 'frame contains "GET"'
FIRST_ROW = r"\b1 +0\.0000"
ALL_ROWS = rf"packet [\d,]+ of {PACKETS:,}\b"


@dataclass(frozen=True, slots=True)
class Must:
    """A limit: `sense` is one of SENSES."""

    sense: str
    limit: float


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the table; without `must` it is there for comparison."""

    what: str
    figure: float
    unit: str
    must: Must | None = None

    @property
    def ok(self) -> bool:
        """Whether the figure is what it must be."""
        return self.must is None or bool(SENSES[self.must.sense](self.figure, self.must.limit))

    def scaled(self, slowness: float) -> float | None:
        """The figure on a machine that many times as fast; None if it has no limit in time."""
        return self.figure * slowness ** SCALES[self.unit] if self.must and self.unit in SCALES else None


def measure_printing(capture: str) -> Iterator[Line]:
    """`-q` beside tshark's dissection of all packets and tcptrace's one line per connection."""
    rivals = {
        "tshark": (("tshark", "-n", "-q", "-z", "io,stat,0", "-r", capture), 2, Must("≤", 0.1)),
        "tcptrace": (("tcptrace", "-n", capture), ROUNDS, Must("<", 1.0)),
    }
    commands = {name: (command, rounds) for name, (command, rounds, _) in rivals.items()}
    runs = _interleaved({"tcpscope": ((*TCPSCOPE, "-q", "-r", capture), ROUNDS), **commands})
    own = median(each.seconds for each in runs["tcpscope"])
    yield Line("tcpscope -q -r, whole process", own, "s")
    for name, (command, _, must) in rivals.items():
        if name in runs:
            seconds = median(each.seconds for each in runs[name])
            yield Line(f"  {' '.join(command[:-1])}", seconds, "s")
            yield Line(f"  tcpscope beside {name}", own / seconds, "×", must)
    yield Line("  peak memory", max(each.peak for each in runs["tcpscope"]) / MIB, "MiB", Must("≤", 200))
    for name in [name for name in rivals if name in runs]:
        yield Line(f"  peak memory of {name}", max(each.peak for each in runs[name]) / MIB, "MiB")


def measure_fields(capture: str) -> Iterator[Line]:
    """`-T fields` with three columns, beside tshark."""
    options = ("-n", "-r", capture, "-T", "fields", *(word for name in FIELDS for word in ("-e", name)))
    runs = _interleaved({"tcpscope": ((*TCPSCOPE, *options), 3), "tshark": (("tshark", *options), 1)})
    own = median(each.seconds for each in runs["tcpscope"])
    yield Line("-T fields, three columns", own, "s")
    if "tshark" in runs:
        seconds = median(each.seconds for each in runs["tshark"])
        yield Line("  tshark", seconds, "s")
        yield Line("  tcpscope beside tshark", own / seconds, "×")


def measure_filters(capture: str) -> Iterator[Line]:
    """A filter from columns in an open capture, and one that looks at all bytes, beside tshark."""
    seconds, memory = map(float, ask("filters.py", capture, COLUMN_FILTER).split())
    yield Line("filter by port, flag and window", 1e3 * seconds, "ms", Must("≤", 30))
    yield Line("  memory that it takes", memory / MIB, "MiB")
    options = ("-n", "-r", capture, "-T", "fields", "-e", "frame.number", "-Y", BYTES_FILTER)
    runs = _interleaved({"tcpscope": ((*TCPSCOPE, *options), 3), "tshark": (("tshark", *options), 1)})
    own = median(each.seconds for each in runs["tcpscope"])
    yield Line(f"-Y '{BYTES_FILTER}', whole process", own, "s")
    if "tshark" in runs:
        yield Line("  tcpscope beside tshark", own / runs["tshark"][0].seconds, "×", Must("≤", 0.2))


def measure_kernels(capture: str) -> Iterator[Line]:
    """Scan and track, without reading the file."""
    yield Line(
        "scan + track kernels", PACKETS / float(ask("kernels.py", capture)) / 1e6, "M packets/s", Must("≥", 4)
    )


def measure_stories(_: str) -> Iterator[Line]:
    """The sidebar of a connection of a million segments."""
    yield Line("sidebar of 1,000,000 segments", 1e3 * float(ask("long_story.py")), "ms", Must("≤", 100))


def measure_screen(capture: str) -> Iterator[Line]:
    """From the start of the program to rows on the screen, and the cursor's way down."""
    first, indexed, peaks = [], [], []
    for _ in range(ROUNDS):
        with Terminal((*TCPSCOPE, capture)) as terminal:
            _start(terminal)
            first.append(_must_be_seen(terminal, FIRST_ROW))
            indexed.append(_must_be_seen(terminal, ALL_ROWS))
            peaks.append(terminal.peak)
    yield Line("exec → first rows on the screen", median(first), "s", Must("≤", 0.6))
    yield Line("exec → all rows on the screen", median(indexed), "s", Must("≤", 1.5))
    yield Line("  peak memory", max(peaks) / MIB, "MiB", Must("≤", 250))
    with Terminal((*TCPSCOPE, capture)) as terminal:
        _start(terminal)
        yield from _keys(terminal, Must("≤", 8), Must("≤", 3.0))
        terminal.settle(1.0)
        yield from _held(terminal)
    yield Line("longest wait for a key while loading", 1e3 * _longest_wait(capture), "ms", Must("≤", 50))


def measure_termshark(capture: str) -> Iterator[Line]:
    """The same of termshark, if it is installed."""
    if shutil.which("termshark") is None:
        return
    with Terminal(("termshark", "-r", capture)) as terminal:
        terminal.settle(5.0, 120.0)  # its progress bar moves while it loads
        yield Line("termshark: exec → first rows on the screen", _must_be_seen(terminal, FIRST_ROW), "s")
        yield Line("termshark: exec → quiet", terminal.chunks[-1].time - terminal.start, "s")
        yield Line("termshark: peak memory", terminal.peak / MIB, "MiB")
        for line in _keys(terminal, None, None):
            yield Line(f"termshark: {line.what.strip()}", line.figure, line.unit)


def _interleaved(commands: dict[str, tuple[Sequence[str], int]]) -> dict[str, list[Run]]:
    """Runs of each program in turn, so that what else the machine does meets all; those installed only."""
    runs: dict[str, list[Run]] = {}
    for number in range(max(rounds for _, rounds in commands.values())):
        for name, (command, rounds) in commands.items():
            if number < rounds and shutil.which(command[0]):
                runs.setdefault(name, []).append(run(command))
    return runs


def _start(terminal: Terminal, rest: float = 1.0) -> None:
    """Wait for the first rows, and then until the program was quiet so long."""
    while not any(b"[SYN" in chunk.data for chunk in terminal.chunks[-3:]):
        terminal.take(1.0)
    if rest:
        terminal.settle(rest)


def _keys(terminal: Terminal, latency: Must | None, size: Must | None) -> Iterator[Line]:
    """Cursor down, one key at a time, each until the screen is at rest."""
    waits, sizes = [], []
    for _ in range(KEYS):
        before = len(terminal.chunks)
        sent = terminal.type(DOWN)
        terminal.take(1.0)
        terminal.settle(QUIET)
        answer = terminal.chunks[before:]
        waits.append(answer[-1].time - sent if answer else 1.0)
        sizes.append(sum(len(chunk.data) for chunk in answer))
    yield Line("cursor down, key → last byte", 1e3 * median(waits), "ms", latency)
    yield Line("  longest", 1e3 * max(waits), "ms")
    yield Line("  bytes", median(sizes) / 1024, "KiB", size)


def _held(terminal: Terminal) -> Iterator[Line]:
    """The key held down: what it costs a line, once per repeat."""
    before = len(terminal.chunks)
    for _ in range(KEYS):
        terminal.type(DOWN)
        terminal.pump(LOADING_KEYS)
    terminal.settle(QUIET)
    size = sum(len(chunk.data) for chunk in terminal.chunks[before:])
    yield Line("  bytes a key while it is held down", size / KEYS / 1024, "KiB")


def _longest_wait(capture: str) -> float:
    """Keys typed from the first rows until all are indexed: the longest until the cursor was there (s)."""
    with Terminal((*TCPSCOPE, capture)) as terminal:
        _start(terminal, rest=0.0)
        sent = []
        end = perf_counter() + 1.0
        while perf_counter() < end:
            sent.append(terminal.type(DOWN))
            terminal.pump(LOADING_KEYS)
        terminal.settle(1.0)
        indexed = terminal.start + _must_be_seen(terminal, ALL_ROWS)
    return max(_waits(terminal, [time for time in sent if time < indexed]), default=0.0)


def _waits(terminal: Terminal, sent: Sequence[float]) -> Iterator[float]:
    """How long each key waited until the status bar told its packet; the first leads to packet 2."""
    answered = 0
    for chunk, text in screens(terminal.chunks):
        found = re.search(r"packet ([\d,]+) of", text)
        reached = int(found[1].replace(",", "")) - 1 if found else 0
        for time in sent[answered:reached]:
            yield chunk.time - time
        answered = max(answered, reached)
    if answered < len(sent):
        raise RuntimeError(f"{len(sent)} keys were typed, {answered} were answered")


def _must_be_seen(terminal: Terminal, pattern: str) -> float:
    time = terminal.seen(pattern)
    if time is None:
        raise RuntimeError(f"{pattern!r} never stood on the screen, but: {screen_text(terminal.chunks)}")
    return time
