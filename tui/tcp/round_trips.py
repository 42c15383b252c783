"""The round trips of all handshakes at once, as `tell.tell` has them in a story (`Story.rtt`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark
from tui.tcp.flow import ACK, SYN
from tui.tcp.outlines import EVENTS, PARTS
from tui.tcp.states import Event
from tui.tcp.story import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.table import Packets
    from tui.tcp.outlines import Outlines

NO_TIME = -1

_FLAGS = 63  # those that a stage of a story names


def round_trips(packets: Packets, outlines: Outlines) -> NDArray[np.int64]:
    """For each connection ns from SYN to SYN-ACK, and from there to what completed the opening.

    Both are NO_TIME where something else came between these three, such as another SYN-ACK: that leaves open
    which of the two was acknowledged.
    """
    opened = outlines.rows["opened_at"]
    times = np.full((len(opened), 2), NO_TIME)
    opening = PARTS.index(Part.OPENING)
    stages = packets.first + np.flatnonzero(outlines.parts[packets.first :] == opening)
    streams = packets.stream[stages]
    stages, streams = stages[stages < opened[streams]], streams[stages < opened[streams]]
    order = np.argsort(streams, kind="stable")
    last = np.flatnonzero(np.diff(streams[order], append=-1))  # of each connection
    last = last[last > 0]
    call, answer = stages[order[last - 1]], stages[order[last]]
    streams = packets.stream[answer]
    ack = opened[streams]
    caller, answerer, opener = (packets.marks[rows] & int(Mark.FROM_B) for rows in (call, answer, ack))
    fits = packets.stream[call] == streams
    fits &= (packets.bits[call] & _FLAGS == SYN) & (packets.bits[answer] & _FLAGS == SYN | ACK)
    fits &= (outlines.parts[ack] == opening) & (packets.bits[ack] & (SYN | ACK) == ACK)
    fits &= (caller == opener) & (caller != answerer)
    notes = outlines.notes
    fits &= ~np.isin(ack, notes["row"][notes["event"] == EVENTS.index(Event.WRONG_ACK)])
    call, answer, ack, streams = call[fits], answer[fits], ack[fits], streams[fits]
    times[streams, 0] = packets.time[answer] - packets.time[call]
    times[streams, 1] = packets.time[ack] - packets.time[answer]
    return times
