"""Captures with Wireshark's dumpcap, which may do so for the members of its group where we may not.

Invariant: it is told what a LiveSpec says, or refuses what it cannot do so.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from tui.capture.live.program import ProgramRecording
from tui.capture.live.spec import Limits
from tui.errors import AccessError, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from tui.capture.live.spec import LiveSpec


def open_dumpcap(spec: LiveSpec, filter_text: str, copy: BinaryIO | None = None) -> ProgramRecording:
    """Start dumpcap; returns when the first bytes have come. `copy`: see Spool.

    AccessError if it is not there or may not capture either, UsageError for what it cannot do.
    """
    if os.geteuid() == 0:
        raise UsageError("--backend dumpcap is for users who may not capture themselves", "leave it out")
    if spec.ring != Limits() or spec.stop.files or spec.stop.size:
        raise UsageError("--backend dumpcap knows neither -b nor file sizes", "leave them out")
    recording = ProgramRecording(
        spec.name,
        _command(spec, filter_text),
        _explain,
        copy,
        stop_signal=signal.SIGTERM,
        filter_text=spec.filter,
        left_out=filter_text if filter_text != spec.filter else "",
    )
    recording.await_beginning()
    return recording


def _command(spec: LiveSpec, filter_text: str) -> list[str]:
    command = ["dumpcap", "-q", "-w", "-", "-s", str(spec.snap_length)]
    if not spec.promiscuous:
        command.append("-p")
    if spec.stop.packets is not None:
        command += ["-c", str(spec.stop.packets)]
    if spec.stop.seconds is not None:
        command += ["-a", f"duration:{spec.stop.seconds}"]
    for interface in spec.interfaces:
        command += ["-i", interface, *(["-f", filter_text] if filter_text else [])]
    return command


def _explain(status: int, words: Sequence[str]) -> TcpscopeError:
    said = " ".join(words) or f"exit status {status}"
    wrong_filter = "capture filter" in said.lower()
    return (UsageError if wrong_filter else AccessError)(f"dumpcap: {said}")
