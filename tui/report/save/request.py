"""What is typed behind `save`: a file, and which packets: `trace.pcap marked`, `"a b" packets 1-20,30`.

Invariant: the file comes first, whatever it is called; quotes around it part it from what stands behind.
"""

from __future__ import annotations

import re

from msgspec import Struct

from tui.errors import UsageError
from tui.report.save.choice import Which

WORDS = {
    "shown": Which.SHOWN,
    "displayed": Which.SHOWN,
    "all": Which.ALL,
    "marked": Which.MARKED,
    "packets": Which.NUMBERS,
    "connection": Which.CONNECTION,
}
"""What packets are called."""

_QUOTED = re.compile(r"""(["'])(?P<file>.*?)\1(?P<packets>.*)""")
_PACKETS = re.compile(rf"\s+(?P<word>{'|'.join(WORDS)})(?:\s+(?P<numbers>[0-9,\s-]*[0-9-]))?")
_NUMBERED = {Which.NUMBERS: "1-20,30", Which.CONNECTION: "3"}
_HINT = "behind the file stands nothing, shown, all, marked, packets 1-20,30, or connection 3"


class Request(Struct, frozen=True):
    """Save these packets to the file of this name; `numbers` are those of packets, or of a connection.

    "" for a connection's is the one of the packet that is selected.
    """

    file: str
    which: Which = Which.SHOWN
    numbers: str = ""


def request_of(text: str) -> Request:
    """What `text` says; UsageError if it names no file, or behind a quoted one no packets."""
    text = text.strip()
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        file, packets = quoted["file"], _PACKETS.fullmatch(quoted["packets"])
        if quoted["packets"].strip() and packets is None:
            raise UsageError(f"{quoted['packets'].strip()!r} says no packets", _HINT)
    else:
        packets = next((found for found in _PACKETS.finditer(text) if found.end() == len(text)), None)
        file = text[: packets.start()] if packets else text
    if not file.strip():
        raise UsageError("a file to save to expected", _HINT)
    if packets is None:
        return Request(file)
    which, numbers = WORDS[packets["word"]], packets["numbers"] or ""
    if numbers and which not in _NUMBERED:
        raise UsageError(f"{packets['word']} has no numbers behind it, found {numbers}", _HINT)
    if not numbers and which is Which.NUMBERS:
        raise UsageError("the numbers of packets expected", _HINT)
    return Request(file, which, numbers)
