# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The kernel of Zeek's words: the rows of each connection → its conn_state and its history; one pass, GIL released, columns only.

A history is bounded: its first LONGEST letters are kept. Only SYN, FIN and RST can be said for ever, with ever new numbers; all else comes
to 69 letters at most, in 2**32 packets.
"""

import numpy as np

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memmove

from tui.index.rows cimport Connection
from tui.index.walk cimport CUT_HEADER, FROM_B, QUOTED, REASSEMBLED, SHORT
from tui.tcp.zeek_endpoint cimport (
    ACK, FIN, RST, SEEN_FIN, SEEN_NOTHING, SEEN_OPEN, SEEN_PART, SEEN_RST, SEEN_SYN, SEEN_SYN_ACK, SYN, Endpoint, Segment, acknowledge,
    advance, begin, change, clean, deliver, empty, enter, number, position_of, span, trim
)

cdef enum:
    LONGEST = 64
    UNREADABLE = CUT_HEADER | QUOTED | SHORT    # Zeek drops what is no segment, or has no whole header

cdef enum:                      # what a role has said already
    SAID_SYN = 1                # with ACK or without
    SAID_FIN = 2
    SAID_RST = 4
    SAID_FIN_RST = 8
    SAID_SYN_AND = 16
    SAID_DATA = 32
    SAID_ACK = 64

cdef enum:                      # zeek.CONN_STATES
    NONE
    S0
    S1
    SF
    REJ
    S2
    S3
    RSTO
    RSTR
    RSTOS0
    RSTRH
    SH
    SHR
    OTH

cdef struct Talk:               # a connection
    Endpoint ends[2]            # A, B
    int originator              # which of them Zeek takes for it
    bint partial                # its SYNs were not captured
    uint8_t said[2]             # by the originator, by the responder
    int letters
    uint8_t history[LONGEST]


def spell(packets, const Connection[::1] connections, const int64_t[::1] order, const int64_t[::1] starts, const uint8_t[::1] likely):
    """The conn_states (uint8, one a connection) and histories (uint8, LONGEST a connection, filled up with 0).

    `order` and `starts` as grouping.Grouping has them; `likely`, by port, is true for servers' ports.
    """
    cdef const uint32_t[::1] seq = packets.seq, ack = packets.ack, seglen = packets.seglen, caplen = packets.caplen
    cdef const uint16_t[::1] bits = packets.bits, window = packets.window, marks = packets.marks, tcp_at = packets.tcp_at
    cdef Py_ssize_t c, i, row, count = connections.shape[0]
    cdef Talk talk
    cdef Segment s
    cdef int end
    states = np.zeros(count, np.uint8)
    histories = np.zeros((count, LONGEST), np.uint8)
    cdef uint8_t[::1] state = states
    cdef uint8_t[:, ::1] history = histories
    with nogil:
        for c in range(count):
            open_talk(&talk)
            for i in range(starts[c], starts[c + 1]):
                row = order[i]
                if marks[row] & UNREADABLE:
                    continue
                s.seq, s.ack, s.length, s.window = seq[row], ack[row], seglen[row], window[row]
                s.flags = bits[row] & 0xFFF
                s.whole = marks[row] & REASSEMBLED or tcp_at[row] + (bits[row] >> 12) * 4 + <int64_t>s.length <= caplen[row]
                end = marks[row] & FROM_B != 0
                if not (talk.ends[0].met or talk.ends[1].met):
                    meet(&talk, &s, end, likely[connections[c].port[end]], likely[connections[c].port[1 - end]],
                         connections[c].port[end] < connections[c].port[1 - end])
                hear(&talk, &s, end)
            state[c] = conclude(&talk)
            if talk.letters:
                memcpy(&history[c, 0], talk.history, talk.letters)
    return states, histories


cdef void open_talk(Talk* t) noexcept nogil:
    begin(&t.ends[0])
    begin(&t.ends[1])
    t.originator = t.letters = 0
    t.partial = False
    t.said[0] = t.said[1] = 0


cdef void meet(Talk* t, const Segment* s, int end, bint likely, bint other_likely, bint lower) noexcept nogil:
    """Who is the originator: the first segment's sender, unless it is no SYN and comes from what looks like a server's port."""
    t.originator = end
    if s.flags & (SYN | ACK) == SYN or not likely:
        return
    if not other_likely or lower and not s.flags & SYN:
        flip(t)


cdef void flip(Talk* t) noexcept nogil:
    t.originator = 1 - t.originator
    t.partial = False
    write(t, b"^")


cdef void write(Talk* t, uint8_t letter) noexcept nogil:
    if t.letters < LONGEST:
        t.history[t.letters] = letter
        t.letters += 1


cdef void say(Talk* t, int end, uint8_t letter) noexcept nogil:
    """Write a letter of the originator, or its lower case for the responder."""
    write(t, letter if end == t.originator else letter | 0x20)


cdef bint said(Talk* t, int end, uint8_t what, uint8_t letter) noexcept nogil:
    """Whether a role said so before; else it says it now."""
    cdef int role = end != t.originator
    if t.said[role] & what:
        return True
    t.said[role] |= what
    say(t, end, letter)
    return False


cdef void tally(Talk* t, int end, uint32_t* count, uint8_t letter) noexcept nogil:
    """Count, and say it at 1, 10, 100…"""
    cdef uint32_t rest
    count[0] += 1
    rest = count[0]
    while rest and rest % 10 == 0:
        rest //= 10
    if rest == 1:
        say(t, end, letter)


cdef void hear(Talk* t, const Segment* s, int end) noexcept nogil:
    """One segment, in the order in which Zeek looks at it."""
    cdef Endpoint* e = &t.ends[end]
    cdef Endpoint* peer = &t.ends[1 - end]
    cdef int64_t position, acked = 0
    cdef int holes
    turn(t, s)
    if not e.met and (end == t.originator or not t.partial):
        t.partial = not s.flags & SYN or end == t.originator and s.flags & ACK != 0
    number(e, s)
    position = position_of(e, e.last, s.seq)
    spell_flags(t, e, s, end, position)
    if s.window == 0 and not s.flags & RST and peer.state != SEEN_FIN and e.state != SEEN_RST:
        tally(t, end, &e.zeroes, b"W")
    if s.flags & FIN:
        e.finished = True
        if position >= 0:
            e.fin = position + span(s)
    if s.flags & ACK:
        if peer.state == SEEN_NOTHING:
            peer.start, peer.last, peer.acked = s.ack - 1, 0, 0
            acked = 1
        else:
            acked = acknowledge(peer, s)
    if advance(e, s):
        tally(t, end, &e.resent, b"T")
    if e.state == SEEN_NOTHING:
        appear(t, s, end)
    else:
        change(e, peer, s)
    if s.flags & ACK:
        holes = trim(peer, acked, t.partial)
        if clean(e) and clean(peer):
            for _ in range(holes):
                tally(t, 1 - end, &peer.gaps, b"G")
    e.met = True
    if s.length and s.whole and not s.flags & RST and position >= 0:
        position += s.flags & SYN != 0
        deliver(e, position, position + s.length)


cdef void turn(Talk* t, const Segment* s) noexcept nogil:
    """What begins with a SYN-ACK and goes on with data or an ACK is no scan: its SYN was not captured (since Zeek 5.1, #2191)."""
    cdef int server = t.originator
    cdef int i
    if t.ends[server].state != SEEN_SYN_ACK or t.ends[1 - server].state != SEEN_NOTHING or s.flags & (SYN | FIN | RST):
        return
    if not (s.length or s.flags & ACK) or t.letters >= LONGEST:
        return
    for i in range(t.letters):
        t.history[i] ^= 0x20
    memmove(&t.history[1], &t.history[0], t.letters)
    t.history[0] = b"^"
    t.letters += 1
    t.originator = 1 - server
    t.said[0], t.said[1] = t.said[1], t.said[0]
    enter(&t.ends[server], SEEN_OPEN)
    t.ends[1 - server].met = True
    t.partial = False


cdef void spell_flags(Talk* t, Endpoint* e, const Segment* s, int end, int64_t position) noexcept nogil:
    """SYN, FIN and RST are said again if they come with another number; several of them, data and ACK once."""
    cdef uint16_t flags = s.flags & (SYN | FIN | RST)
    cdef uint32_t place = <uint32_t>position
    cdef uint8_t letter
    if flags == 0:
        if s.length:
            said(t, end, SAID_DATA, b"D")
        elif s.flags & ACK:
            said(t, end, SAID_ACK, b"A")
    elif flags == SYN:
        letter = b"H" if s.flags & ACK else b"S"
        if said(t, end, SAID_SYN, letter) and place != e.last_syn:
            say(t, end, letter)
        e.last_syn = place
    elif flags == FIN:
        place += s.length
        if said(t, end, SAID_FIN, b"F") and place != e.last_fin:
            say(t, end, b"F")
        e.last_fin = place
    elif flags == RST:
        if said(t, end, SAID_RST, b"R") and place != e.last_rst:
            say(t, end, b"R")
        e.last_rst = place
    elif flags & FIN and flags & RST:
        said(t, end, SAID_FIN_RST, b"I")
    else:
        said(t, end, SAID_SYN_AND, b"Q")


cdef void appear(Talk* t, const Segment* s, int end) noexcept nogil:
    """What the first segment of an end makes of its state."""
    cdef Endpoint* e = &t.ends[end]
    cdef Endpoint* peer = &t.ends[1 - end]
    if s.flags & SYN:
        if end == t.originator:
            enter(e, SEEN_SYN_ACK if s.flags & ACK else SEEN_SYN)
        else:
            if peer.state == SEEN_SYN_ACK and not s.flags & ACK:
                flip(t)         # the SYN was captured behind its answer
                enter(peer, SEEN_OPEN)
            elif peer.state == SEEN_SYN:
                enter(peer, SEEN_OPEN)
            enter(e, SEEN_OPEN)
    if s.flags & FIN:
        enter(e, SEEN_FIN)
    if s.flags & RST:
        enter(e, SEEN_RST)
    if e.state != SEEN_NOTHING or end != t.originator and s.length == 0 and peer.state == SEEN_SYN:
        return                  # some answer a SYN with an ACK before the SYN-ACK
    if s.flags & ACK and peer.state == SEEN_OPEN:
        enter(e, SEEN_OPEN)     # only its SYN was not captured
        t.partial = False
    else:
        enter(e, SEEN_PART)


cdef bint idle(const Endpoint* e) noexcept nogil:
    return e.state == SEEN_NOTHING or e.state == SEEN_PART


cdef uint8_t conclude(const Talk* t) noexcept nogil:
    """conn_state (scripts/base/protocols/conn/main.zeek)."""
    cdef const Endpoint* o = &t.ends[t.originator]
    cdef const Endpoint* r = &t.ends[1 - t.originator]
    if not (o.met or r.met):
        return NONE
    if r.state == SEEN_RST:
        if o.state == SEEN_SYN or o.state == SEEN_SYN_ACK or o.state == SEEN_RST and empty(o) and empty(r):
            return REJ
        return RSTRH if idle(o) else RSTR
    if o.state == SEEN_RST:
        if not idle(r):
            return RSTO
        return RSTOS0 if gives_up(t) else OTH
    if o.state == SEEN_FIN:
        return SF if r.state == SEEN_FIN else SH if idle(r) else S2
    if r.state == SEEN_FIN:
        return SHR if idle(o) else S3
    if o.state == SEEN_SYN and r.state == SEEN_NOTHING:
        return S0
    return S1 if o.state == SEEN_OPEN and r.state == SEEN_OPEN else OTH


cdef bint gives_up(const Talk* t) noexcept nogil:
    """Whether the originator's SYN is followed by its RST, with nothing between that speaks of a connection."""
    cdef int i = t.letters > 0 and t.history[0] == b"^"
    if i >= t.letters or t.history[i] != b"S":
        return False
    for i in range(i + 1, t.letters):
        if t.history[i] == b"R":
            return True
        if t.history[i] in (b"H", b"A", b"F", b"G", b"I", b"Q"):
            return False
    return False
