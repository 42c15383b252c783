"""What Wireshark says of a segment from those before it: [SEQ/ACK analysis], and the marks before Info.

Invariant: nothing is concluded here. The track kernel has judged; the words are schema.ANALYSIS_TEXTS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.nodes import computed
from tui.decode.times import seconds
from tui.index.schema import ANALYSIS_TEXTS, RETRANSMISSIONS, Analysis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.context import Judgement
    from tui.decode.nodes import Node
    from tui.index.schema import AnalysisText

_INFO = tuple((int(mark.flag), mark.info) for mark in reversed(ANALYSIS_TEXTS))
"""Flags as plain ints: this runs for each row on the screen, and members of an enumeration are slow."""
_RESENT = ANALYSIS_TEXTS[1]


def info_marks(judgement: Judgement) -> str:
    """ "[TCP Window Full] [TCP Retransmission] ": what stands before the Info text; "" if nothing does."""
    texts = [_fill(text, judgement) for flag, text in _INFO if judgement.flags & flag]
    return "".join(f"[{text}] " for text in texts)


def analysis_nodes(judgement: Judgement) -> Iterator[Node]:
    """The heading and all below it; nothing if nothing is said of the segment."""
    if judgement.flags:
        yield computed("tcp.analysis", "SEQ/ACK analysis", 1, tuple(_items(judgement)))


def _items(judgement: Judgement) -> Iterator[Node]:
    name = "tcp.analysis."
    if judgement.acked:
        text = f"This is an ACK to the segment in frame: {judgement.acked}"
        yield computed(f"{name}acks_frame", text, judgement.acked)
    if judgement.ack_rtt:
        text = f"The RTT to ACK the segment was: {seconds(judgement.ack_rtt)} seconds"
        yield computed(f"{name}ack_rtt", text, judgement.ack_rtt)
    if judgement.initial_rtt:
        text = f"iRTT: {seconds(judgement.initial_rtt)} seconds"
        yield computed(f"{name}initial_rtt", text, judgement.initial_rtt)
    if judgement.in_flight:
        yield computed(
            f"{name}bytes_in_flight", f"Bytes in flight: {judgement.in_flight}", judgement.in_flight
        )
        text = f"Bytes sent since last PSH flag: {judgement.pushed}"
        yield computed(f"{name}push_bytes_sent", text, judgement.pushed)
    if judgement.flags & ~Analysis.ANALYSED:
        yield computed(f"{name}flags", "TCP Analysis Flags", 1, tuple(_flags(judgement)))
    if judgement.flags & Analysis.DUPLICATE_ACK:
        yield computed(
            f"{name}duplicate_ack_num", f"Duplicate ACK #: {judgement.duplicates}", judgement.duplicates
        )
        text = f"Duplicate to the ACK in frame: {judgement.repeats}"
        (mark,) = (mark for mark in ANALYSIS_TEXTS if mark.flag is Analysis.DUPLICATE_ACK)
        yield computed(f"{name}duplicate_ack_frame", text, judgement.repeats, (_expert(mark, judgement),))


def _flags(judgement: Judgement) -> Iterator[Node]:
    for mark in ANALYSIS_TEXTS:
        if not judgement.flags & mark.flag:
            continue
        if mark.flag is Analysis.DUPLICATE_ACK:
            yield computed("tcp.analysis.duplicate_ack", "This is a TCP duplicate ack", 1)
            continue
        yield _expert(mark, judgement)
        if mark is not _RESENT and mark.flag & RETRANSMISSIONS:
            yield _expert(_RESENT, judgement)
        if mark is _RESENT and judgement.delay:
            text = f"The RTO for this segment was: {seconds(judgement.delay)} seconds"
            yield computed("tcp.analysis.rto", text, judgement.delay)
            text = f"RTO based on delta from frame: {judgement.repeats}"
            yield computed("tcp.analysis.rto_frame", text, judgement.repeats)


def _expert(mark: AnalysisText, judgement: Judgement) -> Node:
    text = f"Expert Info ({mark.severity}/Sequence): {_fill(mark.text, judgement)}"
    return computed(mark.field, text, 1)


def _fill(text: str, judgement: Judgement) -> str:
    return text.format(repeats=judgement.repeats, duplicates=judgement.duplicates)
