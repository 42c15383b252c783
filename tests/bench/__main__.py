"""`make bench`: measures tcpscope in one run with its rivals, prints a table and writes bench.json.

Exits 0 even if a figure is not what it must be: figures are judged by people, on a quiet machine.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from live import measure_live
from measures import (
    TSHARK_SECONDS,
    Line,
    measure_fields,
    measure_filters,
    measure_kernels,
    measure_printing,
    measure_screen,
    measure_stories,
    measure_termshark,
)
from process import ROOT, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PARTS: tuple[Callable[[str], Iterator[Line]], ...] = (
    measure_printing,
    measure_kernels,
    measure_stories,
    measure_screen,
    measure_fields,
    measure_filters,
    measure_live,
    measure_termshark,
)


def row(line: Line, slowness: float | None) -> str:
    """A line of the table; where the limits were set tshark is `slowness` times as fast."""
    scaled = line.scaled(slowness) if slowness else None
    there = "" if scaled is None else f"{scaled:9.3f}"
    must = f"{line.must.sense} {line.must.limit:g}" if line.must else ""
    verdict = ("ok" if line.ok else "NOT") if line.must else ""
    return f"{line.what:<46} {line.figure:9.3f} {line.unit:<11} {must:>7}  {verdict:<3} {there}".rstrip()


def slowness_of(lines: Iterable[Line]) -> float | None:
    """How many times as long tshark takes as where the limits were set; None without tshark."""
    seconds = [line.figure for line in lines if line.what.strip().startswith("tshark ")]
    return seconds[0] / TSHARK_SECONDS if seconds else None


def main() -> int:
    capture = ask("sample.py")
    lines = []
    print(f"{'1,000,000 packets, 18,000 connections':<46} {'figure':>9} {'':<11} {'must':>7}")
    slowness = None
    for part in PARTS:
        for line in part(capture):
            lines.append(line)
            print(row(line, slowness), flush=True)
        if part is measure_printing and (slowness := slowness_of(lines)):
            text = f"tshark takes {slowness:.1f} times as long as where the limits were set"
            print(f"{text:<79} there")
    path = ROOT / "bench.json"
    path.write_text(json.dumps([{**asdict(line), "ok": line.ok} for line in lines], indent=1) + "\n")
    failed = sum(not line.ok for line in lines)
    print(f"{failed} not as they must be; written to {path.name}" if failed else f"written to {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
