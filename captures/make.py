"""Make the captures beside this file from their descriptions in `scenarios/`; with --check, only compare.

Invariant: `NAME.pcap` is made from `scenarios/NAME.txt` and from nothing else.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conversation import ScriptError, parse
from frames import pcap

HERE = Path(__file__).resolve().parent


def make() -> dict[Path, bytes]:
    """Every capture that belongs here, with its bytes; ScriptError if a description is wrong."""
    return {
        HERE / f"{script.stem}.pcap": pcap(parse(script.read_text("utf-8"), script.name))
        for script in sorted((HERE / "scenarios").glob("*.txt"))
    }


def differences(made: dict[Path, bytes]) -> list[str]:
    """A line for every capture here that is not what was `made`."""
    lines = [
        f"{path.name}: no description makes it" for path in sorted(set(HERE.glob("*.pcap")) - made.keys())
    ]
    for path, content in made.items():
        if not path.exists():
            lines.append(f"{path.name}: missing, run captures/make.py")
        elif path.read_bytes() != content:
            lines.append(f"{path.name}: not what scenarios/{path.stem}.txt describes, run captures/make.py")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the captures from their descriptions in scenarios/.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a capture would change")
    check = parser.parse_args().check
    try:
        made = make()
    except ScriptError as error:
        print(error, file=sys.stderr)
        return 1
    if check:
        lines = differences(made)
        for line in lines:
            print(line, file=sys.stderr)
        return 1 if lines else 0
    for path, content in made.items():
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
