# cython: language_level=3
"""One end of a connection as Zeek sees it: its state, its numbers, and what was delivered of its data.

The rules are those of Zeek 8: src/packet_analysis/protocol/tcp/TCPSessionAdapter.cc (states, numbers) and
src/analyzer/protocol/tcp/TCP_Endpoint.cc, TCP_Reassembler.cc, src/Reassem.cc (content gaps). Positions count from the initial sequence
number in 64 bits, so that they do not wrap; where Zeek, which counts in 32 bits, loses its way beyond 2 GiB, this does not.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t

cdef enum:                      # the bits of the TCP header's flags
    FIN = 1
    SYN = 2
    RST = 4
    ACK = 16

cdef enum:                      # Zeek's states of an end: what was seen of it (RFC 9293's are in states.py)
    SEEN_NOTHING                # TCP_ENDPOINT_INACTIVE
    SEEN_SYN                    # TCP_ENDPOINT_SYN_SENT
    SEEN_SYN_ACK                # TCP_ENDPOINT_SYN_ACK_SENT: of an originator, whose SYN was not captured
    SEEN_PART                   # TCP_ENDPOINT_PARTIAL: something, but no SYN
    SEEN_OPEN                   # TCP_ENDPOINT_ESTABLISHED
    SEEN_FIN                    # TCP_ENDPOINT_CLOSED
    SEEN_RST                    # TCP_ENDPOINT_RESET

cdef enum:
    MOST_PIECES = 256           # behind holes, for each end; what comes when there are as many counts as not captured
    TOO_FAR = 1 << 20           # Zeek trusts no SYN or RST, and no ACK of 0, that leads so far
    MOST_UNACKED = 16384        # Zeek's tcp_max_above_hole_without_any_acks

cdef struct Segment:
    uint32_t seq
    uint32_t ack
    uint32_t length             # of its payload
    uint16_t flags
    uint16_t window
    bint whole                  # all of its payload was captured

cdef struct Piece:              # of data that came behind a hole
    int64_t start
    int64_t stop

cdef struct Endpoint:
    uint8_t state
    uint8_t former              # the state before
    bint met                    # a segment of it was seen
    bint finished               # it sent FIN
    uint32_t start              # its initial sequence number, seen or presumed
    int64_t last                # behind the highest byte that it sent
    int64_t acked               # behind the highest byte that was acknowledged
    int64_t fin                 # behind its FIN; 0 if none
    uint32_t last_syn           # positions of the latest of each, modulo 2**32
    uint32_t last_fin
    uint32_t last_rst
    uint32_t resent             # how often: payload sent again, zero windows, gaps in its data
    uint32_t zeroes
    uint32_t gaps
    int64_t delivered           # behind the last byte before the first hole
    int64_t trimmed             # what lies before is acknowledged and forgotten
    bint given_up               # too much came behind a hole without any acknowledgment
    int pieces
    Piece held[MOST_PIECES]     # ascending, with a hole before each


cdef inline void begin(Endpoint* e) noexcept nogil:
    e.state = e.former = SEEN_NOTHING
    e.met = e.finished = e.given_up = False
    e.start = e.last_syn = e.last_fin = e.last_rst = e.resent = e.zeroes = e.gaps = 0
    e.last = e.acked = e.fin = 0
    e.delivered = e.trimmed = 1
    e.pieces = 0


cdef inline void enter(Endpoint* e, uint8_t state) noexcept nogil:
    if e.state != state:
        e.former, e.state = e.state, state


cdef inline int32_t beyond(const Endpoint* e, int64_t position, uint32_t number) noexcept nogil:
    """How far a sequence number lies behind a position near it."""
    return <int32_t>(number - (e.start + <uint32_t>position))


cdef inline int64_t position_of(const Endpoint* e, int64_t near, uint32_t number) noexcept nogil:
    """Where a sequence number lies; negative: before the first one."""
    return near + beyond(e, near, number)


cdef inline uint32_t span(const Segment* s) noexcept nogil:
    """The sequence numbers that it takes up."""
    return (0 if s.flags & RST else s.length) + (s.flags & SYN != 0) + (s.flags & FIN != 0)


cdef inline bint nothing_acked(const Endpoint* e) noexcept nogil:
    return 0 <= e.acked <= 1


cdef inline bint empty(const Endpoint* e) noexcept nogil:
    """Whether it sent no data, by its numbers."""
    return max(e.last, e.acked) <= 1 + e.finished


cdef inline void number(Endpoint* e, const Segment* s) noexcept nogil:
    """Begin to count at a segment, if it is the first, or a SYN that begins anew."""
    cdef bint anew
    if e.state == SEEN_NOTHING and not s.flags & SYN:
        e.start, e.last, e.acked = s.seq - 1, 1, 0      # as if the SYN had been seen
        return
    if e.state == SEEN_SYN or e.state == SEEN_SYN_ACK:
        anew = s.seq != e.start
    elif e.state == SEEN_RST:
        anew = e.former == SEEN_NOTHING                     # its RST may have been another's
    else:
        anew = e.state != SEEN_FIN
    if anew and s.flags & SYN:
        e.start, e.last, e.acked = s.seq, span(s), 0


cdef inline bint advance(Endpoint* e, const Segment* s) noexcept nogil:
    """Note how far a segment reaches; whether its payload was sent before."""
    cdef uint32_t stop = s.seq + span(s)
    cdef int32_t step = beyond(e, e.last, stop)
    if s.flags & (SYN | RST) and not -TOO_FAR <= step <= TOO_FAR:
        return False
    if s.flags & FIN and e.last == 1:
        e.last = stop - e.start
    elif e.state == SEEN_RST:
        return False
    elif step > 0:
        e.last += step
    else:
        return s.length > 0
    return False


cdef inline int64_t acknowledge(Endpoint* e, const Segment* s) noexcept nogil:
    """Note what the other end acknowledges; its position, 0 if that cannot be."""
    cdef int32_t step = beyond(e, e.acked, s.ack)
    cdef int64_t acked = e.acked + step
    if acked < 0:
        return 0
    if step > 0 and not s.flags & RST and not (s.ack == 0 and step > TOO_FAR):
        e.acked = acked
    return acked


cdef inline void change(Endpoint* e, Endpoint* peer, const Segment* s) noexcept nogil:
    """What a segment does to the state of an end that was seen before."""
    cdef bint opened = e.state >= SEEN_PART
    if e.state == SEEN_RST:
        return
    if e.state == SEEN_FIN:
        if s.flags & RST and peer.state != SEEN_FIN:
            enter(e, SEEN_RST)
        return
    if e.state == SEEN_PART and peer.state == SEEN_NOTHING and s.flags & (SYN | ACK) == SYN:
        enter(e, SEEN_SYN)
    if s.flags & FIN and not (opened and s.flags & RST):
        if opened and peer.state == SEEN_RST and peer.former == SEEN_FIN:
            enter(peer, SEEN_FIN)     # FIN, RST, and now the other FIN: a normal end
        enter(e, SEEN_FIN)
    if s.flags & RST:
        enter(e, SEEN_RST)


cdef inline bint clean(const Endpoint* e) noexcept nogil:
    """Whether a gap in its data counts: not in what was partly captured, and not at its end by RST."""
    return e.state == SEEN_OPEN or e.state == SEEN_FIN and e.former == SEEN_OPEN


cdef inline void join(Endpoint* e) noexcept nogil:
    """Deliver the pieces that no hole keeps back any more."""
    cdef int i, count = 0
    while count < e.pieces and e.held[count].start <= e.delivered:
        e.delivered = max(e.delivered, e.held[count].stop)
        count += 1
    if count:
        e.pieces -= count
        for i in range(e.pieces):
            e.held[i] = e.held[i + count]


cdef inline void hold(Endpoint* e, int64_t start, int64_t stop) noexcept nogil:
    """Keep a piece that came behind a hole, joined with those that it touches."""
    cdef int first = 0, after, i
    while first < e.pieces and e.held[first].stop < start:
        first += 1
    after = first
    while after < e.pieces and e.held[after].start <= stop:
        start, stop = min(start, e.held[after].start), max(stop, e.held[after].stop)
        after += 1
    if after == first:
        if e.pieces == MOST_PIECES:
            return
        for i in range(e.pieces, first, -1):
            e.held[i] = e.held[i - 1]
        e.pieces += 1
    elif after > first + 1:
        for i in range(after, e.pieces):
            e.held[first + 1 + i - after] = e.held[i]
        e.pieces -= after - first - 1
    e.held[first].start, e.held[first].stop = start, stop


cdef inline void deliver(Endpoint* e, int64_t start, int64_t stop) noexcept nogil:
    """Take in captured payload."""
    start = max(start, e.acked, e.trimmed)
    if e.given_up or stop <= start:
        return
    if start > e.delivered:
        hold(e, start, stop)
    else:
        e.delivered = max(e.delivered, stop)
        join(e)
    if e.pieces and nothing_acked(e) and e.held[e.pieces - 1].stop - e.delivered > MOST_UNACKED:
        e.given_up, e.pieces = True, 0


cdef inline int trim(Endpoint* e, int64_t acked, bint partial) noexcept nogil:
    """Forget what was acknowledged; the number of holes in it."""
    cdef int holes = 0
    if e.fin and acked >= e.fin:
        acked = e.fin - 1
    if acked <= e.trimmed:
        return 0
    e.trimmed = acked
    if acked <= 2 and partial or acked <= e.delivered:
        return 0
    while e.pieces and e.held[0].start < acked:
        holes += 1
        e.delivered = e.held[0].start
        join(e)
    if e.delivered < acked:
        holes += not e.given_up
        e.delivered = acked
        join(e)
    return holes
