"""One recording → packet rows: its header and metadata, the scan kernel over chunks, reassembly.

Nothing whole is lost: what stands before a damage is given out, and the damage is told with its place.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui.capture import pcapng
from tui.capture.formats import HEAD_SIZE, Format, detect
from tui.capture.interface import Interface
from tui.capture.options import byte_order
from tui.capture.pcap import PcapHeader, parse_header
from tui.errors import CaptureError
from tui.index.fragments import Fragments, Part
from tui.index.scan import Scanner, Stop
from tui.index.schema import LINK, PACKET, Mark

if TYPE_CHECKING:
    from tui.capture.recording import Recording
    from tui.index.addresses import AddressBook

CHUNK = 2 << 20  # bytes read in one go
BLOCK = 16384  # rows made in one go: small enough to stay in the processor's cache until they are tracked
FIRST_BLOCK = 256  # the first rows, so that they are on the screen at once
MOST_INTERFACES = 65535
MAX_PACKET = 262144  # see framing.pxd

Rows = NDArray[np.void]
_NO_ROWS: Rows = np.zeros(0, PACKET)


class Datagram(Struct, frozen=True):
    """A datagram put together from fragments.

    Its payload's IP protocol, and where its pieces stand in the recording, one behind the other.
    """

    protocol: int
    parts: tuple[Part, ...]


class Interfaces:
    """The interfaces of all recordings in one list, as packets number them."""

    def __init__(self) -> None:
        self.all: list[Interface] = []

    def add(self, interface: Interface) -> int:
        """Append one; its number. CaptureError if there are more than a packet's column can number."""
        if len(self.all) == MOST_INTERFACES:
            raise CaptureError(f"more than {MOST_INTERFACES:,} interfaces")
        self.all.append(interface)
        return len(self.all) - 1


class Reader:
    """Reads one recording to its present end, again and again while it grows.

    `position` is how far it came (bytes), `packets` how many it gave out, `damage` why it ended early (None:
    it did not). `datagrams` are those that were put together, by the place of the frame that completed them;
    `statistics`, `names`, `comments`, `sections` what a pcapng file tells; `block_kinds` and `block_places`
    which blocks that are no packets it has, and where each begins.
    """

    def __init__(self, recording: Recording, number: int, book: AddressBook, interfaces: Interfaces) -> None:
        self.recording = recording
        self.position = 0
        self.packets = 0
        self.finished = False
        self.damage: CaptureError | None = None
        self.format: Format | None = None
        self.header: PcapHeader | None = None
        self.datagrams: dict[int, Datagram] = {}
        self.statistics: list[pcapng.InterfaceStatistics] = []
        self.names: dict[bytes, tuple[str, ...]] = {}
        self.comments: list[str] = []
        self.sections: list[pcapng.SectionHeader] = []
        self.block_kinds = array("I")
        self.block_places = array("Q")
        self._number = number
        self._book = book
        self._interfaces = interfaces
        self._fragments = Fragments()
        self._scanner: Scanner | None = None
        self._links: Rows = np.zeros(1, LINK)  # the present section's interfaces: the first `_described`
        self._described = 0
        self._big_endian = False
        self._buffer = bytearray(CHUNK)
        self._chunk = memoryview(self._buffer)[
            :0
        ]  # what is read but not yet scanned starts at position - base
        self._base = 0
        self._ended = False  # the chunk goes to the recording's end
        self._block: Rows = np.zeros(FIRST_BLOCK, PACKET)

    def begin(self) -> bool:
        """Read the file's header, if it is there by now. CaptureError if it is none that can be read."""
        if self._scanner is not None:
            return True
        complete = self.recording.complete
        head = self._peek(HEAD_SIZE)
        if len(head) < PcapHeader.size and not complete:
            return False
        try:
            if self.recording.failure and not head:
                raise self.recording.failure
            self._open(head)
        except CaptureError as error:
            self.finished = True
            self.damage = CaptureError(_named(self.recording.name, error.message), error.hint)
            raise self.damage from None
        return True

    def read(self) -> Rows:
        """The next rows (schema.PACKET), valid until the next call; none if there is nothing new.

        Damage ends the reading and stands in `damage`.
        """
        try:
            if self.finished or not self.begin() or self._scanner is None:
                return _NO_ROWS
            if self.position - self._base >= len(self._chunk):
                self._load(CHUNK)
            rows = self._scan(self._scanner)
        except CaptureError as error:
            self._stop(error.message, error.hint)
            return _NO_ROWS
        self.packets += len(rows)
        return rows

    def comments_of(self, offset: int, caplen: int) -> tuple[str, ...]:
        """The comments of the pcapng packet whose bytes stand at `offset`.

        Its block begins 28 bytes before them, with its type and its length.
        """
        header = self.recording.read(offset - 28, 8)
        # Every section has its own byte order; the types, 2 and 6, tell it.
        big_endian = header[0] == 0
        length = int.from_bytes(header[4:], byte_order(big_endian))
        options_at = (caplen + 3) & ~3
        options = self.recording.read(offset + options_at, max(length - 32 - options_at, 0))
        return pcapng.packet_comments(options, big_endian)

    def forget(self, offset: int, book: AddressBook) -> None:
        """What stands before `offset` is not kept any more; addresses are numbered by `book` from now on."""
        self._book = book
        self.datagrams = {at: whole for at, whole in self.datagrams.items() if at >= offset}
        self.statistics = list({each.interface: each for each in self.statistics}.values())

    def _peek(self, length: int) -> bytes:
        buffer = bytearray(length)
        return bytes(buffer[: self.recording.read_into(memoryview(buffer), 0)])

    def _open(self, head: bytes) -> None:
        self.format = detect(head)
        if self.format is Format.PCAPNG:
            self._scanner = Scanner(pcapng=True)
            return
        header = self.header = parse_header(head)
        self._scanner = Scanner(
            pcapng=False,
            big_endian=header.big_endian,
            record_header=24 if header.modified else 16,
            swapped_lengths=header.lengths_unordered,
        )
        self._big_endian = header.big_endian
        self.position = header.size
        self._describe(self._scanner, header.interface(self._number))

    def _describe(self, scanner: Scanner, interface: Interface) -> None:
        """Add an interface to the present section."""
        number = self._interfaces.add(interface)
        if self._described == len(self._links):
            self._links = np.resize(self._links, 2 * self._described)
        link = (interface.link_type, interface.snap_length, *interface.resolution, interface.time_offset)
        self._links[self._described] = (*link, number)
        self._described += 1
        scanner.describe(self._links[: self._described], self._big_endian)

    def _load(self, length: int) -> None:
        """Read `length` bytes from `position` on into the chunk."""
        if length > len(self._buffer):
            self._buffer = bytearray(length)
        complete = self.recording.complete
        view = memoryview(self._buffer)
        count = 0
        while count < length:
            got = self.recording.read_into(view[count:length], self.position + count)
            if not got:
                break
            count += got
        self._chunk = view[:count]
        self._base = self.position
        self._ended = complete and count < length

    def _scan(self, scanner: Scanner) -> Rows:
        """Scan until there are rows, or nothing more can be had now.

        What stops the kernel is seen to when no rows came before it.
        """
        while not self.finished:
            start = self.position - self._base
            stop = scanner.scan(self._chunk, start, self._base, self._block, self._book)
            self.position = self._base + scanner.pos
            if scanner.filled:
                rows = self._block[: scanner.filled]
                self._reassemble(scanner, rows)
                if stop is Stop.FULL and len(rows) < BLOCK:
                    self._block = np.zeros(BLOCK, PACKET)
                return rows
            if stop is Stop.BLOCK:
                self._metadata(scanner, scanner.pos, scanner.needed)
            elif stop is not Stop.MORE:
                self._stop(self._explain(stop, scanner.needed))
            elif not self._more(scanner.needed):
                break
        return _NO_ROWS

    def _more(self, needed: int) -> bool:
        """Get the rest of a record that the chunk cuts; False if it is not there (yet)."""
        held = self._base + len(self._chunk) - self.position
        if self._ended:
            if self.recording.failure:
                self._stop(self.recording.failure.message, self.recording.failure.hint)
            elif held:
                self._stop(self._explain(Stop.MORE, needed))
            self.finished = True
            return False
        self._load(max(CHUNK, needed))
        return len(self._chunk) > held or self._ended

    def _reassemble(self, scanner: Scanner, rows: Rows) -> None:
        for row in np.flatnonzero(rows["marks"] & Mark.FRAGMENT):
            offset, interface = int(rows["offset"][row]), int(rows["interface"][row])
            at = offset - self._base
            frame = bytes(self._chunk[at : at + int(rows["caplen"][row])])
            link_type = self._interfaces.all[interface].link_type
            src, dst = int(rows["key_src"][row]), int(rows["key_dst"][row])
            whole = self._fragments.add(frame, link_type, offset, src, dst)
            if whole is not None:
                scanner.refill(whole.payload, whole.protocol, rows[row : row + 1], self._book)
                self.datagrams[offset] = Datagram(whole.protocol, whole.parts)

    def _metadata(self, scanner: Scanner, start: int, length: int) -> None:
        """Take in a pcapng block that is no packet, and pass over it."""
        data = bytes(self._chunk[start : start + length])
        kind = int.from_bytes(data[:4], byte_order(self._big_endian))
        try:
            block = pcapng.parse_block(kind, data[8:-4], self._big_endian, self._number)
        except CaptureError as error:
            raise CaptureError(
                f"pcapng block at byte {self.position:,}: {error.message}", error.hint
            ) from None
        self.block_kinds.append(kind)
        self.block_places.append(self.position)
        match block:
            case pcapng.SectionHeader():
                self._described, self._big_endian = 0, block.big_endian
                scanner.describe(self._links[:0], block.big_endian)
                self.comments += block.comments
                self.sections.append(block)
            case Interface():
                self._describe(scanner, block)
            case pcapng.InterfaceStatistics():
                self.statistics.append(block)
            case pcapng.NameResolution():
                self.names.update(block.names)
        self.position += length

    def _stop(self, message: str, hint: str = "") -> None:
        self.finished = True
        self.damage = CaptureError(_named(self.recording.name, message), hint)

    def _explain(self, stop: Stop, needed: int) -> str:
        place = f"after packet {self.packets:,} at byte {self.position:,}"
        match stop:
            case Stop.TOO_LONG:
                found = f"a packet of {needed:,} bytes is claimed, {MAX_PACKET:,} are possible"
            case Stop.BAD_BLOCK:
                found = f"a pcapng block claims {needed:,} bytes, which cannot be"
            case Stop.NO_INTERFACE:
                found = f"a packet names interface {needed}, which is not described"
            case _:
                return f"cut short {place}"
        return f"damaged {place}: {found}; the rest is not read"


def _named(name: str, message: str) -> str:
    return message if message.startswith(name) else f"{name}: {message}"
