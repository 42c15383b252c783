"""What goes with packets into a pcapng file: its section and interfaces, and the blocks between the packets.

Invariant: an interface keeps the number that the session gives it, so that several files have room in one
section; what is known of a recording's blocks is copied, and made anew only where it cannot be read.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.capture import pcapng
from tui.capture.formats import Format
from tui.capture.options import COMMENT, byte_order, walk
from tui.capture.pcapng_writer import interface_description, option_list, section, section_header
from tui.capture.save.little_endian import swapped
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.index.reader import Reader
    from tui.session import Snapshot

_KEPT = frozenset({pcapng.NAMERESOLUTION, pcapng.DECRYPTION_SECRETS})
# These speak of all packets, or stand between them; 0x40000BAD asks not to be copied.
_KEPT_WITH_ALL = _KEPT | {pcapng.INTERFACE_STATISTICS, pcapng.JOURNAL_ENTRY, pcapng.CUSTOM}
_SECTION_OPTIONS_AT = 24
_LARGEST = 1 << 24  # bytes of a block; the reader takes none that is larger


class Block(Struct, frozen=True):
    """A block that is no packet: where it begins in the recording, and what its section says of it."""

    reader: Reader
    kind: int
    place: int
    big_endian: bool
    interfaces: int  # that the recording described in earlier sections

    def read(self) -> bytes | None:
        """The whole block, in little-endian order; None if it left a ring of files.

        CaptureError if it is not there for another reason.
        """
        try:
            return self._read()
        except CaptureError:
            if self.reader.recording.gone():
                return None
            raise

    def _read(self) -> bytes:
        length = int.from_bytes(self.reader.recording.read(self.place + 4, 4), byte_order(self.big_endian))
        if length > _LARGEST:
            raise CaptureError(f"{self.reader.recording.name} was changed at byte {self.place:,}")
        found = self.reader.recording.read(self.place, length)
        return swapped(found) if self.big_endian else found


class Metadata:
    """The blocks of all recordings of a session, as `snapshot` knows them."""

    def __init__(self, readers: Sequence[Reader], snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._sections: list[Block] = []
        self._descriptions: dict[int, Block] = {}  # by the number of the interface
        self._numbers = [
            [number for number, each in enumerate(snapshot.interfaces) if each.recording == recording]
            for recording in range(len(readers))
        ]
        self._others: list[tuple[int, Block]] = []  # with the number of the recording
        for recording, reader in enumerate(readers):
            if reader.format is Format.PCAPNG:
                self._look_through(recording, reader)

    def head(self) -> bytes:
        """The section and its interfaces."""
        return self._section() + b"".join(map(self._description, range(len(self._snapshot.interfaces))))

    def between(self, *, all_packets: bool) -> Iterator[tuple[int, Block]]:
        """The blocks to be saved among packets, each with the number of its recording.

        `all_packets`: all packets of the session are saved.
        """
        kinds = _KEPT_WITH_ALL if all_packets else _KEPT
        return ((recording, block) for recording, block in self._others if block.kind in kinds)

    def written(self, recording: int, block: Block) -> bytes:
        """One of these blocks as it is saved: interfaces have other numbers; b"" if it is not there."""
        data = block.read()
        if data is None or block.kind != pcapng.INTERFACE_STATISTICS:
            return data or b""
        numbers = self._numbers[recording]
        place = block.interfaces + int.from_bytes(data[8:12], "little")
        return data[:8] + struct.pack("<I", numbers[place]) + data[12:] if place < len(numbers) else b""

    def _look_through(self, recording: int, reader: Reader) -> None:
        described = before = 0
        big_endian = False
        for kind, place in zip(reader.block_kinds[:], reader.block_places[:], strict=False):
            if kind == pcapng.SECTION_HEADER:
                big_endian, before = self._is_big_endian(reader, place), described
            block = Block(reader, kind, place, big_endian, before)
            if kind == pcapng.SECTION_HEADER:
                self._sections.append(block)
            elif kind == pcapng.INTERFACE_DESCRIPTION:
                if described < len(self._numbers[recording]):
                    self._descriptions[self._numbers[recording][described]] = block
                described += 1
            else:
                self._others.append((recording, block))

    def _is_big_endian(self, reader: Reader, place: int) -> bool:
        try:
            magic = reader.recording.read(place + 8, 4)
        except CaptureError:
            if reader.recording.gone():  # rings are ours, and little-endian
                return False
            raise
        return int.from_bytes(magic, "big") == pcapng.BYTE_ORDER_MAGIC

    def _section(self) -> bytes:
        """The first section's header, with the comments of all."""
        found = [options for options in map(self._section_options, self._sections) if options is not None]
        if not found:
            return section_header("tcpscope")
        first, *later = found
        comments = [pair for options in later for pair in options if pair[0] == COMMENT and pair not in first]
        return section(option_list([*first, *dict.fromkeys(comments)]))

    def _section_options(self, block: Block) -> list[tuple[int, bytes]] | None:
        data = block.read()
        if data is None:
            return None
        return [(code, value) for code, value, _ in walk(data[_SECTION_OPTIONS_AT:-4], "little") if code]

    def _description(self, number: int) -> bytes:
        interface = self._snapshot.interfaces[number]
        block = None if interface.damage else self._descriptions.get(number)
        found = block.read() if block else None
        return found or interface_description(interface, interface.resolution)
