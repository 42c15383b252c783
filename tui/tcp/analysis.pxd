# cython: language_level=3
"""tcp.analysis: what Wireshark 4.0 says of a segment, from what was seen of its connection before (its packet-tcp.c).

Wireshark's rules in Wireshark's order, so that the numbers are tshark's to the last packet; a number that is 0 stands for "not yet known",
because it does so there. What may wait for its acknowledgment is held in one pool for all connections, each direction's as a list from the
newest to the oldest, of bounded length.
"""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from tui.index.rows cimport Connection, Row

cdef enum:                      # the bits of the TCP header's flags
    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16

cdef enum:                      # schema.Analysis
    REUSED_PORTS = 1
    RETRANSMISSION = 2
    FAST_RETRANSMISSION = 4
    SPURIOUS_RETRANSMISSION = 8
    OUT_OF_ORDER = 16
    LOST_SEGMENT = 32
    ACK_LOST_SEGMENT = 64
    WINDOW_UPDATE = 128
    WINDOW_FULL = 256
    KEEP_ALIVE = 512
    KEEP_ALIVE_ACK = 1024
    DUPLICATE_ACK = 2048
    ZERO_WINDOW_PROBE = 4096
    ZERO_WINDOW = 8192
    ZERO_WINDOW_PROBE_ACK = 16384
    ANALYSED = 32768

cdef enum:
    MOST_WAITING = 10_000       # segments that wait for their acknowledgment in one direction (Wireshark's limit)
    MOST_IN_FLIGHT = 2_000_000_000
    NEVER = 0xFFFFFFFF          # a window before any was seen; a count of duplicates that an acknowledgment of the unseen ended
    FAST = 20_000_000           # ns: a fast retransmission follows the duplicate acknowledgment within 20 ms
    USUAL_RTT = 3_000_000       # ns: what a round trip is taken for if the handshake was not seen

cdef enum:                      # the bits of Sender.known
    GAP = 1                     # something of it was not captured, and nothing acknowledged since: what is in flight cannot be told
    UNSCALED = 2                # nothing but its SYN was seen: its window is not scaled yet
    PUSHED = 4                  # its latest segment with data had PSH
    MOVED = 8                   # lowest and highest must be found anew
    FRESH = 16                  # something waits that no segment of the other end was held against

cdef packed struct Sender:      # one direction of a connection: the end that sends in it
    int64_t next_time           # when next_seq was reached
    int64_t ack_time            # of its latest segment
    uint32_t next_seq           # behind the highest byte that it sent
    uint32_t next_frame         # the segment that reached it
    uint32_t contiguous         # the same, up to the first hole: what the other end can acknowledge
    uint32_t ack                # of its latest segment, as the window
    uint32_t window
    uint32_t ack_frame          # the first segment with that acknowledgment number
    uint32_t duplicates         # how many repeated it
    uint32_t sacked             # bytes that its latest segment acknowledges selectively
    uint32_t pushed             # bytes sent since the last PSH
    uint32_t lowest             # of what waits for its acknowledgment: where it begins and ends, as relative numbers
    uint32_t highest
    int32_t newest              # of the same: the ends of the list, places in the pool; -1 is none
    int32_t oldest
    uint16_t waiting            # and how many
    uint16_t said               # what was said of its latest segment
    uint8_t known

cdef packed struct Unacked:     # a segment that waits for its acknowledgment
    int64_t time
    uint32_t seq
    uint32_t end
    uint32_t frame
    int32_t older               # the next in its direction's list, or in the list of free places; -1 is none

cdef struct Pool:
    Unacked* places             # set for as long as rows are tracked: a view would be copied at every call
    int32_t room                # how many there are
    int32_t free                # the first free place that was used before; -1 is none
    int32_t used                # places that ever were
    int32_t held                # places that are


cdef inline Unacked* at(const Pool* pool, int32_t place) noexcept nogil:
    """A place of the pool, and no other memory."""
    return &pool.places[place if 0 <= place < pool.room else 0]


cdef inline bint before(uint32_t one, uint32_t two) noexcept nogil:
    """tui.tcp.seq.before, in C."""
    return <int32_t>(one - two) < 0


cdef inline void begin(Sender* s) noexcept nogil:
    s.newest = s.oldest = -1
    s.window = NEVER


cdef inline bint takes_place(const Row* row) noexcept nogil:
    """Whether a segment moves the sequence number."""
    return row.seglen > 0 or row.bits & (SYN | FIN) != 0


cdef inline uint32_t judge(const Row* row, Sender* own, const Sender* other, int scale) noexcept nogil:
    """What a segment says by its own place and window, and those that its sender's segment before had."""
    cdef bint plain = row.bits & (SYN | FIN | RST) == 0
    cdef uint32_t said = 0
    if row.seglen == 1 and row.seq == own.next_seq and other.window == 0:
        return ZERO_WINDOW_PROBE
    if row.window == 0 and plain:
        said |= ZERO_WINDOW
    if own.next_seq and before(own.next_seq, row.seq) and not row.bits & RST:
        said |= LOST_SEGMENT
        own.known |= GAP
    if row.seglen <= 1 and row.seq == own.next_seq - 1 and plain:
        said |= KEEP_ALIVE
    if row.seglen and plain and scale != -1:
        # It ends exactly where the other end's window does.
        if row.seq + row.seglen == other.ack + (other.window << (0 if other.known & UNSCALED else max(scale, 0))):
            said |= WINDOW_FULL
    if row.seglen == 0 and plain and row.seq == own.next_seq and row.ack == own.ack:
        said |= repeat(row, own, other)
    return said


cdef inline uint32_t repeat(const Row* row, Sender* own, const Sender* other) noexcept nogil:
    """What a segment without data says that has its sender's latest numbers: the window tells."""
    if row.window != own.window:
        return WINDOW_UPDATE if row.window else 0
    if row.window == 0:
        return ZERO_WINDOW_PROBE_ACK if other.said & ZERO_WINDOW_PROBE else 0
    if other.said & KEEP_ALIVE:
        return KEEP_ALIVE_ACK
    own.duplicates = 1 if own.duplicates == NEVER else own.duplicates + 1
    return DUPLICATE_ACK


cdef inline uint32_t overtake(const Row* row, Sender* other) noexcept nogil:
    """Whether a segment acknowledges more than was seen of the other end; said once for each hole."""
    cdef uint32_t said
    if not row.bits & ACK or not other.contiguous or not before(other.contiguous, row.ack):
        return 0
    if before(other.contiguous, other.next_seq):
        other.contiguous = other.next_seq
        return ACK_LOST_SEGMENT | ANALYSED
    said = ANALYSED if other.duplicates else ACK_LOST_SEGMENT | ANALYSED
    other.duplicates = NEVER
    return said


cdef inline uint32_t resent(const Row* row, const Sender* own, const Sender* other, int64_t rtt) noexcept nogil:
    """Of a segment that takes up sequence numbers: whether it was sent again, and why, or came late."""
    cdef uint32_t end = row.seq + row.seglen
    cdef bint behind = own.next_seq != 0 and before(row.seq, own.next_seq)
    if row.seglen > 1 and row.seq == own.next_seq - 1:
        behind = False          # it may begin with the byte of a zero window probe
    if row.seglen and other.ack and not before(other.ack, end):
        return SPURIOUS_RETRANSMISSION      # all of it is acknowledged
    if not behind:
        return 0
    # Times are compared without sign: what is older than that which it follows is long ago (Wireshark).
    if other.duplicates >= 2 and other.ack == row.seq and <uint64_t>(row.time - other.ack_time) < FAST:
        return FAST_RETRANSMISSION
    if (<uint64_t>(row.time - own.next_time) < <uint64_t>(rtt if rtt else USUAL_RTT)
            and own.next_seq != end + (row.bits & (SYN | FIN) != 0)):
        return OUT_OF_ORDER
    return RETRANSMISSION


cdef inline uint32_t remember(const Row* row, uint32_t frame, Sender* own, uint32_t base, Pool* pool) noexcept nogil:
    """Put a segment among those that wait for their acknowledgment; where it ends."""
    cdef uint32_t end = row.seq + row.seglen
    cdef int32_t place = pool.free
    if not takes_place(row) or own.waiting >= MOST_WAITING:
        return end              # even if SYN or FIN take up one more (Wireshark)
    end += row.bits & (SYN | FIN) != 0
    if place < 0:
        place = pool.used
        pool.used += 1
    else:
        pool.free = at(pool, place).older
    pool.held += 1
    at(pool, place).time, at(pool, place).frame = row.time, frame
    at(pool, place).seq, at(pool, place).end = row.seq, end
    at(pool, place).older = own.newest
    own.newest = place
    if own.waiting == 0:
        own.oldest = place
        own.lowest, own.highest = row.seq - base, end - base
        own.known &= ~MOVED
    own.lowest, own.highest = min(own.lowest, row.seq - base), max(own.highest, end - base)
    own.waiting += 1
    own.known |= FRESH
    return end


cdef inline void acknowledge(Row* row, Sender* other, Pool* pool) noexcept nogil:
    """Let go of what a segment acknowledges of the other end; of several that end exactly there the oldest is named."""
    cdef int32_t place = other.newest, newer = -1, older
    other.known &= ~FRESH
    while place >= 0:
        older = at(pool, place).older
        if at(pool, place).end == row.ack:
            row.acked = at(pool, place).frame
        elif before(row.ack, at(pool, place).end):
            if before(at(pool, place).seq, row.ack):
                at(pool, place).seq = row.ack
                other.known |= MOVED
            newer, place = place, older
            continue
        if newer < 0:
            other.newest = older
        else:
            at(pool, newer).older = older
        if older < 0:
            other.oldest = newer
        at(pool, place).older = pool.free
        pool.free = place
        pool.held -= 1
        other.waiting -= 1
        other.known |= MOVED
        place = older


cdef inline void measure(Sender* own, uint32_t base, const Pool* pool) noexcept nogil:
    """Where what waits for its acknowledgment begins and ends, counted from `base`."""
    cdef int32_t place = own.newest
    own.lowest, own.highest = at(pool, place).seq - base, at(pool, place).end - base
    while place >= 0:
        own.lowest = min(own.lowest, at(pool, place).seq - base)
        own.highest = max(own.highest, at(pool, place).end - base)
        place = at(pool, place).older
    own.known &= ~MOVED


cdef inline void fly(Row* row, Sender* own, const Sender* other, uint32_t base, const Pool* pool) noexcept nogil:
    """How many bytes are on the way after a segment with data, and how many since the last PSH."""
    cdef uint32_t flying
    if own.known & MOVED:
        measure(own, base, pool)
    flying = own.highest - own.lowest - other.sacked
    if 0 < flying < MOST_IN_FLIGHT:
        row.in_flight = flying - (row.bits & (SYN | FIN) != 0)
    own.pushed = row.seglen if own.known & PUSHED else own.pushed + row.seglen
    own.known = own.known | PUSHED if row.bits & PSH else own.known & ~PUSHED
    row.pushed = own.pushed


cdef inline void analyse(Row* row, uint32_t frame, const Connection* c, int end, Sender* own, Sender* other,
                         Pool* pool) noexcept nogil:
    """Fill the columns of tcp.analysis, and note the segment for those that follow."""
    cdef uint32_t said, next_seq
    cdef bint repeated = row.ack == own.ack
    row.acked = row.repeats = row.duplicates = row.in_flight = row.pushed = 0
    if row.bits & ACK:
        other.known &= ~GAP
    said = judge(row, own, other, c.scale[1 - end])
    if said & DUPLICATE_ACK:
        row.duplicates, row.repeats = own.duplicates, own.ack_frame
    if not repeated:
        own.ack_frame, own.duplicates = frame, 0
    said |= overtake(row, other)
    if takes_place(row) and not said & KEEP_ALIVE:
        said |= resent(row, own, other, c.initial_rtt)
        if said & RETRANSMISSION:
            row.repeats = at(pool, own.oldest).frame if own.waiting else own.next_frame
    next_seq = remember(row, frame, own, c.base[end], pool)
    if not said & ZERO_WINDOW_PROBE:
        if before(own.next_seq, next_seq) or own.next_seq == 0:
            own.next_seq, own.next_frame, own.next_time = next_seq, frame, row.time
        if row.seq == own.contiguous or own.contiguous == 0:
            own.contiguous = own.next_seq
    own.window, own.ack, own.ack_time = row.window, row.ack, row.time
    own.said = said
    if not repeated or other.known & FRESH:
        acknowledge(row, other, pool)
    if row.seglen and own.waiting and not own.known & GAP:
        fly(row, own, other, c.base[end], pool)
        said |= ANALYSED
    row.analysis |= said | (ANALYSED if said or row.acked else 0)


cdef inline void time_handshake(const Row* row, Connection* c, Sender* own) noexcept nogil:
    """initial_rtt: from the latest SYN to the first segment with ACK and without SYN."""
    if row.bits & SYN:
        own.known |= UNSCALED
        if not row.bits & ACK:
            c.syn_time = row.time
    elif row.bits & ACK:
        own.known &= ~UNSCALED
        if c.syn_time and not c.initial_rtt:
            c.initial_rtt = row.time - c.syn_time
