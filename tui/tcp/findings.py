"""THE table of findings: what stands out in a capture, in Wireshark's words and in tcpscope's own.

Wireshark's expert items (`expert.py`) are what it says of segments; tcpscope's verdicts stand beside them and
replace none. What their rules mean, `rules.py` knows.

Invariant: whatever is said of packets and connections under a finding's name (the list of findings,
`tcpscope.finding`, `--fail-on`, the words in the ladder) comes from this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.tcp.expert import ANALYSIS_ITEMS, CONNECTION_ITEMS
from tui.tcp.finding import Finding, Group, Severity, Sign
from tui.tcp.flow import FIN, SYN
from tui.tcp.rules import Again, Challenge, Copy, Happened, Outcome, Place, Search, Successor
from tui.tcp.states import Event, State
from tui.tcp.story import Closing, Opening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tui.index.table import Packets
    from tui.tcp.outlines import Outlines

__all__ = ["CODES", "FINDINGS", "Finding", "Found", "Group", "Severity", "Sign", "find", "undisputed"]

_ANY = frozenset(Closing)
_OPENING_VERDICTS = (
    Finding(
        "refused",
        Group.OPENING,
        Severity.ERROR,
        "The SYN was answered by a RST",
        "Nothing listens at that port, or a firewall says so.",
        Outcome(frozenset({Opening.REFUSED}), Place.ANSWER),
    ),
    Finding(
        "unreachable",
        Group.OPENING,
        Severity.ERROR,
        "An ICMP error answered the SYN",
        "A router, or the host itself, says that the packet cannot get there; the error says why.",
        Outcome(frozenset({Opening.UNREACHABLE}), Place.ERROR),
    ),
    Finding(
        "no-answer",
        Group.OPENING,
        Severity.ERROR,
        "The SYN was not answered",
        "The host is down, a firewall drops the SYN in silence, or the answer took another way.",
        Outcome(frozenset({Opening.UNANSWERED}), Place.FIRST),
    ),
    Finding(
        "half-open",
        Group.OPENING,
        Severity.ERROR,
        "The handshake was answered but not completed",
        "The answer was never acknowledged: it did not arrive, or who asked is gone, or never was (a flood).",
        Outcome(frozenset({Opening.HALF_OPEN}), Place.ANSWER),
    ),
    Finding(
        "wrong-number",
        Group.OPENING,
        Severity.ERROR,
        "Not opened: an acknowledgment in the handshake has a wrong number",
        "An ACK must acknowledge the SYN's number + 1; this one answers something else and opens nothing.",
        Outcome(frozenset({Opening.WRONG_NUMBER}), Place.WRONG_ACK),
    ),
    Finding(
        "wrong-ack",
        Group.OPENING,
        Severity.WARNING,
        "It acknowledges what was never sent",
        "It was meant for an older connection, or is forged; its receiver drops it.",
        Happened(frozenset({Event.WRONG_ACK})),
    ),
    Finding(
        "syn-resent",
        Group.OPENING,
        Severity.NOTE,
        "The SYN or SYN-ACK was sent again",
        "No answer came in time: it or its answer was lost, or nobody is there. Each wait is twice the last.",
        Again(SYN),
        Sign.AGAIN,
    ),
    Finding(
        "challenged-syn",
        Group.OPENING,
        Severity.WARNING,
        "A SYN for a connection that is open",
        "The sender has forgotten the connection, or is an attacker: it is not reset but asked (RFC 5961).",
        Happened(frozenset({Event.SYN})),
        Sign.NOT_TAKEN,
    ),
    Finding(
        "simultaneous-open",
        Group.OPENING,
        Severity.NOTE,
        "Both ends opened at once",
        "Each sent a SYN before it had the other's: one connection comes of both (RFC 9293, figure 7).",
        Outcome(frozenset({Opening.SIMULTANEOUS}), Place.SECOND_SYN),
    ),
    Finding(
        "split-handshake",
        Group.OPENING,
        Severity.WARNING,
        "The SYN was answered by a bare SYN",
        "The answer's ACK and SYN came apart, which turns the roles round; it deceives some firewalls.",
        Outcome(frozenset({Opening.SPLIT}), Place.SECOND_SYN),
    ),
    Finding(
        "fast-open",
        Group.OPENING,
        Severity.NOTE,
        "Data came with the SYN and was taken",
        "TCP Fast Open: a cookie from an earlier connection saves a round trip (RFC 7413).",
        Outcome(frozenset({Opening.FAST_OPEN}), Place.FIRST),
    ),
    Finding(
        "time-wait-reuse",
        Group.OPENING,
        Severity.NOTE,
        "It takes the place of a connection in TIME_WAIT",
        "A SYN with a greater number ends the wait early: no old segment can be mistaken for a new one.",
        Successor(),
    ),
)
_CLOSING_VERDICTS = (
    Finding(
        "still-open",
        Group.CLOSING,
        Severity.CHAT,
        "No end has closed the connection",
        "It was open when the capture ended.",
        Outcome(frozenset({Closing.OPEN}), Place.FIRST),
    ),
    Finding(
        "one-side",
        Group.CLOSING,
        Severity.WARNING,
        "Only one end has closed",
        "The other acknowledged the FIN but sent none: its program has not closed its socket (CLOSE_WAIT).",
        Outcome(frozenset({Closing.ONE_SIDE}), Place.FIRST_FIN),
    ),
    Finding(
        "fin-unacknowledged",
        Group.CLOSING,
        Severity.WARNING,
        "A FIN was never acknowledged",
        "Its sender goes on repeating it: the other end is gone, or the capture ends too early.",
        Outcome(
            frozenset(
                {
                    Closing.UNFINISHED,
                    Closing.FOUR_WAY,
                    Closing.THREE_WAY,
                    Closing.SIMULTANEOUS,
                    Closing.HALF_CLOSE,
                }
            ),
            Place.LAST_FIN,
            states=frozenset({State.FIN_WAIT_1, State.CLOSING, State.LAST_ACK}),
        ),
    ),
    Finding(
        "fin-resent",
        Group.CLOSING,
        Severity.NOTE,
        "The FIN was sent again",
        "The FIN or its acknowledgment was lost.",
        Again(FIN),
        Sign.AGAIN,
    ),
    Finding(
        "lost-ack",
        Group.SEQUENCE,
        Severity.NOTE,
        "This acknowledgment did not arrive",
        "What it acknowledges was sent again afterwards, so it was lost behind the place of the capture.",
        Happened(frozenset({Event.LOST_ACK})),
        Sign.LOST,
    ),
    Finding(
        "simultaneous-close",
        Group.CLOSING,
        Severity.NOTE,
        "Both ends closed at once",
        "Each sent its FIN before it had the other's: both go through CLOSING (RFC 9293, figure 13).",
        Outcome(frozenset({Closing.SIMULTANEOUS}), Place.SECOND_FIN),
    ),
    Finding(
        "half-close",
        Group.CLOSING,
        Severity.NOTE,
        "One direction was closed, the other still carried data",
        "A FIN closes one direction only; the other end may send on for as long as it likes.",
        Outcome(frozenset({Closing.HALF_CLOSE}), Place.FIRST_FIN),
    ),
)
_RESET_VERDICTS = (
    Finding(
        "reset",
        Group.RESET,
        Severity.WARNING,
        "A RST ended the connection",
        "No FIN: what was on its way is thrown away, and the other program gets an error.",
        Outcome(frozenset({Closing.RESET, Opening.RESET}), Place.RESET),
    ),
    Finding(
        "rst-after-fin",
        Group.RESET,
        Severity.NOTE,
        "A RST after a FIN",
        "An end that had closed for good got something more, or would not wait for the rest of the close.",
        Outcome(_ANY, Place.RESET, after=Place.FIRST_FIN),
    ),
    Finding(
        "rst-in-window",
        Group.RESET,
        Severity.WARNING,
        "A RST whose number is not the next one: it resets nothing",
        "A blind attacker can guess the window but not the number: a challenge ACK asks the real end "
        "(RFC 5961).",
        Happened(frozenset({Event.RST_IN_WINDOW})),
        Sign.NOT_TAKEN,
    ),
    Finding(
        "rst-outside-window",
        Group.RESET,
        Severity.WARNING,
        "A RST outside the window: it resets nothing",
        "It is old or forged; its receiver drops it in silence.",
        Happened(frozenset({Event.RST_OUTSIDE})),
        Sign.NOT_TAKEN,
    ),
    Finding(
        "rst-forged",
        Group.RESET,
        Severity.WARNING,
        "A RST that neither end heeds",
        "Both ends go on: somebody between them sent it, and it did not arrive or came too late.",
        Happened(frozenset({Event.RST_FORGED})),
        Sign.NOT_TAKEN,
    ),
    Finding(
        "challenge-ack",
        Group.RESET,
        Severity.NOTE,
        "A challenge ACK",
        "It says what its sender expects; an end that really has lost the connection answers with a RST of "
        "just that number.",
        Challenge(),
        Sign.CHALLENGE,
    ),
    Finding(
        "wrong-ack-refused",
        Group.RESET,
        Severity.NOTE,
        "A RST refuses an acknowledgment of what was never sent",
        "It takes its number from that acknowledgment and ends an old connection, not this one.",
        Happened(frozenset({Event.SEND_REFUSAL})),
    ),
)
_CAPTURE_VERDICTS = (
    Finding(
        "duplicate-frame",
        Group.CAPTURE,
        Severity.NOTE,
        "The frame before, captured once more",
        "A mirror port, or a capture of all interfaces, saw it twice: it was not sent again, whatever "
        "Wireshark calls it.",
        Copy(),
        Sign.COPY,
    ),
    Finding(
        "mid-stream",
        Group.CAPTURE,
        Severity.NOTE,
        "The capture begins in the middle of the connection",
        "Its opening was not captured: the states at its first packet are assumed.",
        Outcome(frozenset({Opening.MIDSTREAM}), Place.FIRST),
    ),
    Finding(
        "one-direction",
        Group.CAPTURE,
        Severity.NOTE,
        "Only one direction was captured",
        "The other end's packets took another way: what it did can only be guessed.",
        Outcome(frozenset({Opening.ONE_DIRECTION}), Place.FIRST),
    ),
    Finding(
        "icmp-error",
        Group.CAPTURE,
        Severity.NOTE,
        "An ICMP error quotes a segment of the connection",
        "A router or host complains of one packet; the connection lives on.",
        Outcome(frozenset(Opening) - {Opening.UNREACHABLE}, Place.ERROR),
    ),
)

FINDINGS: tuple[Finding, ...] = (
    *CONNECTION_ITEMS,
    *ANALYSIS_ITEMS,
    *_OPENING_VERDICTS,
    *_CLOSING_VERDICTS,
    *_RESET_VERDICTS,
    *_CAPTURE_VERDICTS,
)
CODES = {finding.name: code for code, finding in enumerate(FINDINGS)}

_RETRANSMISSIONS = [
    CODES[name] for name in ("retransmission", "fast-retransmission", "spurious-retransmission")
]
_BY_WIRESHARK = np.array([finding.wireshark for finding in FINDINGS])
_CODE_BITS = 8


class Found(Struct, frozen=True):
    """What was found: packet rows, and what each is, an index of FINDINGS; ordered by row, then by code."""

    rows: NDArray[np.int64]
    codes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.rows)

    def between(self, start: int, stop: int) -> Found:
        """What was found at the packets [start, stop)."""
        first, last = np.searchsorted(self.rows, (start, stop))
        return Found(self.rows[first:last], self.codes[first:last])

    def names(self, rows: NDArray[np.int64]) -> Iterator[tuple[str, ...]]:
        """For each of these packets the names of what was found there, in the order of the table."""
        first, stop = np.searchsorted(self.rows, rows), np.searchsorted(self.rows, rows, "right")
        begin = int(first.min(initial=len(self)))
        names = [FINDINGS[code].name for code in self.codes[begin : stop.max(initial=0)].tolist()]
        for start, end in zip((first - begin).tolist(), (stop - begin).tolist(), strict=True):
            yield tuple(names[start:end])

    def at(self, row: int) -> tuple[Finding, ...]:
        """What was found at one packet."""
        return tuple(FINDINGS[code] for code in self.between(row, row + 1).codes.tolist())


def find(packets: Packets, connections: NDArray[np.void], outlines: Outlines) -> Found:
    """Everything that stands out in a capture; about 0.05 s a million packets."""
    search = Search(packets, connections, outlines)
    keys = [search.rows(finding.rule) << _CODE_BITS | code for code, finding in enumerate(FINDINGS)]
    found = np.sort(np.concatenate(keys), kind="stable")  # fast, where many runs are in order
    # An ICMP error that quotes 8 bytes may be taken for that of several connections.
    found = found[np.diff(found, prepend=-1) > 0]
    return Found(found >> _CODE_BITS, found.astype(np.uint8))


def undisputed(found: Found, packets: Packets, outlines: Outlines) -> Found:
    """What was found, without that which tcpscope contradicts: Wireshark's words on what was not sent again.

    A frame that was captured twice was sent once. A SYN-ACK behind a SYN that crossed another, or answers a
    bare one, repeats its number but is not the SYN again.
    """
    resent = found.rows[found.codes == CODES["syn-resent"]]
    repeats = np.isin(found.codes, _RETRANSMISSIONS) & (packets.bits[found.rows] & SYN != 0)
    contradicted = np.isin(found.rows, outlines.copies) & _BY_WIRESHARK[found.codes]
    contradicted |= repeats & ~np.isin(found.rows, resent)
    return Found(found.rows[~contradicted], found.codes[~contradicted])
