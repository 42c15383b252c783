"""Plays a conversation on real sockets, and notes after every packet what kernel and tcpscope say of it.

An end is compared when the observer has seen all that it sent; all that was seen has reached it, unless a
firewall of its own dropped it. So nothing is compared while it changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from cable import Cable
from host import POLL_SECONDS, SECONDS, Host, wait_for

from tui.session import Session
from tui.tcp.states import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

    from namespaces import Namespace

    from tui.tcp.story import Story

CLIENT, SERVER = ENDS = (0, 1)
NAMES = ("client", "server")
PORTS = (40000, 60000)

Pair = tuple[State, State]


@dataclass(frozen=True, slots=True)
class Step:
    """What the ends do, and the states of client and server when all that followed has happened.

    `states` are the kernel's, by name. Where tcpscope has to say something else, `live` is what it says as
    long as no later packet tells it better, `file` what it says even of the whole file, and `because` why.
    """

    does: str  # "client sends, server closes"; the verbs are below
    states: str
    live: str = ""
    file: str = ""
    because: str = ""
    quick: bool = False  # nothing is compared meanwhile: it would take so long that more is sent again

    def __post_init__(self) -> None:
        """Hold that whatever differs has a reason."""
        assert bool(self.live or self.file) == bool(self.because)


@dataclass(frozen=True, slots=True)
class Check:
    """One end, just after packet row `row`, during a step: what the kernel says of it, and tcpscope."""

    step: str
    row: int
    end: int
    kernel: State
    told: State  # from the packets up to this one
    live: State  # what was to be told
    file: State  # what is to be told from the whole file

    def __str__(self) -> str:
        """For a failing test."""
        return f"{self.step!r} #{self.row + 1}: {NAMES[self.end]} {self.kernel.name}, told {self.told.name}"


class Player:
    """Both hosts, the cable, and a session that follows what passes there."""

    def __init__(
        self,
        stack: ExitStack,
        namespaces: tuple[Namespace, Namespace],
        path: Path,
        program: str | None = "",
        text: bytes = b"",
    ) -> None:
        """Begin; `stack` ends it. `program` serves; "": a bare socket does; None: nobody listens."""
        self.checks: list[Check] = []
        self._steady = not program
        self._cable = stack.enter_context(Cable(namespaces, path))
        self._session = Session([str(path)], follow=True)
        stack.callback(self._session.close)
        self._hosts = [
            Host(stack, namespaces[end], namespaces[1 - end], PORTS[end], PORTS[1 - end], text)
            for end in ENDS
        ]
        if program:
            self._hosts[SERVER].run(program)
        elif program is not None:
            self._hosts[SERVER].listen()

    def play(self, step: Step) -> None:
        """Do what the step says, let the packets pass, and compare."""
        for action in step.does.split(", "):
            who, verb, *what = action.split()
            self._do(NAMES.index(who), verb, *what)
        # A program of its own may be in the middle of a call when a packet reaches its socket.
        checked = step if self._steady and not step.because and not step.quick else None
        expected = parse(step.states)
        self._until(lambda: self._kernel() == expected, step.does, checked)
        told, live, file = self._told(), parse(step.live or step.states), parse(step.file or step.states)
        for end in ENDS:
            self._note(step, end, expected[end], told[end], live[end], file[end])

    def _do(self, end: int, verb: str, *what: str) -> None:
        if verb in HOST_VERBS:
            HOST_VERBS[verb](self._hosts[end], *what)
        elif verb in CABLE_VERBS:
            CABLE_VERBS[verb](self._cable, end, *what)
        else:
            WAITING_VERBS[verb](self, end, *what)

    def await_more(self, end: int, kind: str) -> None:
        """Wait until `end` has sent one more segment of this kind."""
        seen = self._cable.seen[end, kind]
        self._until(lambda: self._cable.seen[end, kind] > seen, f"{NAMES[end]} {kind}", None)

    def await_any(self, end: int) -> None:
        """Wait until something that `end` sent is held."""
        self._until(lambda: self._cable.waits(end), f"{NAMES[end]} waits", None)

    def _until(self, done: Callable[[], bool], what: str, checked: Step | None) -> None:
        """Let packets pass until `done`; compare after each if `checked`."""
        deadline = time.monotonic() + SECONDS
        while True:
            while self._cable.forward():
                if checked:
                    self._check(checked)
            if done():
                return
            assert time.monotonic() < deadline, f"{what!r}: the kernel has {self._kernel()}"
            self._cable.wait(POLL_SECONDS)

    def _check(self, step: Step) -> None:
        told = self._told()
        for end in ENDS:
            kernel = self._hosts[end].state()
            if not self._cable.waits(end):
                self._note(step, end, kernel, told[end], kernel, kernel)

    def _note(self, step: Step, end: int, kernel: State, told: State, live: State, file: State) -> None:
        self.checks.append(Check(step.does, self._cable.count - 1, end, kernel, told, live, file))

    def _kernel(self) -> Pair:
        return self._hosts[CLIENT].state(), self._hosts[SERVER].state()

    def _told(self) -> Pair:
        """The states that tcpscope infers from all packets so far."""
        count = self._cable.count
        wait_for(lambda: len(self._session.snapshot().packets) >= count, f"packet {count} in the session")
        story = latest_story(self._session)
        return (State.CLOSED, State.CLOSED) if story is None else states_of(story, count - 1)


HOST_VERBS: dict[str, Callable[..., None]] = {
    "connects": Host.connect,
    "connects-nowhere": Host.connect_nowhere,
    "sends": Host.send,
    "shuts": Host.shut,
    "closes": Host.close,
    "sends-and-closes": Host.send_and_close,
    "aborts": Host.abort,
    "dies": Host.die,
    "goes-on": Host.go_on,
    "drops": Host.drop,
    "admits": Host.admit,
}
CABLE_VERBS: dict[str, Callable[..., None]] = {
    "loses": Cable.lose,
    "holds": Cable.hold,
    "clears": Cable.clear,
    "seems-to-reset": Cable.forge_reset,
}
WAITING_VERBS: dict[str, Callable[..., None]] = {
    "answers": Player.await_more,
    "resends": Player.await_more,
    "waits": Player.await_any,
}


def parse(states: str) -> Pair:
    """The two states in "ESTABLISHED SYN_RCVD"."""
    client, server = states.split()
    return State[client], State[server]


def latest_story(session: Session) -> Story | None:
    """The story of the latest connection in a capture."""
    snapshot = session.snapshot()
    streams = np.asarray(snapshot.packets.stream)
    if not len(streams) or streams.max() < 0:
        return None
    return session.story(snapshot, int(np.flatnonzero(streams == streams.max())[-1]))


def states_of(story: Story, row: int) -> Pair:
    """The states of client and server after a row; where there is no connection (yet): CLOSED."""
    states = [State.CLOSED if state in (None, State.LISTEN) else state for state in story.states_after(row)]
    client = 0 if story.addresses[0].endswith(f":{PORTS[CLIENT]}") else 1
    return states[client], states[1 - client]
