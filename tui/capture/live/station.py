"""The sockets of a live capture, kept from one capture to the next.

Once privileges are given up no packet socket can be opened any more. One that is open can be bound to other
interfaces and be given another filter, which the kernel allows everyone (packet(7), socket(7)). So the ring
is lent to a recording, is deaf when that has ended, and serves the next one.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.capture.live import filters, own_session
from tui.capture.live.interfaces import LINK_TYPES, devices, find
from tui.capture.live.libpcap import LibpcapSocket
from tui.capture.live.privileges import grants
from tui.capture.live.scapy_access import scapy_module
from tui.capture.live.spec import ANY, Backend
from tui.errors import AccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.capture.interface import Interface
    from tui.capture.live.filters import Program
    from tui.capture.live.interfaces import Device
    from tui.capture.live.ring import RingSocket
    from tui.capture.live.sockets import Frame, PacketSocket
    from tui.capture.live.spec import LiveSpec


class Order(Struct, frozen=True):
    """What is to be captured, looked up and compiled: nothing in it can be wrong any more."""

    spec: LiveSpec
    devices: tuple[Device, ...]
    text: str  # the filter, without the user's own SSH connection
    left_out: str  # what of `text` is that; "" if nothing
    program: Program | None  # for the ring


class Station:
    """Opens packet sockets; `close` when no capture will follow."""

    def __init__(self) -> None:
        self._ring: RingSocket | None = None

    def order(self, spec: LiveSpec) -> Order:
        """Look up interfaces and compile the filter; takes a tenth of a second.

        AccessError without such an interface, UsageError if the filter is wrong.
        """
        chosen = tuple(find(spec.interfaces))
        without = "" if spec.include_ssh else own_session.exclusion()
        text = own_session.joined(spec.filter, without)
        left_out = without if text != spec.filter else ""
        if _backend(spec) is not Backend.RING:
            return Order(spec, chosen, text, left_out, None)
        try:
            return Order(spec, chosen, text, left_out, self._program(spec, chosen, text))
        except PermissionError as error:
            raise grants(spec.name) from error

    def open(self, order: Order) -> PacketSocket:
        """A socket that captures; closed by whoever gets it. AccessError without permission."""
        try:
            if order.program is not None:
                return self._lend(order, order.program)
            return _open_libpcap(order)
        except PermissionError as error:
            raise grants(order.spec.name) from error
        except OSError as error:
            raise AccessError(f"cannot capture on {order.spec.name}: {error.strerror or error}") from error

    def lends_for(self, order: Order) -> bool:
        """Whether the ring is there, so that nothing needs to be opened for `order`."""
        return self._ring is not None and order.program is not None

    def tune(self, order: Order) -> None:
        """Let the ring capture something else from now on, whoever has it. OSError if the kernel cannot."""
        assert self._ring is not None, "lends_for says so"
        assert order.program is not None, "lends_for says so"
        _tune(self._ring, order, order.program)

    def close(self) -> None:
        """Let go of the sockets."""
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _lend(self, order: Order, program: Program) -> PacketSocket:
        scapy_module("supersocket")
        from tui.capture.live.ring import RingSocket

        if self._ring is None:
            self._ring = RingSocket()
        else:
            self._ring.forget()
        _tune(self._ring, order, program)
        return _LentRing(self._ring)

    def _program(self, spec: LiveSpec, chosen: Sequence[Device], text: str) -> Program:
        """What the kernel runs on every packet, for each kind of link that can come."""
        for device in chosen:
            if device.link_type is None:
                raise AccessError(
                    f"the ring does not know what packets of {device.name} begin with", "add --backend pcap"
                )
        kinds = {each.hardware: each.link_type for each in chosen if each.link_type is not None} or LINK_TYPES
        parts = {link_type: self._part(spec, link_type, text) for link_type in dict.fromkeys(kinds.values())}
        failures = [part for part in parts.values() if isinstance(part, UsageError)]
        if len(failures) == len(parts):
            raise failures[0]
        # What cannot be asked of a kind of link, such as Ethernet addresses of a tunnel, no packet there has.
        by_hardware = {
            hardware: filters.NOTHING if isinstance(part := parts[link_type], UsageError) else part
            for hardware, link_type in kinds.items()
        }
        # A socket that is bound to its interface need not choose.
        return filters.program(by_hardware, [each.index for each in chosen] if len(chosen) > 1 else [])

    def _part(self, spec: LiveSpec, link_type: int, text: str) -> Program | UsageError:
        if not text:
            return filters.accept(spec.snap_length)
        alike = [each.name for each in devices() if each.up and each.link_type == link_type]
        try:
            return filters.compile_filter(text, link_type, alike, spec.snap_length)
        except UsageError as error:
            return UsageError(error.message.replace(text, spec.filter), error.hint)
        except PermissionError as error:
            if self._ring is None:
                raise
            raise UsageError(
                f"capture filter {spec.filter!r}: {error}", "leave tcpscope, and start it with this filter"
            ) from error


class _LentRing:
    """The ring as one recording has it: what closes it leaves it open, and deaf."""

    def __init__(self, ring: RingSocket) -> None:
        self._ring = ring

    @property
    def interfaces(self) -> Sequence[Interface]:
        """See PacketSocket."""
        return self._ring.interfaces

    def receive(self, seconds: float) -> list[Frame]:
        """See PacketSocket."""
        return self._ring.receive(seconds)

    def dropped(self) -> int:
        """See PacketSocket."""
        return self._ring.dropped()

    def close(self) -> None:
        """See PacketSocket."""
        self._ring.deafen()


def try_out(spec: LiveSpec) -> None:
    """Open the sockets and close them again: what a capture would be refused for, is an error of here.

    Takes a tenth of a second: libpcap compiles the filter.
    """
    station = Station()
    try:
        station.open(station.order(spec)).close()
    finally:
        station.close()


def _backend(spec: LiveSpec) -> Backend:
    """What `spec` is captured with."""
    return spec.backend or (Backend.RING if sys.platform == "linux" else Backend.PCAP)


def _tune(ring: RingSocket, order: Order, program: Program) -> None:
    ring.tune(
        order.devices,
        program,
        snap_length=order.spec.snap_length,
        filter_text=order.text,
        promiscuous=order.spec.promiscuous,
    )


def _open_libpcap(order: Order) -> PacketSocket:
    return LibpcapSocket(
        [device.name for device in order.devices] or [ANY],
        snap_length=order.spec.snap_length,
        filter_text=order.text,
        promiscuous=order.spec.promiscuous,
    )
