"""What a capture is: its files, interfaces, times and rates; as capinfos says it.

As JSON it is one object with the keys

* files: objects with name, format, compression ("" if none), size (bytes), packets, sha256 (null unless the
  file is complete and can be read), hardware, os, application (strings), comments;
* interfaces: objects with number, name, description, encapsulation, snap_length, ticks (a second), filter,
  os, hardware, packets, dropped (null if the file does not tell), comments;
* packets, bytes, captured_bytes;
* first, last (strings: seconds since 1970; null without times), duration (string: seconds);
* bytes_per_second, bits_per_second, packets_per_second, average_size (null if there is nothing to divide by);
* in_order: whether no packet is earlier than the one before it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.capture.compressed import MAGIC_SIZE, recognise
from tui.capture.interface import NANOSECONDS
from tui.capture.link_types import link_type_description
from tui.index.schema import Mark
from tui.report.statistics.facts import Facts, words
from tui.report.tables import NOTHING
from tui.report.times import decimals, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tui.index.reader import Reader
    from tui.report.statistics.facts import Values
    from tui.session import Session, Snapshot

_PLACES = 9
_HASHED_AT_ONCE = 1 << 20
_TEXTS = ("hardware", "os", "application")

COLUMNS = (
    words("property", "Property", "what is told", 30),
    words("value", "Value", "what it is", 200, stretches=True),
)


def sha256(reader: Reader, progress: Callable[[int], None] = lambda done: None) -> str | None:
    """The SHA-256 of a capture's file as it stands on the disk; None if it is none, or is still written.

    `progress` is told the bytes done, and may raise to end it.
    """
    from hashlib import sha256 as make

    path = Path(reader.recording.name)
    if not reader.recording.complete or not path.is_file():
        return None
    found, done = make(), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_HASHED_AT_ONCE):
                found.update(piece)
                done += len(piece)
                progress(done)
    except OSError:
        return None
    return found.hexdigest()


class Properties(Struct, frozen=True, dict=True):  # cached properties want one
    """The properties of a snapshot; times and rates are of the packets `rows`, None: of all.

    `hashes` are those of the files that are known, by the reader's number.
    """

    session: Session
    snapshot: Snapshot
    rows: Values | None
    hashes: Mapping[int, str | None]

    @cached_property
    def _packets(self) -> Mapping[str, Values]:
        """The columns that are asked for, of the packets that count."""
        packets = self.snapshot.packets
        place = slice(packets.first, None) if self.rows is None else self.rows
        return {
            name: getattr(packets, name)[place] for name in ("length", "caplen", "time", "marks", "interface")
        }

    @cached_property
    def _times(self) -> Values:
        packets = self._packets
        timed: Values = packets["time"][packets["marks"] & int(Mark.UNTIMED) == 0]
        return timed

    @property
    def duration(self) -> int:
        """From the earliest packet to the latest, ns."""
        return int(self._times.max() - self._times.min()) if len(self._times) else 0

    def record(self) -> dict[str, object]:
        """What JSON holds of it."""
        packets, times = self._packets, self._times
        count, size = len(packets["length"]), int(packets["length"].sum(dtype=np.int64))
        span = self.duration / NANOSECONDS

        def per_second(amount: float) -> float | None:
            return round(amount / span, _PLACES) if span else None

        return {
            "files": [self._file(number, reader) for number, reader in enumerate(self.session.readers)],
            "interfaces": self._interfaces(),
            "packets": count,
            "bytes": size,
            "captured_bytes": int(packets["caplen"].sum(dtype=np.int64)),
            "first": seconds(int(times.min())) if len(times) else None,
            "last": seconds(int(times.max())) if len(times) else None,
            "duration": seconds(self.duration),
            "bytes_per_second": per_second(size),
            "bits_per_second": per_second(8 * size),
            "packets_per_second": per_second(count),
            "average_size": round(size / count, _PLACES) if count else None,
            "in_order": bool((times[1:] >= times[:-1]).all()),
        }

    def facts(self) -> Facts:
        """The same in lines."""
        lines = list(self._lines())
        return Facts(
            {
                "property": np.array([name for name, _ in lines], object),
                "value": np.array([text for _, text in lines], object),
            }
        )

    def _file(self, number: int, reader: Reader) -> dict[str, object]:
        name = reader.recording.name
        codec, size = _on_disk(name)
        sections = reader.sections
        texts = {
            text: ", ".join(dict.fromkeys(found for each in sections if (found := getattr(each, text))))
            for text in _TEXTS
        }
        return {
            "name": name,
            "format": reader.format.value if reader.format else "",
            "compression": codec,
            "size": reader.recording.size if size is None else size,
            "packets": reader.packets,
            "sha256": self.hashes.get(number),
            **texts,
            "comments": list(reader.comments),
        }

    def _interfaces(self) -> list[dict[str, object]]:
        interfaces = self.snapshot.interfaces
        counts = np.bincount(self._packets["interface"], minlength=len(interfaces)).tolist()
        dropped = _dropped(self.session)
        return [
            {
                "number": number,
                "name": each.name,
                "description": each.description,
                "encapsulation": link_type_description(each.link_type),
                "snap_length": each.snap_length,
                "ticks": NANOSECONDS * each.resolution[1] // each.resolution[0],
                "filter": each.filter,
                "os": each.os,
                "hardware": each.hardware,
                "packets": counts[number],
                "dropped": dropped.get(number),
                "comments": list(each.comments),
            }
            for number, each in enumerate(interfaces)
        ]

    def _lines(self) -> Iterator[tuple[str, str]]:
        record = self.record()
        for number, reader in enumerate(self.session.readers):
            yield from _file_lines(self._file(number, reader), number in self.hashes)
        yield from self._packet_lines(record)
        for each in self._interfaces():
            yield from _interface_lines(each)
        for notice in self.snapshot.notices:
            yield "Damage", notice

    def _packet_lines(self, record: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        yield "Packets", f"{record['packets']:,}"
        yield "Bytes on the wire", f"{record['bytes']:,}"
        yield "Bytes captured", f"{record['captured_bytes']:,}"
        if len(self._times):
            places = max(map(decimals, self.snapshot.interfaces))
            yield "First packet", moment(int(self._times.min()), places)
            yield "Last packet", moment(int(self._times.max()), places)
            yield "Duration", f"{seconds(self.duration, places)} s"
            yield "In order of time", "yes" if record["in_order"] else "no"
        for name, title, unit in (
            ("bytes_per_second", "Bytes a second", ""),
            ("bits_per_second", "Bits a second", ""),
            ("packets_per_second", "Packets a second", ""),
            ("average_size", "Average packet size", " bytes"),
        ):
            number = record[name]
            yield title, f"{number:,.2f}{unit}" if isinstance(number, float) else NOTHING


def _on_disk(name: str) -> tuple[str, int | None]:
    """How the file of that name is compressed, "" if not, and its size; None if there is no such file."""
    path = Path(name)
    try:
        if not path.is_file():
            return "", None
        with path.open("rb") as file:
            codec = recognise(file.read(MAGIC_SIZE))
        return codec.name if codec else "", path.stat().st_size
    except OSError:
        return "", None


def _dropped(session: Session) -> dict[int, int]:
    """How many packets each interface dropped, by its number, as far as the files tell.

    A file with several sections numbers them anew in each: of such a one nothing is told.
    """
    found: dict[int, int] = {}
    interfaces = session.snapshot().interfaces
    for number, reader in enumerate(session.readers):
        own = [place for place, each in enumerate(interfaces) if each.recording == number]
        if len(reader.sections) == 1:
            for each in reader.statistics:
                if each.dropped is not None and each.interface < len(own):
                    found[own[each.interface]] = each.dropped
    return found


def _file_lines(file: Mapping[str, object], hashed: bool) -> Iterator[tuple[str, str]]:
    compression = f", {file['compression']}" if file["compression"] else ""
    yield "File", str(file["name"])
    yield "Format", f"{file['format']}{compression}"
    yield "File size", f"{file['size']:,} bytes"
    yield "SHA-256", str(file["sha256"] or NOTHING) if hashed else UNKNOWN_HASH
    for name, title in (("hardware", "Hardware"), ("os", "Operating system"), ("application", "Application")):
        if file[name]:
            yield title, str(file[name])
    comments = file["comments"]
    assert isinstance(comments, list), "as _file makes it"
    for comment in comments:
        yield "Comment", str(comment)


UNKNOWN_HASH = "(Enter computes it)"


def _interface_lines(each: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    name = f"{each['name']}: " if each["name"] else ""
    limit = f", at most {each['snap_length']:,} bytes a packet" if each["snap_length"] else ""
    packets = f"{each['packets']:,} packets{limit}, {each['ticks']:,} ticks a second"
    yield f"Interface {each['number']}", f"{name}{each['encapsulation']}, {packets}"
    for key, title in (("description", "Description"), ("filter", "Capture filter"), ("os", "OS")):
        if each[key]:
            yield f"  {title}", str(each[key])
    if each["dropped"] is not None:
        yield "  Dropped", f"{each['dropped']:,} packets"
