# cython: language_level=3
"""Both endpoints of a connection, moved through the tables by its segments (endpoints.py, which says why)."""

from libc.stdint cimport INT64_MAX, INT64_MIN, int8_t, int64_t, uint8_t

from tui.tcp.analysis cimport ACK, FIN, RST, SYN
from tui.tcp.clues cimport E_SEND_FIN, E_SEND_SYN, E_SEND_SYN_ACK, Clues, Tables, gather, is_delayed, released_by
from tui.tcp.segments cimport ACKED, END, FLAGS, PEER_TOP, ROW, SEQ, STOP, TOP, WINDOW

cdef enum:                      # states.Event, by its index in codes.EVENTS
    E_SEND_RST = 3
    E_SEND_REFUSAL = 4
    E_SEND_UNASKED_ACK = 5
    E_SYN = 6
    E_SYN_TO_LISTENER = 7
    E_SYN_ACK = 8
    E_WRONG_ACK = 9
    E_ACK_OF_SYN = 10
    E_ACK_OF_FIN = 11
    E_LOST_ACK = 12
    E_FIN = 13
    E_RST = 14
    E_RST_AS_LISTENER = 15
    E_RST_IN_WINDOW = 16
    E_RST_OUTSIDE = 17
    E_RST_FORGED = 18
    E_HARD_ERROR = 19
    NO_EVENT = 255

cdef enum:                      # codes.Trait
    UNOPENED = 1
    HANDSHAKING = 2
    CALLING = 4
    ANSWERING = 8
    LISTENING = 16
    GONE = 32
    ENDED = 64

cdef enum:
    NO_STATE = 255
    MOST_HAPPENINGS = 8         # with one segment: 2 to its sender, 2 to its receiver, 2 by each delivery that waited for it

cdef struct Happening:
    Py_ssize_t segment          # that caused it; -1 an ICMP error did
    uint8_t end
    uint8_t event
    uint8_t before
    uint8_t after

cdef struct End:
    int64_t syn                 # position behind its SYN; before all others if none was seen
    int64_t fin                 # behind its FIN; behind all others if none was seen
    int64_t told                # the latest acknowledgment it sent; -1 none
    int64_t window              # the receive window it announced with that
    uint8_t state
    uint8_t scale               # shift of its windows
    bint passive                # it listened

cdef struct Run:
    const Tables* tables
    Clues clues
    End ends[2]
    Happening happened[MOST_HAPPENINGS]     # with the latest segment
    int happenings


cdef inline void start(Run* run, const int64_t[:, ::1] flow, Py_ssize_t count, const int8_t* scales) noexcept nogil:
    """Set both ends where they are before the first segment."""
    cdef int end, first = <int>flow[END, 0]
    gather(flow, count, run.tables, &run.clues)
    for end in range(2):
        run.ends[end].state = run.tables.initial[run.clues.beginning][end != first]
        run.ends[end].passive = has(run, end, LISTENING)
        run.ends[end].syn, run.ends[end].fin = INT64_MIN, INT64_MAX
        run.ends[end].told, run.ends[end].window = -1, 0
        run.ends[end].scale = <uint8_t>max(scales[end], 0)


cdef inline void step(Run* run, const int64_t[:, ::1] flow, Py_ssize_t count, Py_ssize_t i) noexcept nogil:
    """Move both ends by a segment: `happened` is what happened."""
    cdef Py_ssize_t released = released_by(&run.clues, i)
    run.happenings = 0
    if i == run.clues.right_answer:
        receive(run, flow, count, 0)
    send(run, flow, i)
    if not is_delayed(flow, &run.clues, i):
        receive(run, flow, count, i)
    if released >= 0:
        receive(run, flow, count, released)


cdef inline bint is_heeded(const Run* run, const int64_t[:, ::1] flow, int64_t error, int end) noexcept nogil:
    """Whether a hard ICMP error, in packet row `error`, aborts: its end neither goes on nor sends its SYN again."""
    cdef Py_ssize_t latest = max(run.clues.last[end], run.clues.syn_again[end])
    return latest < 0 or flow[ROW, latest] <= error


cdef inline void fail(Run* run, int end) noexcept nogil:
    """What a hard ICMP error does to the end whose SYN it quotes."""
    run.happenings = 0
    happen(run, end, E_HARD_ERROR, -1)


cdef inline bint has(const Run* run, int end, int trait) noexcept nogil:
    return run.tables.traits[run.ends[end].state] & trait != 0


cdef inline void happen(Run* run, int end, uint8_t event, Py_ssize_t segment) noexcept nogil:
    cdef Happening* happening
    if run.ends[end].state == NO_STATE or run.happenings == MOST_HAPPENINGS:
        return
    happening = &run.happened[run.happenings]
    run.happenings += 1
    happening.segment, happening.end, happening.event = segment, <uint8_t>end, event
    happening.before = run.ends[end].state
    happening.after = run.ends[end].state = run.tables.follow[happening.before][event]


cdef inline void send(Run* run, const int64_t[:, ::1] flow, Py_ssize_t i) noexcept nogil:
    """What a segment does to its sender. A RST that its receiver does not take may be anybody's: it is not held against the sender."""
    cdef int end = <int>flow[END, i]
    cdef int64_t flags = flow[FLAGS, i]
    cdef End* sender = &run.ends[end]
    if flags & RST:
        if judge_reset(run, flow, i) == E_RST and run.clues.last[end] <= i:
            happen(run, end, E_SEND_REFUSAL if has(run, end, HANDSHAKING) and flow[SEQ, i] != flow[TOP, i] else E_SEND_RST, i)
        return
    if flags & SYN:
        sender.syn = flow[SEQ, i] + 1
        happen(run, end, E_SEND_SYN_ACK if flags & ACK else E_SEND_SYN, i)
    elif flags & ACK and is_unasked(run, flow, i):
        happen(run, end, E_SEND_UNASKED_ACK, i)
    if flags & FIN:
        sender.fin = flow[STOP, i]
        happen(run, end, E_SEND_FIN, i)
    if flags & ACK:
        sender.told = max(sender.told, flow[ACKED, i])
        sender.window = flow[WINDOW, i] << (0 if flags & SYN else sender.scale)


cdef inline bint is_unasked(const Run* run, const int64_t[:, ::1] flow, Py_ssize_t i) noexcept nogil:
    """Whether an ACK answers something that was not captured."""
    cdef int end = <int>flow[END, i]
    if has(run, end, CALLING):
        return run.ends[1 - end].syn == INT64_MIN
    return has(run, end, ANSWERING) and run.clues.seen[1 - end] < 0 and flow[ACKED, i] > run.ends[end].told


cdef inline void receive(Run* run, const int64_t[:, ::1] flow, Py_ssize_t count, Py_ssize_t i) noexcept nogil:
    """What a segment does to its receiver, looked at in the RFC's order: RST, SYN, ACK, FIN."""
    cdef int end = 1 - <int>flow[END, i]
    cdef int64_t flags = flow[FLAGS, i]
    cdef uint8_t event
    if flags & RST:
        event = judge_reset(run, flow, i)
        if event == E_RST and run.ends[end].passive and has(run, end, ANSWERING):
            event = E_RST_AS_LISTENER
        happen(run, end, event, i)
        return
    if flags & (SYN | ACK) == SYN:
        happen(run, end, E_SYN_TO_LISTENER if has(run, end, GONE) and run.clues.answer[end] > i else E_SYN, i)
    if flags & ACK:
        event = judge_ack(run, flow, count, i)
        if event != NO_EVENT:
            happen(run, end, event, i)
    if flags & FIN:
        happen(run, end, E_FIN, i)


cdef inline uint8_t judge_ack(const Run* run, const int64_t[:, ::1] flow, Py_ssize_t count, Py_ssize_t i) noexcept nogil:
    """What an acknowledgment tells its receiver; NO_EVENT if it tells of data only."""
    cdef int end = 1 - <int>flow[END, i]
    cdef const End* receiver = &run.ends[end]
    cdef int64_t ack = flow[ACKED, i]
    cdef bint syn_ack = flow[FLAGS, i] & SYN != 0
    cdef bint opening = has(run, end, HANDSHAKING)
    if opening and receiver.syn != INT64_MIN and not receiver.syn <= ack <= flow[PEER_TOP, i]:
        return E_WRONG_ACK
    if syn_ack or has(run, end, ANSWERING):
        if opening and run.clues.syn_again[end] > i:
            return E_LOST_ACK
        return E_SYN_ACK if syn_ack else E_ACK_OF_SYN
    if ack >= receiver.fin:
        return E_LOST_ACK if run.clues.fin_again[end] > i and not has_arrived(run, flow, count, i) else E_ACK_OF_FIN
    return NO_EVENT


cdef inline bint has_arrived(const Run* run, const int64_t[:, ::1] flow, Py_ssize_t count, Py_ssize_t i) noexcept nogil:
    """Whether a FIN surely reached the other end: it was acknowledged later, and never sent again."""
    cdef int64_t sender = flow[END, i]
    cdef Py_ssize_t later
    if not flow[FLAGS, i] & FIN or run.clues.fin_again[sender] > i:
        return False
    for later in range(i + 1, count):
        if flow[END, later] != sender and flow[ACKED, later] >= flow[STOP, i]:
            return True
    return False


cdef inline uint8_t judge_reset(const Run* run, const int64_t[:, ::1] flow, Py_ssize_t i) noexcept nogil:
    """Whether its receiver takes a RST (RFC 9293 §3.10.7.3, .4; RFC 5961 §3), and whose it is."""
    cdef int end = 1 - <int>flow[END, i]
    cdef const End* receiver = &run.ends[end]
    cdef int64_t seq = flow[SEQ, i]
    cdef bint calling = has(run, end, CALLING)
    cdef bint exact = receiver.told < 0 or seq == receiver.told or seq == flow[TOP, i]
    if calling and receiver.syn != INT64_MIN:
        exact = flow[ACKED, i] == receiver.syn
    if exact:
        return E_RST_FORGED if min(run.clues.last[0], run.clues.last[1]) > i else E_RST
    if receiver.told <= seq < receiver.told + receiver.window and not calling:
        return E_RST_IN_WINDOW
    return E_RST_OUTSIDE
