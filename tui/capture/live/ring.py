"""Linux' ring of blocks, TPACKET_V3, as a socket of scapy's.

The kernel fills blocks with packets, gives each to us when it is full or RETIRE_MS old, and gets it back when
its status is 0. It is one ring however many interfaces there are, so that packets stay in the order in which
they came. Source: Documentation/networking/packet_mmap.rst, linux/if_packet.h.
What it captures can be changed while it is open. Invariant: nothing is captured that the filter has not let
through.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import select
import socket
import struct
from array import array
from typing import TYPE_CHECKING

from scapy.config import conf
from scapy.supersocket import SuperSocket

from tui.capture.interface import NANOSECOND_TICKS, NANOSECONDS, Interface
from tui.capture.live.filters import NOTHING, pack
from tui.capture.live.interfaces import LINK_TYPES
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scapy.packet import Packet

    from tui.capture.live.filters import Program
    from tui.capture.live.interfaces import Device
    from tui.capture.live.sockets import Frame

BLOCK_SIZE = 1 << 19  # bytes; the longest packet must fit
BLOCKS = (64, 16, 4)  # as many as there is memory for
RETIRE_MS = 10
_SETTLE_SECONDS = 3 * RETIRE_MS / 1000  # afterwards a ring that is deaf has given out all it had

_SOL_PACKET = 263
_ADD_MEMBERSHIP, _DROP_MEMBERSHIP, _RX_RING, _STATISTICS, _VERSION = 1, 2, 5, 6, 10  # options of SOL_PACKET
_SO_ATTACH_FILTER = 26
_TPACKET_V3 = 2
_PROMISCUOUS = 1  # PACKET_MR_PROMISC
_ALL_PROTOCOLS = 3  # ETH_P_ALL
_ANY_INTERFACE = 0
_ADDRESS = struct.Struct("=HHi12x")  # sockaddr_ll: family, protocol, interface
_FRAME_SIZE = 2048  # asked for by the kernel, and not used in this version

# tpacket_block_desc: status, number of packets, where the first one stands.
_BLOCK = struct.Struct("=8xIII")
_TO_USER = 1  # TP_STATUS_USER: the block is ours
# tpacket3_hdr: next, s, ns, captured length, length, status, where the frame stands, VLAN tag and its type;
# sockaddr_ll behind it: interface, hardware, kind of packet.
_PACKET = struct.Struct("=6IH6xIH14xiHB")
_TAGGED, _TAG_TYPE_KNOWN = 1 << 4, 1 << 6  # TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID
_TAG_TYPE = 0x8100
_TAG = struct.Struct(">HH")
_ADDRESSES = 12  # bytes of a frame before its tag

# epb_flags by kind of packet (PACKET_HOST, …): the direction, and whom it was for.
_FLAGS = (1 | 1 << 2, 1 | 3 << 2, 1 | 2 << 2, 1 | 4 << 2, 2)


class RingSocket(SuperSocket):
    """A ring; it captures nothing before `tune` says what."""

    desc = "read packets at layer 2 from a TPACKET_V3 ring"

    def __init__(self) -> None:
        """PermissionError without CAP_NET_RAW; OSError if the kernel cannot do it."""
        self.ins = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS))
        self.outs = None
        self.interfaces: list[Interface] = []
        self._numbers: dict[int, int] = {}  # of interfaces by their index
        self._promiscuous: list[int] = []  # indexes of interfaces
        self._snap_length = 0
        self._filter_text = ""
        self._dropped = 0
        self._block = 0  # the one that the kernel gives next
        self._waiting: list[Frame] = []  # for scapy, which takes one at a time; the latest first
        self.deafen()
        self._ring = self._make_ring()  # forgets what came until now

    def tune(
        self,
        devices: Sequence[Device],
        program: Program,
        *,
        snap_length: int,
        filter_text: str = "",
        promiscuous: bool = True,
    ) -> None:
        """Capture on `devices` (none: on all interfaces) what `program` lets through, from now on.

        It takes no privileges. Interfaces are described anew, behind those there are: another filter is in
        force. OSError if an interface is gone; then nothing is captured.
        """
        self.deafen()
        self._numbers.clear()
        self._snap_length, self._filter_text = snap_length, filter_text
        for device in devices:
            self._meet(device.index, device.hardware, device.name, device.mac)
        self._bind(devices[0].index if len(devices) == 1 else _ANY_INTERFACE)
        self._listen_promiscuously(
            [each.index for each in devices if not each.loopback] if promiscuous else []
        )
        self._attach(program)

    def deafen(self) -> None:
        """Let nothing more in; what came before is still given out."""
        self._attach(NOTHING)

    def forget(self) -> None:
        """Drop what came and was not taken, and all counts: a new capture begins."""
        while self.receive(_SETTLE_SECONDS):
            pass
        self.dropped()
        self._dropped = 0
        self.interfaces = []
        self._numbers.clear()

    def receive(self, seconds: float) -> list[Frame]:
        """The frames of the next block; see :class:`tui.capture.live.sockets.PacketSocket`."""
        start = self._block * BLOCK_SIZE
        status, count, first = _BLOCK.unpack_from(self._ring, start)
        if not status & _TO_USER:
            self._wait(seconds)
            status, count, first = _BLOCK.unpack_from(self._ring, start)
            if not status & _TO_USER:
                return []
        frames = self._frames(start + first, count)
        _BLOCK.pack_into(self._ring, start, 0, 0, 0)
        self._block = (self._block + 1) % self._blocks
        return frames

    def dropped(self) -> int:
        """See PacketSocket; the kernel counts from 0 again whenever it is asked."""
        (dropped,) = struct.unpack("=4xI4x", self.ins.getsockopt(_SOL_PACKET, _STATISTICS, 12))
        self._dropped += dropped
        return self._dropped

    def recv_raw(self, x: int = 0) -> tuple[type[Packet] | None, bytes | None, float | None]:
        """One packet, as scapy's own functions take them: its first layer, its bytes, its time in seconds."""
        self._waiting = self._waiting or self.receive(conf.recv_poll_rate)[::-1]
        if not self._waiting:
            return None, None, None
        number, time, _, data, _ = self._waiting.pop()
        layers: dict[int, type[Packet]] = conf.l2types.num2layer
        layer = layers.get(self.interfaces[number].link_type, conf.raw_layer)
        return layer, data, time / NANOSECONDS

    def _attach(self, program: Program) -> None:
        code = array("B", pack(program))
        filtering = struct.pack("HL", len(program), code.buffer_info()[0])  # sock_fprog
        self.ins.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, filtering)

    def _bind(self, interface: int) -> None:
        """Python's own bind wants a name, and has none for all interfaces."""
        address = _ADDRESS.pack(socket.AF_PACKET, socket.htons(_ALL_PROTOCOLS), interface)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.bind(self.ins.fileno(), address, len(address)):
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))

    def _listen_promiscuously(self, interfaces: list[int]) -> None:
        changes = [(_DROP_MEMBERSHIP, index) for index in self._promiscuous]
        changes += [(_ADD_MEMBERSHIP, index) for index in interfaces]
        self._promiscuous = interfaces
        for change, index in changes:
            membership = struct.pack("=iHH8x", index, _PROMISCUOUS, 0)
            try:
                self.ins.setsockopt(_SOL_PACKET, change, membership)
            except OSError:
                if change == _ADD_MEMBERSHIP:  # an interface that is gone has no members
                    raise

    def _make_ring(self) -> mmap.mmap:
        self.ins.setsockopt(_SOL_PACKET, _VERSION, _TPACKET_V3)
        for self._blocks in BLOCKS:
            frames = BLOCK_SIZE // _FRAME_SIZE * self._blocks
            layout = (BLOCK_SIZE, self._blocks, _FRAME_SIZE, frames, RETIRE_MS, 0, 0)  # tpacket_req3
            try:
                self.ins.setsockopt(_SOL_PACKET, _RX_RING, struct.pack("=7I", *layout))
                break
            except OSError as error:
                if error.errno != errno.ENOMEM or self._blocks == BLOCKS[-1]:
                    raise
        return mmap.mmap(self.ins.fileno(), BLOCK_SIZE * self._blocks)

    def _wait(self, seconds: float) -> None:
        """Wait for a block; OSError if none can come. An interface that is down may come up again."""
        poll = select.poll()
        poll.register(self.ins, select.POLLIN)
        if any(events & select.POLLERR for _, events in poll.poll(seconds * 1000)):
            error = self.ins.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error not in (0, errno.ENETDOWN):
                raise OSError(error, os.strerror(error))

    def _frames(self, position: int, count: int) -> list[Frame]:
        """The frames of a block whose first packet stands at `position`."""
        ring, unpack, numbers = self._ring, _PACKET.unpack_from, self._numbers
        frames: list[Frame] = []
        append = frames.append
        for _ in range(count):
            step, seconds, ns, size, length, status, begin, tag, kind, index, hardware, way = unpack(
                ring, position
            )
            data = ring[position + begin : position + begin + size]
            if (tag or status & _TAGGED) and size >= _ADDRESSES:
                data = self._with_tag(data, tag, kind if status & _TAG_TYPE_KNOWN else _TAG_TYPE)
                length += _TAG.size
            if index not in numbers:
                self._meet(index, hardware)
            flags = _FLAGS[way] if way < len(_FLAGS) else 0
            append((numbers[index], seconds * NANOSECONDS + ns, length, data, flags))
            position += step
        return frames

    def _with_tag(self, data: bytes, tag: int, kind: int) -> bytes:
        """The frame as it was on the wire: the kernel takes a VLAN tag out of it."""
        return (data[:_ADDRESSES] + _TAG.pack(kind, tag) + data[_ADDRESSES:])[: self._snap_length]

    def _meet(self, index: int, hardware: int, name: str = "", mac: bytes = b"") -> None:
        """Number an interface."""
        if not name:
            try:
                name = socket.if_indextoname(index)
            except OSError:  # gone since
                name = f"interface {index}"
        self._numbers[index] = len(self.interfaces)
        self.interfaces.append(
            Interface(
                recording=0,
                link_type=LINK_TYPES[hardware],
                snap_length=self._snap_length,
                resolution=NANOSECOND_TICKS,
                mac=mac,
                name=printable(name),
                filter=self._filter_text,
                os=f"{os.uname().sysname} {os.uname().release}",
            )
        )
