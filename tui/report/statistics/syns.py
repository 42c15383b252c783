"""Who is asked for connections, how often, and how many of these stay half-open: a SYN flood at a glance.

A connection is half-open from its first SYN until its handshake is complete (proven by its numbers), until a
RST or an ICMP error answers, or until HALF_OPEN_SECONDS have passed: then servers give up. A server looks
flooded if FLOOD_PEAK connections or more were half-open at once and fewer than FLOOD_SHARE of all that were
asked for were completed.

As JSON a server is an object with the keys address, port, syns, syn_acks (segments), connections (that were
asked for), completed, half_open (at the capture's end), half_open_peak, syns_peak (most SYNs in a second),
sources (addresses that asked), over_time (SYNs in each of 20 equal parts of the capture), flood (whether it
looks flooded). Of a display filter's packets the SYNs count; what became of them is known from all packets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.index.schema import Mark
from tui.report.ends import packed, unpacked
from tui.report.explain import Tone
from tui.report.statistics.facts import FactColumn, Facts, address, count, port
from tui.report.traffic import sparkline

if TYPE_CHECKING:
    from tui.report.statistics.facts import Values
    from tui.session import Snapshot
    from tui.survey import Survey

HALF_OPEN_SECONDS = 63
"""Linux answers a SYN again after 1, 3, 7, 15 and 31 s, and forgets it after 63 (tcp_synack_retries = 5)."""

FLOOD_PEAK = 128
"""Half-open connections at once: as many as long was the usual queue of a server (net.core.somaxconn)."""

FLOOD_SHARE = 0.5
"""A server that is well completes nearly all, one whose queue is full hardly any."""

PARTS = 20
_SYN, _RST, _ACK = 2, 4, 16
_SECOND = 10**9
_NEVER = np.iinfo(np.int64).max


def _parts(facts: Facts, line: int) -> list[int]:
    """SYNs over time."""
    first, stop = facts.arrays["first"][line], facts.arrays["stop"][line]
    parts = facts.arrays["parts"][0][first:stop]
    counts: list[int] = np.bincount(parts, minlength=PARTS).tolist()
    return counts


_OVER_TIME = FactColumn(
    id="over_time",
    title="SYNs over time",
    width=PARTS,
    text="SYNs in 20 equal parts of the capture",
    falling=True,
    keys=lambda facts: facts.arrays["syns_peak"],
    write=lambda facts, line: sparkline(_parts(facts, line), PARTS),
    value=_parts,
    tone=Tone.WARN,
)
_FLOOD = FactColumn(
    id="flood",
    title="Flood",
    width=6,
    text="whether it looks like a SYN flood",
    falling=True,
    keys=lambda facts: facts.arrays["flood"],
    write=lambda facts, line: "✗ yes" if facts.arrays["flood"][line] else "",
    value=lambda facts, line: bool(facts.arrays["flood"][line]),
    tone=Tone.BAD,
)
COLUMNS = (
    address("address", "Server", "who was asked for connections"),
    port("port", "Port", "its port"),
    _FLOOD,
    count("half_open", "Half-open", "connections that are half-open at the capture's end"),
    count("half_open_peak", "Peak", "half-open connections at once, at most"),
    count("syns_peak", "SYNs/s", "SYNs in the second that had most of them"),
    _OVER_TIME,
    count("syns", "SYNs", "SYNs that it was sent"),
    count("syn_acks", "SYN-ACKs", "SYN-ACKs that it sent"),
    count("connections", "Conns", "connections that it was asked for"),
    count("completed", "Completed", "of these those whose handshake was completed"),
    count("sources", "Sources", "addresses that asked"),
)


def syns(snapshot: Snapshot, survey: Survey, rows: Values | None) -> Facts:
    """The servers that were sent SYNs (of the packets `rows`, or of all)."""
    packets = snapshot.packets
    flags = packets.bits & (_SYN | _RST | _ACK)
    own = (packets.marks & int(Mark.QUOTED) == 0) & (packets.stream >= 0)
    shown = np.zeros(len(packets), bool)
    shown[slice(packets.first, None) if rows is None else rows] = True
    asking = np.flatnonzero(own & shown & (flags & (_SYN | _ACK | _RST) == _SYN))
    servers, places = np.unique(packed(packets.dst[asking], packets.dstport[asking]), return_inverse=True)
    answers = np.flatnonzero(own & shown & (flags & (_SYN | _ACK | _RST) == _SYN | _ACK))
    answering = packed(packets.src[answers], packets.srcport[answers])
    found = np.searchsorted(servers, answering)
    known = (
        (found < len(servers)) & (servers[np.minimum(found, len(servers) - 1)] == answering)
        if len(servers)
        else np.zeros(len(answers), bool)
    )
    begun, opened, ends = _openings(snapshot, survey, asking, own & (flags & _RST != 0))
    of_server = places[np.searchsorted(asking, begun)]
    times = packets.time[packets.first :]
    now = int(times.max()) if len(times) else 0
    total = np.bincount(of_server, minlength=len(servers))
    completed = np.bincount(of_server[opened], minlength=len(servers))
    peak = _peaks(of_server, packets.time[begun], ends, len(servers))
    order = np.argsort(places, kind="stable")
    syn_count = np.bincount(places, minlength=len(servers))
    stops = np.cumsum(syn_count)
    numbers, ports = unpacked(servers)
    flood = (peak >= FLOOD_PEAK) & (completed < FLOOD_SHARE * total)
    arrays = {
        "address": numbers,
        "port": ports,
        "half_open": np.bincount(of_server[ends > now], minlength=len(servers)),
        "half_open_peak": peak,
        "syns": syn_count,
        "syn_acks": np.bincount(found[known], minlength=len(servers)),
        "connections": total,
        "completed": completed,
        "syns_peak": _busiest(places, packets.time[asking], len(servers)),
        "sources": _distinct(places, packets.src[asking], len(servers)),
        "flood": flood,
        "first": stops - syn_count,
        "stop": stops,
        "parts": _in_parts(packets.time[asking][order], times)[None],
    }

    def leads_to(line: int) -> str:
        network = "ipv6" if snapshot.addresses.family(int(numbers[line])) == 6 else "ip"
        text = snapshot.addresses.text(int(numbers[line]))
        return f"{network}.addr == {text} && tcp.port == {int(ports[line])} && tcp.flags.syn == 1"

    def note(line: int) -> str:
        share = completed[line] / max(total[line], 1)
        text = (
            f"{int(total[line]):,} connections asked for by {int(arrays['sources'][line]):,} addresses, "
            f"{share:.0%} completed, {int(peak[line]):,} half-open at once."
        )
        return f"This looks like a SYN flood: {text}" if flood[line] else text

    return Facts(arrays, book=snapshot.addresses, leads_to=leads_to, note=note)


def _openings(
    snapshot: Snapshot, survey: Survey, asking: Values, resets: Values
) -> tuple[Values, Values, Values]:
    """Of each connection with a SYN: the row of the first, whether it was completed, when it was answered."""
    packets, outlines = snapshot.packets, survey.outlines.rows
    streams, firsts = np.unique(packets.stream[asking], return_index=True)
    begun = asking[firsts]
    known = streams < len(outlines)
    streams, begun = streams[known], begun[known]
    ends = packets.time[begun] + HALF_OPEN_SECONDS * _SECOND
    rst_rows = np.flatnonzero(resets)
    reset_at = np.full(len(outlines), -1, np.int64)
    reset_streams, first_resets = np.unique(packets.stream[rst_rows], return_index=True)
    there = reset_streams < len(outlines)
    reset_at[reset_streams[there]] = rst_rows[first_resets[there]]
    opened_at = outlines["opened_at"][streams]
    for answered in (opened_at, reset_at[streams], outlines["icmp"][streams]):
        ends = np.minimum(ends, np.where(answered >= 0, packets.time[np.maximum(answered, 0)], _NEVER))
    return begun, opened_at >= 0, ends


def _peaks(servers: Values, begins: Values, ends: Values, count_: int) -> Values:
    """The most spans of each server that overlap; one that ends as another begins does not."""
    peaks = np.zeros(count_, np.int64)
    if not len(servers):
        return peaks
    of = np.concatenate((servers, servers))
    steps = np.concatenate((np.ones(len(servers), np.int64), np.full(len(servers), -1, np.int64)))
    order = np.lexsort((steps, np.concatenate((begins, ends)), of))
    heights = np.cumsum(steps[order])  # a server's steps sum up to 0, so that each begins anew
    firsts = np.searchsorted(of[order], np.arange(count_))
    there = np.bincount(servers, minlength=count_) > 0
    peaks[there] = np.maximum.reduceat(heights, firsts[there])
    return peaks


def _busiest(servers: Values, times: Values, count_: int) -> Values:
    """The most SYNs that each server was sent in a second."""
    most = np.zeros(count_, np.int64)
    if len(times):
        seconds = (times - times.min()) // _SECOND
        order = np.lexsort((seconds, servers))
        of, when = servers[order], seconds[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(of) != 0) | (np.diff(when) != 0)])
        np.maximum.at(most, of[starts], np.diff(np.r_[starts, len(of)]))
    return most


def _distinct(servers: Values, sources: Values, count_: int) -> Values:
    """How many sources each server has."""
    pairs = np.unique(servers.astype(np.int64) << 32 | sources)
    return np.bincount(pairs >> 32, minlength=count_)


def _in_parts(times: Values, all_times: Values) -> Values:
    """In which part of the capture each time lies."""
    if not len(times):
        return np.zeros(0, np.uint8)
    first, last = int(all_times.min()), int(all_times.max())
    parts = (times - first) * PARTS // max(last - first, 1)
    found: Values = np.minimum(parts, PARTS - 1).astype(np.uint8)
    return found
