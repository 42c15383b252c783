"""tcpscope.* and zeek.*: what became of a packet's connection, and what stands out in the packet.

Invariant: everything comes from the view's survey, which is made when the first of these fields is asked for;
what that needs is not imported before. A packet that belongs to no connection has none of them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tui.filter.chunk import Bools, Chunk, Ints
    from tui.filter.fields import Values

_NONE = 255  # the code of what is not there
_SIDES = ("client", "server")


@cache
def _values(name: str) -> NDArray[np.object_]:
    """For each code of these things the values of a packet that has it: one text, or none."""
    from tui.tcp.outlines import CLOSINGS, OPENINGS, PARTS, REASONS, STATES
    from tui.tcp.zeek import CONN_STATES

    texts = {
        "state": [state.name for state in STATES],
        "stage": [part.value for part in PARTS],
        "opening": [kind.value for kind in OPENINGS],
        "closing": [kind.value for kind in CLOSINGS],
        "reason": [reason.value for reason in REASONS],
        "side": _SIDES,
        "conn_state": CONN_STATES,
    }[name]
    table = np.full(_NONE + 1, None, object)
    for code in range(_NONE + 1):
        table[code] = (texts[code],) if code < len(texts) and texts[code] else ()
    return table


def _told(name: str, codes: Ints) -> Values:
    found: Values = _values(name)[codes].tolist()
    return found


def _of_connection(chunk: Chunk, codes: NDArray[np.generic]) -> Ints:
    """For each packet the code of its connection; _NONE where it has none, or one without segments."""
    if not len(codes):
        return np.full(len(chunk), _NONE)
    there = ~chunk.view.survey.outlines.rows["segmentless"]
    stream = np.maximum(chunk.stream, 0)
    return np.where((chunk.stream >= 0) & there[stream], codes[stream].astype(np.int64), _NONE)


def _client_is_b(chunk: Chunk) -> Bools:
    """Where end B is the client; where nothing tells, the ends count as they appeared."""
    return np.equal(_of_connection(chunk, chunk.view.survey.outlines.rows["client"]), 1)


def _state(side: str) -> Callable[[Chunk], Values]:
    """The state of that side just after each packet."""

    def values(chunk: Chunk) -> Values:
        pairs = chunk.view.survey.outlines.states[chunk.place]
        is_b = _client_is_b(chunk) ^ (side == _SIDES[1])
        return _told("state", np.where(is_b, pairs[:, 1], pairs[:, 0]))

    return values


def _kind(name: str) -> Callable[[Chunk], Values]:
    """A column of codes of the outlines."""

    def values(chunk: Chunk) -> Values:
        return _told(name, _of_connection(chunk, chunk.view.survey.outlines.rows[name]))

    return values


def _closed_by(chunk: Chunk) -> Values:
    ends = _of_connection(chunk, chunk.view.survey.outlines.rows["closed_first"])
    known = (ends == 0) | (ends == 1)
    return _told("side", np.where(known, ends ^ _client_is_b(chunk), _NONE))


def _stage(chunk: Chunk) -> Values:
    """An ICMP error belongs to no stage."""
    parts = chunk.view.survey.outlines.parts[chunk.place]
    return _told("stage", np.where(chunk.marked(Mark.QUOTED), _NONE, parts))


def _findings(chunk: Chunk) -> Values:
    return list(chunk.view.survey.found.names(chunk.at))


def _conn_state(chunk: Chunk) -> Values:
    return _told("conn_state", _of_connection(chunk, chunk.view.survey.words.states))


def _history(chunk: Chunk) -> Values:
    words = chunk.view.survey.words
    there = _of_connection(chunk, words.states) != _NONE
    letters = (
        words.histories[np.where(there, chunk.stream, 0)].tolist() if there.any() else [b""] * len(chunk)
    )
    return [
        (history.decode(),) if known and history else ()
        for known, history in zip(there.tolist(), letters, strict=True)
    ]


# THE fields of tcpscope's own: name, label, how to get every packet's values, which are texts.
FIELDS: tuple[tuple[str, str, Callable[[Chunk], Values]], ...] = (
    ("tcpscope.client.state", "State of the client after this packet", _state("client")),
    ("tcpscope.server.state", "State of the server after this packet", _state("server")),
    ("tcpscope.opening", "How the connection opened", _kind("opening")),
    ("tcpscope.closing", "How the connection closed", _kind("closing")),
    ("tcpscope.closed_by", "Who closed the connection first", _closed_by),
    ("tcpscope.reason", "Why the connection did not open or close as it should", _kind("reason")),
    ("tcpscope.stage", "What this packet belongs to: opening, data or closing", _stage),
    ("tcpscope.finding", "What stands out in this packet", _findings),
    ("zeek.conn_state", "Zeek's word for what became of the connection", _conn_state),
    ("zeek.history", "Zeek's history of the connection, a letter an event", _history),
)
