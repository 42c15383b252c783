"""What tshark, the reference, says of a capture file."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def fields(path: Path, *names: str, passes: int = 1) -> list[dict[str, str]]:
    """The fields of each packet, "" where it has none; of several values the last, which is the innermost."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=l"]
    command += ["-2"] * (passes == 2)
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return [dict(zip(names, line.split("\t"), strict=True)) for line in done.stdout.splitlines()]
