# cython: language_level=3
"""What is told of a connection when all its segments were followed (tell.py, which says why): parts, kinds, traffic."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from tui.tcp.analysis cimport ACK, FIN, RST, SYN
from tui.tcp.clues cimport B_SYN_ACK, CROSSINGS
from tui.tcp.moves cimport (
    E_ACK_OF_FIN, E_ACK_OF_SYN, E_RST, E_RST_AS_LISTENER, E_SYN_ACK, E_WRONG_ACK, ENDED, UNOPENED, Happening, Run
)
from tui.tcp.segments cimport ACKED, END, FLAGS, LENGTH, SEQ, STOP, TOP

cdef enum:                      # story.Opening, by its index
    O_THREE_WAY = 0
    O_SIMULTANEOUS = 1
    O_SPLIT = 2
    O_FAST_OPEN = 3
    O_ONE_DIRECTION = 7
    O_HALF_OPEN = 8
    O_WRONG_NUMBER = 9
    O_RESET = 10
    NO_KIND = 255

cdef enum:                      # story.Closing, by its index
    C_FOUR_WAY = 0
    C_THREE_WAY = 1
    C_SIMULTANEOUS = 2
    C_HALF_CLOSE = 3
    C_ONE_SIDE = 4
    C_ONE_DIRECTION = 5
    C_UNFINISHED = 6
    C_RESET = 7
    C_OPEN = 8
    C_NEVER_OPEN = 9

cdef enum:                      # story.Part, by its index
    P_OPENING = 0
    P_DATA = 1
    P_CLOSING = 2
    NO_PART = 255

cdef enum:
    NAMED_FLAGS = 63            # those without which a SYN is a bare one
    RESETS = 1 << E_RST | 1 << E_RST_AS_LISTENER
    OPENS = 1 << E_SYN_ACK | 1 << E_ACK_OF_SYN | 1 << E_WRONG_ACK

cdef struct Tale:               # segments are told by their index in the flow, -1 is none; arrays of two: of ends A, B
    Py_ssize_t opened_at        # the stage that completed the opening
    Py_ssize_t fins[2]          # the stages with a FIN that is no repetition, in their order
    Py_ssize_t told[2]          # the closing stage that acknowledged its FIN
    uint32_t events             # a bit for each that happened
    int syn_senders             # a bit for each end that sent a bare SYN
    int first_end               # who sent the first stage; -1 none yet
    int closed_first            # the end; -1 none
    bint was_open               # both ends were
    bint was_reset              # while it was not over
    bint syn_seen[2]
    bint fin_seen[2]
    bint fin_told[2]
    uint8_t latest[2]           # the states after the latest stage

cdef struct Moment:             # a segment and what it did
    Py_ssize_t segment
    int64_t flags
    uint32_t events
    int end
    bint moved
    bint resets
    bint repeated


cdef inline void begin(Tale* tale, const Run* run) noexcept nogil:
    cdef int end
    tale.opened_at = -1
    tale.events = 0
    tale.syn_senders = 0
    tale.first_end = tale.closed_first = -1
    tale.was_open = tale.was_reset = False
    for end in range(2):
        tale.fins[end] = tale.told[end] = -1
        tale.syn_seen[end] = tale.fin_seen[end] = tale.fin_told[end] = False
        tale.latest[end] = run.ends[end].state


cdef inline bint are(const Run* run, const uint8_t* states, int trait) noexcept nogil:
    """Whether both states have a trait."""
    return run.tables.traits[states[0]] & run.tables.traits[states[1]] & trait != 0


cdef inline bint is_open(const Run* run, const uint8_t* states) noexcept nogil:
    return (run.tables.traits[states[0]] | run.tables.traits[states[1]]) & UNOPENED == 0


cdef inline uint8_t follow(Tale* tale, const Run* run, const int64_t[:, ::1] flow, Py_ssize_t i, const uint8_t* before) noexcept nogil:
    """Take a segment into the tale, with what `run` made happen, and the states before it; the part that it belongs to."""
    cdef Moment moment
    cdef int other
    cdef bint waits, opens, closes
    moment.segment, moment.end, moment.flags = i, <int>flow[END, i], flow[FLAGS, i]
    sum_up(&moment, run)
    other = 1 - moment.end
    tale.events |= moment.events
    tale.was_open |= is_open(run, before)
    moment.repeated = (moment.flags & SYN and tale.syn_seen[moment.end]) or (moment.flags & FIN and tale.fin_seen[moment.end])
    opens = moment.flags & SYN or moment.events & OPENS or (moment.flags & RST and not tale.was_open)
    if moment.flags & RST:
        closes = tale.was_open
    else:
        waits = tale.fin_seen[other] and not tale.fin_told[other] and moment.flags & (ACK | SYN) == ACK
        closes = moment.flags & FIN or (moment.events & 1 << E_ACK_OF_FIN and moment.moved) or (waits and not opens)
    if opens:
        add_stage(tale, run, &moment, False)
    if closes:
        add_stage(tale, run, &moment, True)
    tale.syn_seen[moment.end] |= moment.flags & SYN != 0
    tale.fin_seen[moment.end] |= moment.flags & FIN != 0
    for other in range(run.happenings):
        if run.happened[other].event == E_ACK_OF_FIN:
            tale.fin_told[run.happened[other].end] = True
    return P_OPENING if opens else P_CLOSING if closes else P_DATA


cdef inline void sum_up(Moment* moment, const Run* run) noexcept nogil:
    cdef int i
    cdef const Happening* happening
    moment.events = 0
    moment.moved = moment.resets = False
    for i in range(run.happenings):
        happening = &run.happened[i]
        moment.events |= <uint32_t>1 << happening.event
        if happening.before != happening.after:
            moment.moved = True
            moment.resets |= 1 << happening.event & RESETS != 0


cdef inline void add_stage(Tale* tale, const Run* run, const Moment* moment, bint closes) noexcept nogil:
    cdef uint8_t[2] after = [run.ends[0].state, run.ends[1].state]
    if tale.first_end < 0:
        tale.first_end = moment.end
    if moment.flags & NAMED_FLAGS == SYN:
        tale.syn_senders |= 1 << moment.end
    # An end may close before its SYN is acknowledged: the other's next segment completes the opening.
    if tale.opened_at < 0 and is_open(run, after) and (not closes or moment.end == tale.first_end):
        tale.opened_at = moment.segment
    if closes:
        add_closing(tale, run, moment)
    tale.latest = after


cdef inline void add_closing(Tale* tale, const Run* run, const Moment* moment) noexcept nogil:
    cdef int i, end
    if tale.closed_first < 0 and (moment.flags & FIN or moment.resets):
        tale.closed_first = moment.end
    tale.was_reset |= moment.resets and not are(run, tale.latest, ENDED)
    if moment.flags & FIN and not moment.repeated:
        tale.fins[tale.fins[0] >= 0] = moment.segment
    for i in range(run.happenings):
        end = run.happened[i].end
        if run.happened[i].event == E_ACK_OF_FIN and tale.told[end] < 0:
            tale.told[end] = moment.segment


cdef inline uint8_t tell_opening(const Tale* tale, const Run* run, const int64_t[:, ::1] flow, Py_ssize_t count) noexcept nogil:
    """The kind of opening; if it says more than the beginning of the capture, `opened_at` counts."""
    cdef int pair
    cdef Py_ssize_t i
    if tale.opened_at < 0:
        if tale.events & 1 << E_WRONG_ACK:
            return O_WRONG_NUMBER
        return O_RESET if tale.events & RESETS else O_HALF_OPEN
    for pair in range(CROSSINGS):
        if run.clues.early[pair] >= 0 and not flow[FLAGS, run.clues.early[pair]] & FIN:
            return O_SIMULTANEOUS
    if tale.syn_senders == 3:
        return O_SPLIT
    for i in range(count if flow[LENGTH, 0] else 0):
        if flow[FLAGS, i] & (SYN | ACK) == SYN | ACK and flow[ACKED, i] > flow[SEQ, 0] + 1:
            return O_FAST_OPEN
    return O_THREE_WAY


cdef inline uint8_t tell_beginning(const Run* run, const int64_t[:, ::1] flow) noexcept nogil:
    """The kind of opening where the beginning of the capture says it; else NO_KIND."""
    if run.clues.beginning == B_SYN_ACK and run.clues.seen[1 - flow[END, 0]] < 0:
        return O_ONE_DIRECTION
    return run.tables.kinds[run.clues.beginning]


cdef inline uint8_t tell_closing(const Tale* tale, const Run* run, const int64_t[:, ::1] flow, uint8_t opening) noexcept nogil:
    cdef Py_ssize_t first = tale.fins[0], second = tale.fins[1]
    cdef int pair
    if not run.tables.opened[opening]:
        return C_NEVER_OPEN
    if tale.was_reset:
        return C_RESET
    if first < 0:
        return C_OPEN
    if opening == O_ONE_DIRECTION:
        return C_ONE_DIRECTION
    if second < 0:
        return C_ONE_SIDE if tale.told[flow[END, first]] >= 0 else C_UNFINISHED
    for pair in range(CROSSINGS):
        if run.clues.early[pair] >= 0 and flow[FLAGS, run.clues.early[pair]] & FIN:
            return C_SIMULTANEOUS
    if sends_after_fin(flow, first, second):
        return C_HALF_CLOSE
    return C_THREE_WAY if tale.told[flow[END, first]] == second else C_FOUR_WAY


cdef inline bint sends_after_fin(const int64_t[:, ::1] flow, Py_ssize_t first, Py_ssize_t second) noexcept nogil:
    """Whether the second end, knowing of the first one's FIN, still sent data before its own."""
    cdef Py_ssize_t i
    for i in range(first + 1, second):
        if (flow[END, i] == flow[END, second] and flow[ACKED, i] >= flow[STOP, first]
                and flow[LENGTH, i] > 0 and flow[SEQ, i] + flow[LENGTH, i] > flow[TOP, i]):
            return True
    return False
