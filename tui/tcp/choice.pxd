# cython: language_level=3
"""Which segments of a long connection a story may depend on: those, and no others, are looked at again.

They are the key segments (flow.key_segments), and those that evidence.py and tell.py may find. A segment is told by its index, -1 is none.
"""

from libc.stdint cimport INT64_MAX, int64_t, uint16_t, uint32_t

from tui.tcp.analysis cimport ACK, FIN, RST, SYN

cdef enum:                      # flow.py
    OPENING_SEGMENTS = 16
    CLOSING_SEGMENTS = 64
    FLAGGED_SEGMENTS = 4096

cdef struct Segment:
    int64_t row
    int64_t begin
    int64_t stop
    int64_t acked
    int64_t top
    int64_t peer_top
    int64_t time
    uint32_t length
    uint16_t flags
    uint16_t window
    int end
    bint copy

cdef enum:                          # which segments something may depend on, beside those with SYN, FIN or RST: evidence.py, tell.py
    FIRST                           # each end's first one
    SPOKEN                          # its first without RST
    CONFIRMING                      # its first that only acknowledges
    ACKNOWLEDGING                   # its first that acknowledges a byte
    GOING_ON                        # its first that goes on with the connection, and is no copy
    LAST                            # its last that does
    FIN_TOLD                        # the first that acknowledges its first FIN
    FIN_ARRIVED                     # the first behind its last FIN that acknowledges that
    SENT_ON                         # its first with new data, when it knew of the other end's FIN and before its own
    FINAL                           # its last one
    CARRIERS

cdef struct Choice:
    Py_ssize_t carriers[2 * CARRIERS]   # of ends A, B; -1 none
    Py_ssize_t fin[2]                   # each end's first FIN,
    int64_t fin_stop[2]                 # and the position behind it;
    Py_ssize_t sent_fin[2]              # its first that is no RST,
    int64_t last_fin_stop[2]            # and the position behind the last of those
    Py_ssize_t flagged                  # how many have SYN, FIN or RST


cdef inline void begin_choice(Choice* choice) noexcept nogil:
    cdef int i
    choice.flagged = 0
    choice.fin[0] = choice.fin[1] = choice.sent_fin[0] = choice.sent_fin[1] = -1
    choice.last_fin_stop[0] = choice.last_fin_stop[1] = INT64_MAX
    for i in range(2 * CARRIERS):
        choice.carriers[i] = -1


cdef inline int64_t news(const Segment* segment) noexcept nogil:
    """How much of its payload was not sent before."""
    return segment.begin + segment.length - max(segment.begin, segment.top)


cdef inline void weigh(Choice* choice, const Segment* segment, Py_ssize_t i) noexcept nogil:
    """Enter a segment where it is the one that something may depend on."""
    cdef int end = segment.end, other = 1 - end
    cdef Py_ssize_t* own = &choice.carriers[end * CARRIERS]
    cdef Py_ssize_t* others = &choice.carriers[other * CARRIERS]
    cdef uint16_t flags = segment.flags
    keep_first(&own[FIRST], i)
    own[FINAL] = i
    if not flags & RST:
        keep_first(&own[SPOKEN], i)
    if flags & (SYN | ACK | RST) == ACK:
        keep_first(&own[CONFIRMING], i)
    if segment.acked >= 1:
        keep_first(&own[ACKNOWLEDGING], i)
    if not flags & (SYN | RST):
        own[LAST] = i
        if not segment.copy:
            keep_first(&own[GOING_ON], i)
    if choice.fin[other] >= 0:
        if segment.acked >= choice.fin_stop[other]:
            keep_first(&others[FIN_TOLD], i)
            if segment.length and news(segment) > 0 and choice.fin[end] < 0:
                keep_first(&own[SENT_ON], i)
        if segment.acked >= choice.last_fin_stop[other]:
            keep_first(&others[FIN_ARRIVED], i)
    if flags & (SYN | FIN | RST):
        choice.flagged += 1
    if flags & FIN:
        if choice.fin[end] < 0:
            choice.fin[end], choice.fin_stop[end] = i, segment.stop
        if not segment.copy and not flags & RST:
            keep_first(&choice.sent_fin[end], i)
            choice.last_fin_stop[end] = segment.stop
            own[FIN_ARRIVED] = -1


cdef inline void keep_first(Py_ssize_t* place, Py_ssize_t i) noexcept nogil:
    if place[0] < 0:
        place[0] = i


cdef inline bint is_chosen(const Choice* choice, const Segment* segment, Py_ssize_t i, Py_ssize_t* flagged) noexcept nogil:
    """Whether a story looks at segment `i`, before which `flagged` have SYN, FIN or RST."""
    cdef bint chosen = i < OPENING_SEGMENTS
    cdef int k
    if segment.flags & (SYN | FIN | RST):
        chosen |= (choice.flagged <= FLAGGED_SEGMENTS or flagged[0] < FLAGGED_SEGMENTS // 2
                   or flagged[0] >= choice.flagged - FLAGGED_SEGMENTS // 2)
        flagged[0] += 1
    for k in range(2):
        chosen |= 0 <= choice.fin[k] <= i < choice.fin[k] + CLOSING_SEGMENTS
        chosen |= 0 <= choice.sent_fin[k] <= i < choice.sent_fin[k] + CLOSING_SEGMENTS
    for k in range(2 * CARRIERS):
        chosen |= i == choice.carriers[k]
    return chosen
