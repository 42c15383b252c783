"""What became of every connection: the outlines of all stories, as columns.

Invariant: they say what the stories say. What `tell.tell` concludes of a connection stands in its outline,
what `Story.states_after` gives for a packet stands in `states`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from tui.index.grouping import group
from tui.tcp.codes import (
    CLOSINGS,
    EVENTS,
    NO_PART,
    NO_STATE,
    NOTED,
    OPENINGS,
    PARTS,
    STATES,
    is_noted,
)
from tui.tcp.outline import Outliner
from tui.tcp.quotes import first_hard_errors, first_quotes
from tui.tcp.story import Closing, Opening
from tui.tcp.tell import REACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.grouping import Grouping
    from tui.index.table import Packets

__all__ = [
    "CLOSINGS",
    "EVENTS",
    "NOTE",
    "NOTED",
    "NO_PART",
    "NO_STATE",
    "OPENINGS",
    "OUTLINE",
    "PARTS",
    "REASONS",
    "STATES",
    "Outlines",
    "Reason",
    "from_client",
    "is_noted",
    "outline",
    "reason",
    "who_closed_first",
]


class Reason(Enum):
    """Why a connection did not open, or did not close, as it should; the value says it."""

    NONE = ""
    REFUSED = "refused by RST"
    UNREACHABLE = "unreachable by ICMP"
    UNANSWERED = "no answer"
    HALF_OPEN = "SYN-ACK never acknowledged"
    WRONG_NUMBER = "wrong number in the handshake"
    RESET_OPENING = "reset while opening"
    RESET = "reset"
    ONE_SIDE = "one end never closed"
    UNFINISHED = "FIN never acknowledged"
    UNSEEN = "one direction not captured"


REASONS = tuple(Reason)  # the code of a reason is its index

OPENING_REASONS: dict[Opening, Reason] = {
    Opening.REFUSED: Reason.REFUSED,
    Opening.UNREACHABLE: Reason.UNREACHABLE,
    Opening.UNANSWERED: Reason.UNANSWERED,
    Opening.HALF_OPEN: Reason.HALF_OPEN,
    Opening.WRONG_NUMBER: Reason.WRONG_NUMBER,
    Opening.RESET: Reason.RESET_OPENING,
}
CLOSING_REASONS: dict[Closing, Reason] = {
    Closing.RESET: Reason.RESET,
    Closing.ONE_SIDE: Reason.ONE_SIDE,
    Closing.UNFINISHED: Reason.UNFINISHED,
    Closing.ONE_DIRECTION: Reason.UNSEEN,
}


def reason(opening: Opening, closing: Closing) -> Reason:
    """Why a connection of these kinds did not open or close as it should; what went wrong first counts."""
    return OPENING_REASONS.get(opening) or CLOSING_REASONS.get(closing) or Reason.NONE


# One row a connection; what has two ends stands as [A, B].
OUTLINE = np.dtype(
    [
        ("opened_at", "i8"),  # row that completed the opening; -1 none
        ("icmp", "i8"),  # row of the first ICMP error that quotes a segment of it; -1 none
        ("sizes", "i8", 2),  # payload bytes, each counted once
        ("segments", "i8", 2),  # segments with payload
        ("repeated", "i8", 2),  # of them those that were sent again
        ("copies", "u4"),  # frames that were captured twice
        ("client", "i1"),  # the end that is the client; -1 nothing tells
        ("closed_first", "i1"),  # the end whose FIN or RST came first; -1 none
        ("states", "u1", 2),  # in the end; index in STATES, or NO_STATE
        ("opening", "u1"),  # index in OPENINGS
        ("closing", "u1"),  # index in CLOSINGS
        ("reason", "u1"),  # index in REASONS
        ("assumed", "?"),  # whether its client is told by the ports only
        ("segmentless", "?"),  # it has no segment of its own, only quoted ones: nothing but `icmp` is valid
    ]
)
NOTE = np.dtype([("row", "i8"), ("stream", "i4"), ("end", "u1"), ("event", "u1")])  # event: index in EVENTS


class Outlines(Struct, frozen=True):
    """What became of the connections of a snapshot, and what was when.

    `rows` (OUTLINE) has one row a connection; `states` those of ends A, B just after each packet, indices in
    STATES; `parts` what each packet belongs to, index in PARTS; `notes` (NOTE) the events of NOTED, by row;
    `copies` the rows, ascending, that are the frame before captured again.
    """

    rows: NDArray[np.void]
    states: NDArray[np.uint8]
    parts: NDArray[np.uint8]
    notes: NDArray[np.void]
    copies: NDArray[np.int64]


def from_client(outlines: NDArray[np.void], pairs: NDArray[Any]) -> NDArray[Any]:
    """What stands as [A, B] in `pairs`, a row for each of the outlines, as [client, server].

    Where nothing tells who the client is it stays as it is.
    """
    return np.where((outlines["client"] == 1)[:, None], pairs[:, ::-1], pairs)


def who_closed_first(outlines: NDArray[np.void]) -> NDArray[np.int64]:
    """For each of the outlines 0 if the client closed first, 1 if the server did, 2 if neither did."""
    closer, turned = outlines["closed_first"], outlines["client"] == 1
    return np.where((closer < 0) | outlines["segmentless"], 2, closer ^ turned)


def outline(packets: Packets, connections: NDArray[np.void], grouping: Grouping | None = None) -> Outlines:
    """The outlines of `connections` (schema.CONNECTION): of all that `packets` belong to."""
    grouping = grouping or group(packets.stream, len(connections))
    rows = np.zeros(len(connections), OUTLINE)
    states = np.full((len(packets), 2), NO_STATE, np.uint8)
    parts = np.full(len(packets), NO_PART, np.uint8)
    copied = np.zeros(len(packets), np.uint8)
    errors = first_hard_errors(packets, connections)
    notes = Outliner(packets, connections, grouping, errors, rows, states, parts, copied).run(NOTE)
    rows["icmp"] = first_quotes(packets, connections)
    unreachable = (rows["icmp"] >= 0) & _UNREACHABLE[rows["opening"]]
    rows["opening"][unreachable] = OPENINGS.index(Opening.UNREACHABLE)
    rows["reason"] = _REASONS[rows["opening"], rows["closing"]]
    return Outlines(
        rows, states, parts, notes[np.argsort(notes["row"], kind="stable")], np.flatnonzero(copied)
    )


# By the codes of an opening, and of a closing.
_UNREACHABLE = np.array([opening in REACHABLE for opening in OPENINGS])
_REASONS = np.array(
    [[REASONS.index(reason(opening, closing)) for closing in CLOSINGS] for opening in OPENINGS], np.uint8
)
