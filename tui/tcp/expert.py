"""Wireshark's expert items of TCP as findings: what it says of segments, with its severities and texts.

Invariant: severities and texts of tcp.analysis are those of `schema.ANALYSIS_TEXTS`, those of tcp.connection
stand here (Wireshark 4.0, packet-tcp.c). Its notes on who closed first are left out: the outlines tell it.
"""

from __future__ import annotations

from tui.index.schema import ANALYSIS_TEXTS, RETRANSMISSIONS, Analysis
from tui.tcp.finding import Finding, Group, Severity, Sign
from tui.tcp.flow import ACK, FIN, RST, SYN
from tui.tcp.rules import Flags, Judgement

CONNECTION_ITEMS = (
    Finding(
        "syn",
        Group.OPENING,
        Severity.CHAT,
        "Connection establish request (SYN)",
        "An end asks to open a connection, and says at which number it begins to count its bytes.",
        Flags(SYN | ACK, SYN),
    ),
    Finding(
        "syn-ack",
        Group.OPENING,
        Severity.CHAT,
        "Connection establish acknowledge (SYN+ACK)",
        "The other end agrees to open: it acknowledges the SYN and sends its own.",
        Flags(SYN | ACK, SYN | ACK),
    ),
    Finding(
        "fin",
        Group.CLOSING,
        Severity.CHAT,
        "Connection finish (FIN)",
        "An end has sent all that it had to send; it still receives.",
        Flags(FIN, FIN),
    ),
    Finding(
        "rst",
        Group.RESET,
        Severity.WARNING,
        "Connection reset (RST)",
        "An end breaks off, or knows of no such connection; whether it is believed is another question.",
        Flags(RST, RST),
    ),
)

# What each of Wireshark's judgements is about, and means.
_MEANINGS: dict[Analysis, tuple[Group, str]] = {
    Analysis.REUSED_PORTS: (
        Group.OPENING,
        "The same addresses and ports had a connection before; this is another one.",
    ),
    Analysis.RETRANSMISSION: (
        Group.SEQUENCE,
        "What it carries was seen before: the first copy, or its acknowledgment, was probably lost.",
    ),
    Analysis.FAST_RETRANSMISSION: (
        Group.SEQUENCE,
        "Sent again because duplicate ACKs asked for it, before a timer ran out.",
    ),
    Analysis.SPURIOUS_RETRANSMISSION: (
        Group.SEQUENCE,
        "Sent again though it had been acknowledged: that acknowledgment was lost, or came too late.",
    ),
    Analysis.OUT_OF_ORDER: (
        Group.SEQUENCE,
        "It comes after segments that were to follow it: the network changed their order.",
    ),
    Analysis.LOST_SEGMENT: (
        Group.SEQUENCE,
        "What stands before it in the sequence was not seen: lost, late, or missed by the capture.",
    ),
    Analysis.ACK_LOST_SEGMENT: (
        Group.SEQUENCE,
        "It acknowledges data that the capture does not have: the capture missed packets, not the receiver.",
    ),
    Analysis.WINDOW_UPDATE: (
        Group.WINDOW,
        "The receiver tells that it has room for another number of bytes, and nothing else.",
    ),
    Analysis.WINDOW_FULL: (
        Group.WINDOW,
        "The sender has sent all that the receiver has room for, and must wait.",
    ),
    Analysis.KEEP_ALIVE: (
        Group.KEEP_ALIVE,
        "An idle connection is tested: it asks the other end to acknowledge once more.",
    ),
    Analysis.KEEP_ALIVE_ACK: (Group.KEEP_ALIVE, "The answer to a keep-alive: the other end is still there."),
    Analysis.DUPLICATE_ACK: (
        Group.SEQUENCE,
        "The receiver asks once more for the same byte: something behind it came, the byte itself did not.",
    ),
    Analysis.ZERO_WINDOW_PROBE: (
        Group.WINDOW,
        "The sender tries with one byte whether there is room again.",
    ),
    Analysis.ZERO_WINDOW: (
        Group.WINDOW,
        "The receiver has no room left: its program does not read as fast as data comes.",
    ),
    Analysis.ZERO_WINDOW_PROBE_ACK: (Group.WINDOW, "The answer to a probe: there is still no room."),
}

_SIGNS: dict[Analysis, Sign] = {
    Analysis.RETRANSMISSION: Sign.AGAIN,
    Analysis.FAST_RETRANSMISSION: Sign.AGAIN,
    Analysis.SPURIOUS_RETRANSMISSION: Sign.AGAIN,
    Analysis.OUT_OF_ORDER: Sign.LATE,
    Analysis.WINDOW_FULL: Sign.WINDOW_FULL,
    Analysis.KEEP_ALIVE: Sign.KEEP_ALIVE,
    Analysis.ZERO_WINDOW_PROBE: Sign.PROBE,
    Analysis.ZERO_WINDOW: Sign.ZERO_WINDOW,
}

ANALYSIS_ITEMS = tuple(
    Finding(
        name=(each.flag.name or "").lower().replace("_", "-"),
        group=_MEANINGS[each.flag][0],
        severity=Severity[each.severity.upper()],
        text=each.text.replace(" (#{duplicates})", ""),
        meaning=_MEANINGS[each.flag][1],
        rule=Judgement(RETRANSMISSIONS if each.flag is Analysis.RETRANSMISSION else each.flag),
        sign=_SIGNS.get(each.flag),
    )
    for each in ANALYSIS_TEXTS
)
