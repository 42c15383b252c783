"""What the bytes of one frame do not say: its place in the capture and in its connection.

Invariant: everything here comes from the index; decoding never looks at another frame.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from tui.capture.interface import Interface


class Numbers(Enum):
    """How sequence and acknowledgment numbers are written."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    HEX = "hex"


class Judgement(Struct, frozen=True):
    """tcp.analysis of one segment: schema.Analysis, packet numbers and counts as the columns, times in ns; 0
    is none.
    """

    flags: int
    acked: int = 0
    ack_rtt: int = 0  # since the packet `acked`
    initial_rtt: int = 0
    in_flight: int = 0
    pushed: int = 0
    repeats: int = 0
    duplicates: int = 0
    delay: int = 0  # of a retransmission, since the packet `repeats`


class Context(Struct, frozen=True):
    """What is known of one packet beside its bytes; times are ns (of the day since 1970 UTC, or a
    difference), None is unknown.

    The TCP members speak of the packet's innermost TCP header. `base_seq` and `base_ack` are relative number
    0 of the sender and of the other end, `scale` is the shift of the sender's window (-1: no scaling is
    used), `seglen` is tcp.len by the IP header.
    """

    number: int  # counted from 1
    time: int
    caplen: int
    length: int
    interface: Interface
    interface_number: int = 0
    first_time: int | None = None  # of the capture's first packet
    previous_time: int | None = None  # of the packet before
    displayed_time: int | None = None  # of the packet before that passes the display filter
    comments: tuple[str, ...] = ()
    marked: bool = False
    ignored: bool = False
    reference: bool = False  # times count from this packet
    stream: int | None = None
    base_seq: int | None = None
    base_ack: int | None = None
    scale: int | None = None
    seglen: int | None = None
    time_relative: int | None = None  # since the connection's first packet
    time_delta: int | None = None  # since the connection's packet before
    completeness: int | None = None  # tcp.completeness
    judgement: Judgement | None = None  # what Wireshark says of the segment
