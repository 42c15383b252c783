"""What there is to open, in words: the interfaces with their traffic, and the files that were open before.

Looking takes time (a network file system may take minutes): `look_at_interfaces` and `look_at_file` read, and
what else is here only writes down what they saw.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.capture.live.counters import packets_of
from tui.capture.live.interfaces import devices
from tui.capture.live.spec import ANY
from tui.report.explain import Tone
from tui.report.tables import NOTHING, Column
from tui.report.traffic import SECONDS, sparkline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tui.capture.live.interfaces import Device
    from tui.report.explain import Piece
    from tui.report.traffic import Traffic

INTERFACE_COLUMNS = (
    Column(id="name", title="Interface", width=15, text="Its name."),
    Column(id="state", title="State", width=5, text="Whether it is up."),
    Column(id="rate", title="Packets/s", width=11, align="right", text="In the last second."),
    Column(id="traffic", title=f"Last {SECONDS} s", width=SECONDS, text="Packets a second."),
    Column(id="addresses", title="Addresses", width=200, text="Its addresses.", stretches=True),
)
FILE_COLUMNS = (
    Column(id="name", title="File", width=40, text="Its name."),
    Column(id="size", title="Size", width=9, align="right", text="Its size."),
    Column(id="age", title="Written", width=13, text="When it was last written."),
    Column(id="folder", title="Folder", width=200, text="Where it is.", stretches=True),
)
_UNCOUNTED = ("rate", "traffic")

_SIZES = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1000
_TEN = 10
_AGES = ((86_400, "days"), (3600, "h"), (60, "min"), (1, "s"))


class Interfaces(Struct, frozen=True):
    """The interfaces at a moment (seconds of a clock that never goes back), and their counters' values."""

    devices: tuple[Device, ...]
    moment: float
    counts: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """What there is to capture on: each interface, and all of them."""
        return (*(each.name for each in self.devices), ANY)


class SeenFile(Struct, frozen=True):
    """A file and what it is now; `size` is bytes, `age` is seconds; None: it is gone, or not ours to see."""

    path: Path
    size: int | None = None
    age: float | None = None


def look_at_interfaces() -> Interfaces:
    """All interfaces, now. Loads scapy."""
    found = devices()
    counted = ((device.name, packets_of(device)) for device in found)
    counts = {name: count for name, count in counted if count is not None}
    return Interfaces(found, time.monotonic(), counts and counts | {ANY: sum(counts.values())})


def look_at_file(path: Path) -> SeenFile:
    """What `path` is now."""
    try:
        if not path.is_file():
            return SeenFile(path)
        found = path.stat()
    except (OSError, ValueError):
        return SeenFile(path)
    return SeenFile(path, found.st_size, max(0.0, time.time() - found.st_mtime))


def interface_columns(seen: Interfaces) -> tuple[Column, ...]:
    """The columns; without those of the traffic where the system does not count."""
    return tuple(each for each in INTERFACE_COLUMNS if seen.counts or each.id not in _UNCOUNTED)


def interface_lines(seen: Interfaces, traffic: Traffic) -> list[list[Piece]]:
    """A line for each of `seen.names`, with a cell for each of its columns."""
    lines = []
    for device in seen.devices:
        state: Piece = ("up", Tone.GOOD) if device.up else ("down", Tone.MUTED)
        addresses = ", ".join(device.addresses) or NOTHING
        lines.append([(device.name, Tone.STRONG), state, *_traffic(seen, traffic, device.name)])
        lines[-1].append((addresses, Tone.PLAIN if device.addresses else Tone.MUTED))
    lines.append([(ANY, Tone.STRONG), (NOTHING, Tone.MUTED), *_traffic(seen, traffic, ANY)])
    lines[-1].append(("all interfaces", Tone.MUTED))
    return lines


def file_line(seen: SeenFile) -> list[Piece]:
    """The cells of one file."""
    name, folder = seen.path.name, str(seen.path.parent)
    if seen.size is None or seen.age is None:
        return [(name, Tone.MUTED), ("gone", Tone.WARN), (NOTHING, Tone.MUTED), (folder, Tone.MUTED)]
    return [
        (name, Tone.STRONG),
        (size_text(seen.size), Tone.PLAIN),
        (age_text(seen.age), Tone.PLAIN),
        (folder, Tone.MUTED),
    ]


def size_text(size: float) -> str:
    """Bytes, in the unit that leaves one to three digits: "812 B", "9.6 kB", "605 MB"."""
    place = 0
    while round(size) >= _THOUSAND and place + 1 < len(_SIZES):
        size /= _THOUSAND
        place += 1
    decimals = 1 if place and size < _TEN else 0
    return f"{size:,.{decimals}f} {_SIZES[place]}"


def age_text(seconds: float) -> str:
    """How long ago: "5 s ago", "3 min ago", "2 days ago"."""
    length, unit = next((each for each in _AGES if each[0] <= seconds), _AGES[-1])
    number = int(seconds / length)
    return f"{number:,} {'day' if (number, unit) == (1, 'days') else unit} ago"


def _traffic(seen: Interfaces, traffic: Traffic, name: str) -> Sequence[Piece]:
    if not seen.counts:
        return ()
    rates = traffic.rates(name)
    rate = f"{round(rates[-1]):,}" if rates else NOTHING
    return (rate, Tone.PLAIN if rates and rates[-1] else Tone.MUTED), (sparkline(rates), Tone.GOOD)
