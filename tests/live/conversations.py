"""THE conversations that are held against the kernel: what the ends do, and the states that it has then.

See player.py for the verbs. States are the client's and the server's; a connection that the kernel does not
show is CLOSED. "loses" and "holds" are on the cable, before the observer; "drops" is a firewall behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from player import Step

from tui.tcp.story import Closing, Opening

OPEN = Step("client connects", "ESTABLISHED ESTABLISHED")
TALK = (
    OPEN,
    Step("client sends", "ESTABLISHED ESTABLISHED"),
    Step("server sends", "ESTABLISHED ESTABLISHED"),
)


@dataclass(frozen=True)
class Conversation:
    """Steps, and the kinds of opening and closing that tcpscope must see in them."""

    steps: tuple[Step, ...]
    opening: Opening = Opening.THREE_WAY
    closing: Closing = Closing.OPEN
    program: str | None = ""  # the server's (programs.py); "": a bare socket; None: nobody listens
    text: bytes = b"hello\n"  # what is sent
    says: tuple[str, ...] = ()  # what the verdict must say


CONVERSATIONS: dict[str, Conversation] = {
    "four-way close, client first": Conversation(
        (*TALK, Step("client closes", "FIN_WAIT_2 CLOSE_WAIT"), Step("server closes", "TIME_WAIT CLOSED")),
        closing=Closing.FOUR_WAY,
    ),
    "four-way close, server first": Conversation(
        (*TALK, Step("server closes", "CLOSE_WAIT FIN_WAIT_2"), Step("client closes", "CLOSED TIME_WAIT")),
        closing=Closing.FOUR_WAY,
    ),
    "three-way close, client first": Conversation(
        (
            *TALK,
            Step("server loses ACK, client closes", "FIN_WAIT_1 CLOSE_WAIT"),
            Step("server closes, server clears", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.THREE_WAY,
    ),
    "three-way close, server first": Conversation(
        (
            *TALK,
            Step("client loses ACK, server closes", "CLOSE_WAIT FIN_WAIT_1"),
            Step("client closes, client clears", "CLOSED TIME_WAIT"),
        ),
        closing=Closing.THREE_WAY,
    ),
    "every state of a close": Conversation(
        (
            *TALK,
            Step("server holds ACK, client closes", "FIN_WAIT_1 CLOSE_WAIT"),
            Step("server clears", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("client holds ACK, server closes", "TIME_WAIT LAST_ACK"),
            Step("client clears", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
    ),
    "FIN in the segment with the last data": Conversation(
        (
            OPEN,
            Step("server sends-and-closes", "CLOSE_WAIT FIN_WAIT_2"),
            Step("client closes", "CLOSED TIME_WAIT"),
        ),
        closing=Closing.FOUR_WAY,
    ),
    "half-close by the client, data after it": Conversation(
        (
            *TALK,
            Step("client shuts", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server sends", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server sends", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server closes", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.HALF_CLOSE,
    ),
    "half-close by the server, data after it": Conversation(
        (
            *TALK,
            Step("server shuts", "CLOSE_WAIT FIN_WAIT_2"),
            Step("client sends", "CLOSE_WAIT FIN_WAIT_2"),
            Step("client closes", "CLOSED TIME_WAIT"),
        ),
        closing=Closing.HALF_CLOSE,
    ),
    "simultaneous close": Conversation(
        (
            *TALK,
            Step("client holds ACK, server holds ACK, client closes, server closes", "CLOSING CLOSING"),
            Step("client clears, server clears", "TIME_WAIT TIME_WAIT"),
        ),
        closing=Closing.SIMULTANEOUS,
    ),
    "simultaneous open by two connects": Conversation(
        (
            Step(
                "client holds SYN-ACK, server holds SYN-ACK, client connects, server connects",
                "SYN_RCVD SYN_RCVD",
            ),
            Step("client clears, server clears", "ESTABLISHED ESTABLISHED"),
            Step("client closes", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server closes", "TIME_WAIT CLOSED"),
        ),
        opening=Opening.SIMULTANEOUS,
        closing=Closing.FOUR_WAY,
        program=None,
    ),
    "refused": Conversation(
        (Step("client connects", "CLOSED CLOSED"),),
        opening=Opening.REFUSED,
        closing=Closing.NEVER_OPEN,
        program=None,
    ),
    "reset by SO_LINGER 0 of the client": Conversation(
        (*TALK, Step("client aborts", "CLOSED CLOSED")), closing=Closing.RESET
    ),
    "reset by SO_LINGER 0 of the server": Conversation(
        (*TALK, Step("server aborts", "CLOSED CLOSED")), closing=Closing.RESET
    ),
    "reset in the half-close": Conversation(
        (*TALK, Step("client shuts", "FIN_WAIT_2 CLOSE_WAIT"), Step("server aborts", "CLOSED CLOSED")),
        closing=Closing.RESET,
    ),
    "peer killed with unread data": Conversation(
        (*TALK, Step("server dies", "CLOSED CLOSED")), closing=Closing.RESET
    ),
    "peer killed with nothing unread": Conversation(
        (OPEN, Step("server dies", "CLOSE_WAIT FIN_WAIT_2")), closing=Closing.ONE_SIDE
    ),
    "data for an end that is gone": Conversation(
        (*TALK, Step("server closes", "CLOSE_WAIT FIN_WAIT_2"), Step("client sends", "CLOSED CLOSED")),
        closing=Closing.RESET,
    ),
    "reset while opening": Conversation(
        (
            Step("client loses ACK, client connects", "ESTABLISHED SYN_RCVD"),
            Step("client clears, client aborts", "CLOSED CLOSED"),
        ),
        opening=Opening.RESET,
        closing=Closing.NEVER_OPEN,
    ),
    "host that is not there": Conversation(
        (
            Step(
                "client connects-nowhere",
                "CLOSED CLOSED",
                live="SYN_SENT CLOSED",
                file="SYN_SENT CLOSED",
                because="RFC 9293 §3.9.2.2: a soft error, must not abort; Linux gives up without a segment",
            ),
        ),
        opening=Opening.UNREACHABLE,
        closing=Closing.NEVER_OPEN,
    ),
    "the same ports again out of TIME_WAIT": Conversation(
        (
            OPEN,
            Step("server closes", "CLOSE_WAIT FIN_WAIT_2"),
            Step("client closes", "CLOSED TIME_WAIT"),
            Step("client connects", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "a client that forgot the connection, and connects again": Conversation(
        (
            OPEN,
            Step(
                "client loses RST, client aborts",
                "CLOSED ESTABLISHED",
                live="ESTABLISHED ESTABLISHED",
                file="ESTABLISHED ESTABLISHED",
                because="nothing of the reset was on the wire",
            ),
            Step("client clears, client holds RST, client connects", "SYN_SENT ESTABLISHED"),
            Step("client clears", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "blind reset outside the window": Conversation(
        (*TALK, Step("client seems-to-reset -100000", "ESTABLISHED ESTABLISHED")),
        says=("resets nothing", "outside the window"),
    ),
    "blind reset in the window": Conversation(
        (
            *TALK,
            Step("client seems-to-reset 100", "ESTABLISHED ESTABLISHED"),
            Step("client sends", "ESTABLISHED ESTABLISHED"),
        ),
        says=("resets nothing", "not the next one expected"),
    ),
    "blind reset with exactly the next number": Conversation(
        (
            *TALK,
            Step(
                "client seems-to-reset 0",
                "ESTABLISHED CLOSED",
                live="CLOSED CLOSED",
                because="presumed to be the client's own until that goes on",
            ),
            Step("client sends", "CLOSED CLOSED"),
        ),
        closing=Closing.RESET,
    ),
}
