"""Puts a live capture together: interfaces, filter, socket, files.

What needs privileges is done here, and nothing else is: no packet is looked at before `LiveRecording.start`.
Invariant: whatever is wrong with what was asked for is an error of here, before a file is made.
"""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from tui.capture.live import filters, own_session
from tui.capture.live.dumpcap import open_dumpcap
from tui.capture.live.files import Files
from tui.capture.live.interfaces import LINK_TYPES, devices, find
from tui.capture.live.libpcap import LibpcapSocket
from tui.capture.live.privileges import as_invoker, can_import_later, drop, grants
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording
from tui.capture.live.remote import open_remote
from tui.capture.live.scapy_access import scapy_module
from tui.capture.live.spec import ANY, Backend, Limits
from tui.capture.live.watch import Watch
from tui.capture.pcapng_writer import section_header
from tui.errors import AccessError, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from tui.capture.live.filters import Program
    from tui.capture.live.interfaces import Device
    from tui.capture.live.options import Sources
    from tui.capture.live.program import ProgramRecording
    from tui.capture.live.sockets import PacketSocket
    from tui.capture.live.spec import LiveSpec
    from tui.capture.recording import Recording
    from tui.capture.source import Source


def open_sources(sources: Sources, prepare: Callable[[], None]) -> list[Source]:
    """Open all that a session shall show; names of files and pipes are left to it.

    What needs privileges comes first; then they are dropped for good, and everything else is done without.
    `prepare` is called before, to load what could not be read any more.
    """
    opened: list[Recording] = []
    try:
        if sources.live:
            opened.append(open_live(sources.live))
            if sources.live.drop_privileges:
                if not can_import_later():
                    prepare()
                drop()
        opened += (open_remote(each, _copy(sources.output)) for each in sources.remotes)
        for recording in opened:
            if isinstance(recording, LiveRecording):
                recording.start()
    except BaseException:
        for recording in opened:
            recording.close()
        raise
    return [*opened, *sources.names]


def open_live(spec: LiveSpec) -> LiveRecording | ProgramRecording:
    """Open sockets and files; packets are collected from now on, and recorded from `start` on.

    AccessError without permission or without such an interface, UsageError if the filter is wrong.
    """
    without = "" if spec.include_ssh else own_session.exclusion()
    text = own_session.joined(spec.filter, without)
    if spec.backend is Backend.DUMPCAP:
        return open_dumpcap(spec, text, _copy(spec.output))
    chosen = find(spec.interfaces)
    socket = _open_socket(spec, chosen, text)
    try:
        files = Files(spec.output, as_invoker, numbered=spec.ring != Limits())
        recorder = Recorder(files, spec.ring, spec.stop, _header())
    except TcpscopeError:
        socket.close()
        raise
    left_out = without if text != spec.filter else ""
    watch = Watch([each.name for each in chosen])
    return LiveRecording(spec.name, socket, recorder, watch, left_out, spec.filter)


def try_out(spec: LiveSpec) -> None:
    """Open the sockets and close them again: what :func:`open_live` would refuse, is refused here.

    Takes a tenth of a second: libpcap compiles the filter.
    """
    text = own_session.joined(spec.filter, "" if spec.include_ssh else own_session.exclusion())
    _open_socket(spec, find(spec.interfaces), text).close()


def _copy(output: Path | None) -> BinaryIO | None:
    return Files(output, as_invoker).make().file if output else None


def _header() -> bytes:
    return section_header("tcpscope", platform.machine(), f"{platform.system()} {platform.release()}")


def _open_socket(spec: LiveSpec, chosen: Sequence[Device], text: str) -> PacketSocket:
    backend = spec.backend or (Backend.RING if sys.platform == "linux" else Backend.PCAP)
    try:
        if backend is Backend.RING:
            return _open_ring(spec, chosen, text)
        return _open_libpcap(spec, [device.name for device in chosen] or [ANY], text)
    except PermissionError as error:
        raise grants(spec.name) from error
    except OSError as error:
        raise AccessError(f"cannot capture on {spec.name}: {error.strerror or error}") from error


def _open_ring(spec: LiveSpec, chosen: Sequence[Device], text: str) -> PacketSocket:
    for device in chosen:
        if device.link_type is None:
            raise AccessError(
                f"the ring does not know what packets of {device.name} begin with", "add --backend pcap"
            )
    scapy_module("supersocket")
    from tui.capture.live.ring import RingSocket

    return RingSocket(
        chosen,
        _program(spec, chosen, text),
        snap_length=spec.snap_length,
        filter_text=text,
        promiscuous=spec.promiscuous,
    )


def _open_libpcap(spec: LiveSpec, names: Sequence[str], text: str) -> PacketSocket:
    return LibpcapSocket(names, snap_length=spec.snap_length, filter_text=text, promiscuous=spec.promiscuous)


def _program(spec: LiveSpec, chosen: Sequence[Device], text: str) -> Program:
    """What the kernel runs on every packet, for each kind of link that can come."""
    kinds = {each.hardware: each.link_type for each in chosen if each.link_type is not None} or LINK_TYPES
    parts = {link_type: _part(spec, link_type, text) for link_type in dict.fromkeys(kinds.values())}
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


def _part(spec: LiveSpec, link_type: int, text: str) -> Program | UsageError:
    if not text:
        return filters.accept(spec.snap_length)
    alike = [each.name for each in devices() if each.up and each.link_type == link_type]
    try:
        return filters.compile_filter(text, link_type, alike, spec.snap_length)
    except UsageError as error:
        return error
