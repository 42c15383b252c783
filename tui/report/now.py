"""What only the present can add to a connection's story: how long an end waits, and what the kernel says.

Invariant: nothing here moves a state. The words stand beside the state that the packets prove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.sockets import Socket, Timer
from tui.tcp.states import State

if TYPE_CHECKING:
    from tui.tcp.story import Story

Sockets = tuple[Socket | None, Socket | None]
"""Of the ends A and B; None for one that is not of this host."""

TIME_WAIT_NS = 60 * 10**9  # include/net/tcp.h: TCP_TIMEWAIT_LEN

# What a waiting end's state says at a given moment; the other states wait for nothing.
WAITS: dict[State | None, str] = {
    State.SYN_SENT: "for {since}",
    State.SYN_RCVD: "for {since}",
    State.FIN_WAIT_1: "for {since}",
    State.FIN_WAIT_2: "for {since}",
    State.CLOSE_WAIT: "for {since}",
    State.CLOSING: "for {since}",
    State.LAST_ACK: "for {since}",
    State.TIME_WAIT: "{left} left",
}
_TIME_WAIT_IS_OVER = "is over"

TIMERS: dict[Timer, str] = {
    Timer.RETRANSMISSION: "sends again in {}",
    Timer.KEEP_ALIVE: "keep-alive in {}",
    Timer.END: "{} left",
    Timer.WINDOW_PROBE: "probes the window in {}",
}

# States that an end may be seen in while its kernel has no socket of the connection any more.
_WITHOUT_SOCKET = frozenset({State.TIME_WAIT, State.LISTEN})

# (from how many seconds on, seconds of the unit, its name)
_UNITS = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (10, 1, "s"))


class Now(Struct, frozen=True):
    """A moment of a capture that goes on."""

    time: int  # ns since 1970, by the clock that the packets have theirs from
    sockets: Sockets = (None, None)


def waiting(story: Story, end: int, row: int, now: int) -> str:
    """How long `end` has been, or will be, in the state that it has after packet `row`: "for 3.2 s".

    "" if that state waits for nothing, was left later, or was not seen to be entered.
    """
    words = WAITS.get(story.states_after(row)[end])
    move = story.last_move(end, story.last_row)
    if words is None or move is None or move[0].row > row:
        return ""
    entered = move[0].time
    # RFC 9293 §3.10.7.4, TIME-WAIT STATE: a FIN that comes again restarts the 2 MSL timeout.
    restarted = max((s.time for s in story.stages if s.end != end and s.row > move[0].row), default=entered)
    left = restarted + TIME_WAIT_NS - now
    if words == WAITS[State.TIME_WAIT] and left <= 0:
        return _TIME_WAIT_IS_OVER
    return words.format(since=span(now - entered), left=span(left))


def differs(story: Story, end: int, socket: Socket) -> bool:
    """Whether the kernel's state of `end` is another than the latest that the packets show."""
    shown = story.states_after(story.last_row)[end]
    if socket.state is State.CLOSED and shown in _WITHOUT_SOCKET:
        return False
    return shown is not socket.state


def describe(story: Story, end: int, row: int, socket: Socket) -> str:
    """What there is to say of the kernel's state of `end`, beside the one that it has after packet `row`.

    "48 s left", "the capture may lag  curl (pid 1234)"
    """
    if differs(story, end, socket):
        remark = "the capture may lag"
    else:
        moved = story.states_after(row)[end] is not story.states_after(story.last_row)[end]
        remark = "by now" if moved else ""
    timer = TIMERS[socket.timer].format(span(socket.expires)) if socket.timer else ""
    return "  ".join(filter(None, (remark, timer, _owner(socket))))


def span(ns: int) -> str:
    """A time that passes, as exact as a person can follow: "3.2 s", "48 s", "12 min"."""
    seconds, rest = divmod(max(ns, 0), 10**9)
    for least, unit, name in _UNITS:
        if seconds >= least:
            return f"{seconds // unit} {name}"
    return f"{seconds}.{rest // 10**8} s"


def _owner(socket: Socket) -> str:
    if socket.process is not None:
        return f"{socket.process.name} (pid {socket.process.pid})"
    return f"a process of {socket.user}" if socket.user else ""
