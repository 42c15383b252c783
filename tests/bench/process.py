"""A program run to its end: wall time and peak memory.

This process stays small: on Linux a child's peak counts what its parent held when it was started.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
TCPSCOPE = (sys.executable, "-m", "tui")
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took: seconds, and bytes of memory at the most."""

    seconds: float
    peak: int


def run(command: Sequence[str]) -> Run:
    """Run a program with its output thrown away. CalledProcessError with its narration if it fails."""
    none = subprocess.DEVNULL
    with TemporaryFile() as narration:
        start = perf_counter()
        with subprocess.Popen(command, stdin=none, stdout=none, stderr=narration, cwd=ROOT) as process:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        narration.seek(0)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, stderr=narration.read())
    return Run(seconds, usage.ru_maxrss * RSS_UNIT)


def ask(script: str, *arguments: str) -> str:
    """What a script beside this file prints; it runs in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment
    ).stdout.strip()
