"""Asks Wireshark which packets pass the filters of expressions.txt, and writes expected.txt.

usage: make_expected.py; needs Wireshark 4.0's sharkd, which loads a capture once for all its filters (tshark
takes a third of a second for each), and the captures beside the repository. What sharkd finds is what
`tshark -2 -Y` finds.
"""

from __future__ import annotations

import json
import os
import subprocess
from itertools import groupby
from typing import Any

from cases import FOLDER, REFUSED, SHARED, Case, expressions, ranges, write

CAPTURES = FOLDER.parent.parent / "captures"
OTHERS = FOLDER.parent.parent.parent / "shared" / "captures"


class Wireshark:
    """A sharkd process with a capture loaded."""

    def __init__(self, capture: str) -> None:
        environment = {**os.environ, "TZ": "UTC"}
        self._process = subprocess.Popen(
            ["sharkd", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        name = capture.removeprefix(SHARED)
        self._ask("load", file=str((OTHERS if capture.startswith(SHARED) else CAPTURES) / name))

    def _ask(self, method: str, **parameters: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def found(self, expression: str) -> str:
        """The packets that pass."""
        if "error" in self._ask("check", filter=expression):
            return REFUSED
        return ranges(row["num"] for row in self._ask("frames", filter=expression)["result"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def main() -> None:
    """Write expected.txt anew."""
    found = []
    for capture, pairs in groupby(sorted(expressions(), key=lambda pair: pair[0]), lambda pair: pair[0]):
        wireshark = Wireshark(capture)
        found += [Case(capture, expression, wireshark.found(expression)) for _, expression in pairs]
        wireshark.close()
    write(found)


if __name__ == "__main__":
    main()
