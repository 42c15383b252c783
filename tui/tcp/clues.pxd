# cython: language_level=3
"""What later segments prove of earlier ones (evidence.py, which says why), and which segments are looked at (flow.key_segments).

One walk over a connection's segments; a segment is told by its index in the flow, -1 is none.
"""

from libc.stdint cimport int64_t, uint8_t

from tui.tcp.analysis cimport ACK, FIN, RST, SYN
from tui.tcp.choice cimport CLOSING_SEGMENTS, FLAGGED_SEGMENTS, OPENING_SEGMENTS, keep_first
from tui.tcp.segments cimport ACKED, COPY, END, FLAGS, PEER_TOP, SEQ, STOP, TOP

cdef enum:                      # states.Event, by its index in codes.EVENTS
    E_SEND_SYN = 0
    E_SEND_SYN_ACK = 1
    E_SEND_FIN = 2
    SENDINGS = 3                # how many of them a segment's flags tell

cdef enum:                      # states.Beginning, by its index
    B_SYN = 0
    B_REFUSED = 1
    B_UNANSWERED = 2
    B_ONE_DIRECTION = 3
    B_HALF_OPEN = 4
    B_SYN_ACK = 5
    B_MIDSTREAM = 6
    BEGINNINGS = 7

cdef enum:
    STATES = 11
    EVENTS = 20
    CROSSINGS = 2
    OPENINGS = 12

cdef packed struct Tables:      # codes.TABLES
    uint8_t follow[STATES][EVENTS]
    uint8_t noted[STATES][EVENTS]
    uint8_t traits[256]
    uint8_t initial[BEGINNINGS][2]
    uint8_t crossings[CROSSINGS][2]
    uint8_t kinds[BEGINNINGS]
    uint8_t opened[OPENINGS]

cdef struct Clues:              # arrays of two: of ends A, B
    Py_ssize_t first[SENDINGS][2]   # its first SYN, SYN-ACK, FIN that is no RST
    Py_ssize_t early[CROSSINGS]     # what crossed: the first one sent,
    Py_ssize_t late[CROSSINGS]      # and the other end's, that does not acknowledge it
    Py_ssize_t overtaker[2]         # the FIN that came before the data ahead of it,
    Py_ssize_t filler[2]            # and the segment that filled the gap
    Py_ssize_t wrong_answer         # the SYN-ACK that answers a SYN that was not captured,
    Py_ssize_t right_answer         # and the one that answers the SYN that was
    Py_ssize_t syn_again[2]         # the last time that it sent its SYN again
    Py_ssize_t fin_again[2]
    Py_ssize_t answer[2]            # its last SYN-ACK
    Py_ssize_t last[2]              # its last segment that goes on with the connection
    Py_ssize_t seen[2]              # its first segment
    Py_ssize_t spoken[2]            # its first segment that is no RST
    Py_ssize_t acknowledges[2]      # its first segment that acknowledges something
    Py_ssize_t fin[2]               # its first segment with FIN
    Py_ssize_t fin_told[2]          # the first segment that acknowledges that
    Py_ssize_t syn                  # the first segment with SYN, of either end
    Py_ssize_t flagged              # how many segments have SYN, FIN or RST
    bint confirmed                  # an acknowledgment was seen
    bint gone_on[2]                 # a segment without SYN or RST was seen
    int syns[2][2]                  # how many SYNs before that: without, and with ACK
    int fins[2]
    uint8_t beginning


cdef inline void forget(Clues* clues) noexcept nogil:
    cdef int end, i
    for i in range(CROSSINGS):
        clues.early[i] = clues.late[i] = -1
    for end in range(2):
        for i in range(SENDINGS):
            clues.first[i][end] = -1
        clues.overtaker[end] = clues.filler[end] = clues.syn_again[end] = clues.fin_again[end] = -1
        clues.answer[end] = clues.last[end] = clues.seen[end] = clues.spoken[end] = -1
        clues.acknowledges[end] = clues.fin[end] = clues.fin_told[end] = -1
        clues.gone_on[end] = False
        clues.syns[end][0] = clues.syns[end][1] = clues.fins[end] = 0
    clues.syn = clues.wrong_answer = clues.right_answer = -1
    clues.flagged = 0
    clues.confirmed = False


cdef inline void gather(const int64_t[:, ::1] flow, Py_ssize_t count, const Tables* tables, Clues* clues) noexcept nogil:
    """The clues in a flow of at least one segment."""
    cdef Py_ssize_t i
    cdef int end
    cdef int64_t flags
    forget(clues)
    for i in range(count):
        end, flags = <int>flow[END, i], flow[FLAGS, i]
        keep_first(&clues.seen[end], i)
        if flow[ACKED, i] >= 1:
            keep_first(&clues.acknowledges[end], i)
        if clues.fin[1 - end] >= 0 and flow[ACKED, i] >= flow[STOP, clues.fin[1 - end]]:
            keep_first(&clues.fin_told[1 - end], i)
        if not flags & (SYN | RST):
            clues.last[end] = i
            clues.confirmed |= flags & ACK != 0
        if not flags & RST:
            keep_first(&clues.spoken[end], i)
        if flags & (SYN | FIN | RST):
            look_at_flags(flow, i, end, flags, clues)
        if not flags & (SYN | RST) and not flow[COPY, i]:
            clues.gone_on[end] = True
    for end in range(2):
        # A SYN-ACK behind a SYN is no repetition but the answer to one that crossed it.
        if clues.syn_again[end] >= 0 and clues.syns[end][flow[FLAGS, clues.syn_again[end]] & ACK != 0] < 2:
            clues.syn_again[end] = -1
        if clues.fins[end] < 2:
            clues.fin_again[end] = -1
        overtake(flow, count, end, clues)
    clues.beginning = meet(flow, clues)
    for i in range(CROSSINGS):
        cross(flow, i, tables.crossings[i][0], tables.crossings[i][1], clues)
    answer(flow, count, clues)


cdef inline void look_at_flags(const int64_t[:, ::1] flow, Py_ssize_t i, int end, int64_t flags, Clues* clues) noexcept nogil:
    clues.flagged += 1
    if flags & SYN:
        keep_first(&clues.syn, i)
    if flags & FIN:
        keep_first(&clues.fin[end], i)
    if flags & RST:
        return
    if flags & (SYN | ACK) == SYN:
        keep_first(&clues.first[E_SEND_SYN][end], i)
    if flags & (SYN | ACK) == SYN | ACK:
        keep_first(&clues.first[E_SEND_SYN_ACK][end], i)
        clues.answer[end] = i
    if flags & FIN:
        keep_first(&clues.first[E_SEND_FIN][end], i)
    if flow[COPY, i]:
        return
    if flags & SYN and not clues.gone_on[end]:      # one behind that is of another connection, or an old copy
        clues.syns[end][flags & ACK != 0] += 1
        clues.syn_again[end] = i
    if flags & FIN:
        clues.fins[end] += 1
        clues.fin_again[end] = i


cdef inline void overtake(const int64_t[:, ::1] flow, Py_ssize_t count, int end, Clues* clues) noexcept nogil:
    """A FIN that came before the data ahead of it waits until that has come (RFC 9293 §3.10.7.4)."""
    cdef Py_ssize_t i, fin = clues.first[E_SEND_FIN][end]
    cdef int64_t reached
    if fin < 0 or not flow[SEQ, fin] > flow[TOP, fin] > 0:
        return
    reached = flow[TOP, fin]
    for i in range(fin + 1, min(count, fin + CLOSING_SEGMENTS)):
        if flow[END, i] != end or flow[FLAGS, i] & RST:
            continue
        if flow[SEQ, i] <= reached:
            reached = max(reached, flow[STOP, i])
        if reached >= flow[SEQ, fin]:
            clues.overtaker[end], clues.filler[end] = fin, i
            return


cdef inline uint8_t meet(const int64_t[:, ::1] flow, const Clues* clues) noexcept nogil:
    """How the capture meets the connection: by its first segment, and by how the other end first answers."""
    cdef int64_t flags = flow[FLAGS, 0]
    cdef int other = 1 - <int>flow[END, 0]
    cdef Py_ssize_t answer = clues.spoken[other]
    if flags & RST or not flags & SYN:
        return B_MIDSTREAM
    if flags & ACK:
        return B_SYN_ACK
    if clues.seen[other] < 0:
        return B_ONE_DIRECTION if clues.confirmed else B_UNANSWERED
    if answer < 0:
        return B_REFUSED
    if flow[FLAGS, answer] & SYN or flow[STOP, 0] <= flow[ACKED, answer] <= flow[PEER_TOP, answer]:
        return B_SYN
    return B_HALF_OPEN


cdef inline void cross(const int64_t[:, ::1] flow, int pair, int early_event, int late_event, Clues* clues) noexcept nogil:
    """Whether two segments crossed; SYNs that did are answered by both ends with a SYN-ACK (RFC 9293 figure 7)."""
    cdef Py_ssize_t* sent = clues.first[early_event]
    cdef int end = 0 if sent[1] < 0 or 0 <= sent[0] < sent[1] else 1
    cdef Py_ssize_t early = sent[end], late = clues.first[late_event][1 - end]
    if early < 0 or late < 0 or flow[ACKED, late] >= flow[STOP, early]:
        return
    if late_event == E_SEND_FIN or clues.answer[1 - end] >= 0:
        clues.early[pair], clues.late[pair] = early, late
        if clues.overtaker[end] == early:       # it waits once, for the later of the two
            clues.overtaker[end] = clues.filler[end] = -1


cdef inline void answer(const int64_t[:, ::1] flow, Py_ssize_t count, Clues* clues) noexcept nogil:
    """The answer to a SYN that was not captured, and the one to the SYN that was (RFC 9293 figure 8)."""
    cdef int pair, other = 1 - <int>flow[END, 0]
    cdef Py_ssize_t i, early = clues.first[E_SEND_SYN_ACK][other]
    if clues.beginning != B_SYN or early != clues.spoken[other]:
        return
    for pair in range(CROSSINGS):
        if clues.early[pair] == 0:
            return
    for i in range(early, min(count, OPENING_SEGMENTS)):
        if flow[FLAGS, i] & (SYN | ACK | RST) == SYN:
            return
        if (flow[FLAGS, i] & (SYN | ACK | RST) == SYN | ACK and flow[END, i] == other
                and flow[SEQ, 0] < flow[ACKED, i] <= flow[PEER_TOP, i]):
            if flow[SEQ, i] != flow[SEQ, early]:
                clues.wrong_answer, clues.right_answer = early, i
            return


cdef inline bint is_delayed(const int64_t[:, ::1] flow, const Clues* clues, Py_ssize_t i) noexcept nogil:
    """Whether the delivery of a segment waits: it was overtaken, or it crossed another one, or it is a copy of one that did, or it is a SYN
    that was not the one answered."""
    cdef int pair
    cdef Py_ssize_t early
    if i == clues.overtaker[0] or i == clues.overtaker[1]:
        return True
    if i < clues.wrong_answer and flow[FLAGS, i] & (SYN | ACK | RST) == SYN:
        return True
    for pair in range(CROSSINGS):
        early = clues.early[pair]
        if (0 <= early <= i < clues.late[pair] and flow[END, i] == flow[END, early] and flow[STOP, i] == flow[STOP, early]
                and flow[FLAGS, i] & (SYN | FIN)):
            return True
    return False


cdef inline Py_ssize_t released_by(const Clues* clues, Py_ssize_t i) noexcept nogil:
    """The segment whose delivery takes effect with segment `i`."""
    cdef int k
    for k in range(2):
        if i == clues.filler[k]:
            return clues.overtaker[k]
    for k in range(CROSSINGS):
        if i == clues.late[k]:
            return clues.early[k]
    return -1


cdef inline bint is_key(const int64_t[:, ::1] flow, const Clues* clues, Py_ssize_t i, Py_ssize_t* flagged) noexcept nogil:
    """Whether a segment can move a state, or is to be seen beside those; `flagged` is how many before it have SYN, FIN or RST."""
    cdef bint key = i < OPENING_SEGMENTS
    cdef int end
    if flow[FLAGS, i] & (SYN | FIN | RST):
        key |= (clues.flagged <= FLAGGED_SEGMENTS or flagged[0] < FLAGGED_SEGMENTS // 2
                or flagged[0] >= clues.flagged - FLAGGED_SEGMENTS // 2)
        flagged[0] += 1
    for end in range(2):
        key |= i == clues.acknowledges[end] or i == clues.fin_told[end]
        key |= 0 <= clues.fin[end] <= i < clues.fin[end] + CLOSING_SEGMENTS
    return key and not flow[COPY, i]
