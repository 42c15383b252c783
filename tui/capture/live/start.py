"""Puts a live capture together: interfaces, filter, socket, files.

What needs privileges is done here, and nothing else is: no packet is looked at before `LiveRecording.start`.
Invariant: whatever is wrong with what was asked for is an error of here, before a file is made.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from tui.capture.live import own_session
from tui.capture.live.dumpcap import open_dumpcap
from tui.capture.live.files import Files
from tui.capture.live.privileges import as_invoker, as_successor, can_import_later, drop
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording, Tuning
from tui.capture.live.remote import open_remote
from tui.capture.live.spec import Backend, Limits
from tui.capture.live.watch import Watch
from tui.capture.pcapng_writer import section_header
from tui.errors import TcpscopeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from tui.capture.live.options import Sources
    from tui.capture.live.program import ProgramRecording
    from tui.capture.live.spec import LiveSpec
    from tui.capture.live.station import Order, Station
    from tui.capture.recording import Recording
    from tui.capture.source import Source


def open_sources(sources: Sources, station: Station, prepare: Callable[[], None]) -> list[Source]:
    """Open all that a session shall show; names of files and pipes are left to it.

    What needs privileges comes first; then they are dropped for good, and everything else is done without.
    `prepare` is called before, to load what could not be read any more. `station` has the sockets.
    """
    opened: list[Recording] = []
    try:
        if sources.live:
            opened.append(open_live(sources.live, station))
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


def open_live(spec: LiveSpec, station: Station) -> LiveRecording | ProgramRecording:
    """Open sockets and files; packets are collected from now on, and recorded from `start` on.

    AccessError without permission or without such an interface, UsageError if the filter is wrong.
    """
    if spec.backend is Backend.DUMPCAP:
        text = own_session.joined(spec.filter, "" if spec.include_ssh else own_session.exclusion())
        return open_dumpcap(spec, text, _copy(spec.output))
    order = station.order(spec)
    socket = station.open(order)
    try:
        several = spec.ring != Limits()
        # Later files are made, and the first ones deleted, by who we are then.
        owner = as_successor if several and spec.drop_privileges else as_invoker
        files = Files(spec.output, owner, numbered=several)
        recorder = Recorder(files, spec.ring, spec.stop, _header())
    except TcpscopeError:
        socket.close()
        raise
    return LiveRecording(spec.name, socket, recorder, _watch(order), order.left_out, spec.filter)


def change(recording: LiveRecording, order: Order, station: Station) -> None:
    """Let `recording`, which goes on, capture what is ordered from now on."""
    spec = order.spec
    recording.tune(Tuning(lambda: station.tune(order), spec.name, _watch(order), order.left_out, spec.filter))


def _watch(order: Order) -> Watch:
    return Watch([each.name for each in order.devices])


def _copy(output: Path | None) -> BinaryIO | None:
    return Files(output, as_invoker).make().file if output else None


def _header() -> bytes:
    return section_header("tcpscope", platform.machine(), f"{platform.system()} {platform.release()}")
