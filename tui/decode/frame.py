"""The node of the frame itself: when and where it was captured, and how much of it.

Invariant: nothing here comes from the frame's bytes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.capture.link_types import link_type_description
from tui.decode.nodes import Node, computed
from tui.decode.times import seconds
from tui.errors import printable

if TYPE_CHECKING:
    from tui.decode.context import Context

_SECOND = 1_000_000_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIRST_YEAR, _LAST_YEAR = (
    -62_135_596_800,
    253_402_300_799,
)  # seconds of the years 1 to 9999: what a calendar can show


def arrival(ns: int) -> str:
    """ "Jun 10, 2020 09:21:03.720289000 UTC"; a time that no calendar has stays a number of seconds."""
    whole, rest = divmod(ns, _SECOND)
    if not _FIRST_YEAR <= whole <= _LAST_YEAR:
        return f"{seconds(ns)} seconds since 1970"
    moment = time.gmtime(whole)
    clock = f"{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}.{rest:09d}"
    return f"{_MONTHS[moment.tm_mon - 1]} {moment.tm_mday:2d}, {moment.tm_year} {clock} UTC"


def frame_node(frame: bytes, context: Context, protocols: str) -> Node:
    """The top node of a packet, over all its bytes."""
    return Node("frame", _summary(context), 0, len(frame) * 8, _children(context, protocols))


def comment_nodes(context: Context) -> tuple[Node, ...]:
    """A node over the packet's comments, as Wireshark has one above the frame; none if it has no comment."""
    if not context.comments:
        return ()
    return (computed("pkt_comment", "Packet comments", None, tuple(map(_comment, context.comments))),)


def _comment(text: str) -> Node:
    """A comment by its first line, over the further ones."""
    first, *more = text.splitlines() or [""]
    lines = tuple(computed("", printable(line)) for line in more)
    return computed("frame.comment", printable(first), text, lines)


def _summary(context: Context) -> str:
    wire, captured = context.length, context.caplen
    text = f"Frame {context.number}: {_bytes(wire)} on wire ({wire * 8} bits)"
    text += f", {_bytes(captured)} captured ({captured * 8} bits)"
    if context.interface.name:
        text += f" on interface {context.interface.name}, id {context.interface_number}"
    return printable(text)


def _bytes(count: int) -> str:
    return f"{count} byte" if count == 1 else f"{count} bytes"


def _children(context: Context, protocols: str) -> tuple[Node, ...]:
    link = context.interface.link_type
    nodes = [
        Node("", f"Encapsulation type: {link_type_description(link)} ({link})", 0, 0, (), link),
        Node("frame.time", f"Arrival Time: {arrival(context.time)}", 0, 0, (), arrival(context.time)),
        Node("frame.time_epoch", f"Epoch Time: {seconds(context.time)} seconds", 0, 0, (), context.time),
    ]
    if context.interface.name:
        name = printable(context.interface.name)
        text = f"Interface id: {context.interface_number} ({name})"
        nodes.insert(0, Node("frame.interface_id", text, 0, 0, (), context.interface_number))
    since = (
        ("frame.time_delta", "Time delta from previous captured frame", context.previous_time),
        ("frame.time_delta_displayed", "Time delta from previous displayed frame", context.displayed_time),
        ("frame.time_relative", "Time since reference or first frame", context.first_time),
    )
    for name, label, moment in since:
        if moment is not None:
            span = context.time - moment
            nodes.append(computed(name, f"{label}: {seconds(span)} seconds", span))
    nodes += [
        Node("frame.number", f"Frame Number: {context.number}", 0, 0, (), context.number),
        Node(
            "frame.len",
            f"Frame Length: {_bytes(context.length)} ({context.length * 8} bits)",
            0,
            0,
            (),
            context.length,
        ),
        Node(
            "frame.cap_len",
            f"Capture Length: {_bytes(context.caplen)} ({context.caplen * 8} bits)",
            0,
            0,
            (),
            context.caplen,
        ),
        *(computed(name, text, 1) for name, text, is_so in _noted(context) if is_so),
        computed("frame.protocols", f"Protocols in frame: {protocols}", protocols),
    ]
    return tuple(nodes)


def _noted(context: Context) -> tuple[tuple[str, str, bool], ...]:
    return (
        ("frame.marked", "Frame is marked: True", context.marked),
        ("frame.ignored", "Frame is ignored: True", context.ignored),
        ("frame.ref_time", "This is a Time Reference frame", context.reference),
    )
