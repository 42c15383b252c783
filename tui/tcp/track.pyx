# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The track kernel: packet rows → connection rows, one pass, GIL released, resumable at any packet. It sees columns only, never bytes.

The numbers it gives out are Wireshark's: `tcp.stream`, the relative bases, the window scale, the completeness. They are facts to compare
by; what tcpscope itself concludes about a connection is made from tcp/states.py.
"""

import os

import numpy as np

from tui.index.schema import CONNECTION
from tui.index.sparse import ALL, InUse

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from tui.index.rows cimport Connection, Row
from tui.index.walk cimport CUT_HEADER, FROM_B, HAS_TCP, PARTIAL, QUOTED, SHORT, prefetch
from tui.tcp.analysis cimport (
    ACK, ANALYSED, FIN, MOVED, REUSED_PORTS, RST, SYN, Pool, Sender, Unacked, analyse, before, begin, time_handshake
)

cdef enum:                      # schema.Known; the bit of end B is the bit of end A, shifted by one
    BASE = 1
    SYN_SEEN = 4
    REUSED = 16

cdef enum:                      # so many rows ahead memory is asked for what will be needed
    NEAR = 4
    FAR = 8

cdef enum:                      # tcp.completeness
    COMPLETE_SYN = 1
    COMPLETE_SYN_ACK = 2
    COMPLETE_ACK = 4
    COMPLETE_DATA = 8
    COMPLETE_FIN = 16
    COMPLETE_RST = 32

cdef struct Tables:             # the arrays of a Tracker, for as long as rows are tracked: views would be copied at every call
    Connection* connections
    Sender* senders             # two for each connection: its ends A, B
    Py_ssize_t room             # how many connections there may be
    Py_ssize_t count            # how many there are
    uint32_t* slots
    Py_ssize_t mask             # slots, a power of two, less 1
    Pool pool

# Drawn anew by every process: who sends packets cannot choose ports and addresses that fall into one slot.
cdef uint64_t SEED = int.from_bytes(os.urandom(8), "little")


# What only this kernel knows of a connection has no table: its arrays are of the structs' own types.
cdef Sender _sender
cdef Unacked _unacked
SENDER = np.asarray(<Sender[:1]>&_sender).dtype
UNACKED = np.asarray(<Unacked[:1]>&_unacked).dtype


cdef class Tracker:
    """The connections seen so far: `connections` (schema.CONNECTION, `count` rows, one a tcp.stream).

    Rows of connections that were forgotten are of zeros.
    """

    cdef public object connections
    cdef readonly Py_ssize_t count
    cdef object senders     # two for each connection: its ends A, B
    cdef object pool        # the segments that wait for their acknowledgment, of all connections
    cdef Pool places
    cdef object slots       # open addressing: row of the four-tuple's latest connection + 1; 0 is empty
    cdef object kept        # the connections that are not forgotten

    def __init__(self):
        self.connections = np.zeros(256, CONNECTION)
        self.slots = np.zeros(1024, np.uint32)
        self.count = 0
        self.kept = ALL
        self.senders = np.zeros((256, 2), SENDER)
        self.pool = np.zeros(256, UNACKED)
        self.places.free = -1
        self.places.used = self.places.held = 0

    def track(self, Row[::1] rows, int64_t first):
        """Give every row its stream and direction, and bring the connections up to date; `first` is the number of rows[0]."""
        cdef Py_ssize_t i, n = rows.shape[0]
        cdef Connection[::1] connections
        cdef Sender[::1] senders
        cdef Unacked[::1] pool
        cdef uint32_t[::1] slots
        cdef Tables t
        self._reserve(n)
        connections, senders, pool, slots = self.connections, self.senders.reshape(-1), self.pool, self.slots
        t.connections, t.senders, t.room, t.count = &connections[0], &senders[0], connections.shape[0], self.count
        t.slots, t.mask = &slots[0], slots.shape[0] - 1
        t.pool = self.places
        t.pool.places, t.pool.room = &pool[0], <int32_t>pool.shape[0]
        with nogil:
            for i in range(n):
                if i + FAR < n:
                    fetch(&t, &rows[i + FAR], False)
                    fetch(&t, &rows[i + NEAR], True)
                if rows[i].marks & (HAS_TCP | PARTIAL) == HAS_TCP:
                    segment(&t, &rows[i], first + i)
        self.count = t.count
        self.places = t.pool
        self.places.places, self.places.room = NULL, 0      # the arrays may move

    def forget(self, int64_t first):
        """Let go of the connections whose latest packet stands before row `first`.

        What comes of one later begins a new connection.
        """
        kept = self.kept.below(self.count)
        kept = kept[self.connections["last"][kept] >= first]
        self.kept = InUse(kept, self.count)
        self._move(self.count + len(kept) + 256)
        self._gather(kept)
        self._enter_all(4 * len(kept) + 1024)

    def addresses(self):
        """The numbers of the addresses that its connections have."""
        return np.unique(self.connections["addr"][self.kept.below(self.count)])

    def _reserve(self, Py_ssize_t more):
        wanted = self.count + more
        if wanted > len(self.connections):
            self._move(max(wanted, 2 * len(self.connections) - self.kept.rest))
        self.pool = grown(self.pool, self.places.used, self.places.held + more)
        if 2 * self.kept.count(wanted) > len(self.slots):
            self._enter_all(2 * self.kept.count(wanted))

    def _move(self, Py_ssize_t length):
        self.connections = self.kept.moved(self.connections, self.count, length)
        self.senders = self.kept.moved(self.senders, self.count, length)

    def _gather(self, const int64_t[::1] kept):
        """Leave in the pool only what waits in these connections."""
        cdef Sender[:, ::1] senders = self.senders
        cdef const Unacked[::1] pool = self.pool
        cdef Unacked[::1] gathered
        cdef Py_ssize_t i
        cdef int end
        waiting = self.senders["waiting"][np.asarray(kept)].sum(dtype=np.int64)
        self.places.free, self.places.used = -1, 0
        self.pool = gathered = np.zeros(waiting + 256, UNACKED)
        for i in range(kept.shape[0]):
            for end in range(2):
                gather(&senders[kept[i], end], pool, gathered, &self.places)
        self.places.held = self.places.used

    def _enter_all(self, Py_ssize_t least):
        """Make a hash table of at least `least` slots."""
        cdef Connection[::1] connections = self.connections
        cdef uint32_t[::1] slots = np.zeros(1 << (least - 1).bit_length(), np.uint32)
        cdef const int64_t[::1] kept = self.kept.below(self.count)
        cdef const Connection* c
        cdef Tables t
        cdef Py_ssize_t i
        t.connections, t.room, t.slots, t.mask = &connections[0], connections.shape[0], &slots[0], slots.shape[0] - 1
        for i in range(kept.shape[0]):
            c = &connections[kept[i]]
            slots[find(&t, c.addr[0], c.port[0], c.addr[1], c.port[1])] = <uint32_t>kept[i] + 1
        self.slots = np.asarray(slots)


cdef void gather(Sender* s, const Unacked[::1] pool, Unacked[::1] gathered, Pool* places) noexcept nogil:
    """Copy what waits in one direction to the next free places."""
    cdef int32_t place = s.newest, last = -1
    while place >= 0:
        gathered[places.used] = pool[place]
        if last < 0:
            s.newest = places.used
        else:
            gathered[last].older = places.used
        last = places.used
        places.used += 1
        place = pool[place].older
    s.oldest = last


def grown(array, Py_ssize_t used, Py_ssize_t wanted):
    """`array`, or if it has less than `wanted` rows a larger one that begins with the `used` ones."""
    if wanted <= len(array):
        return array
    larger = np.zeros(max(wanted, 2 * len(array)), array.dtype)
    larger[:used] = array[:used]
    return larger


cdef inline Connection* connection(const Tables* t, Py_ssize_t row) noexcept nogil:
    """A connection, and no other memory."""
    return &t.connections[row if 0 <= row < t.room else 0]


cdef inline Py_ssize_t first_slot(const Tables* t, uint32_t src, uint16_t srcport, uint32_t dst, uint16_t dstport) noexcept nogil:
    """Where to begin to look for the unordered four-tuple."""
    cdef uint64_t one = <uint64_t>src << 16 | srcport
    cdef uint64_t two = <uint64_t>dst << 16 | dstport
    cdef uint64_t key = (min(one, two) * 0x9E3779B97F4A7C15ULL ^ max(one, two) ^ SEED) * (SEED | 1)
    return <Py_ssize_t>(key >> 24) & t.mask


cdef inline void fetch(const Tables* t, const Row* row, bint entered) noexcept nogil:
    """Have memory bring what `segment` will need of a later row: its slot, and then the connection that is entered there."""
    cdef Py_ssize_t slot = first_slot(t, row.key_src, row.srcport, row.key_dst, row.dstport)
    if not entered:
        prefetch(&t.slots[slot])
    elif t.slots[slot]:
        prefetch(&t.connections[t.slots[slot] - 1])
        prefetch(&t.senders[2 * (t.slots[slot] - 1)])


cdef Py_ssize_t find(const Tables* t, uint32_t src, uint16_t srcport, uint32_t dst, uint16_t dstport) noexcept nogil:
    """The slot of the unordered four-tuple: where its latest connection is entered, or where it belongs."""
    cdef Py_ssize_t slot = first_slot(t, src, srcport, dst, dstport)
    cdef const Connection* c
    while t.slots[slot]:
        c = connection(t, t.slots[slot] - 1)
        if (c.addr[0] == src and c.port[0] == srcport and c.addr[1] == dst and c.port[1] == dstport
                or c.addr[1] == src and c.port[1] == srcport and c.addr[0] == dst and c.port[0] == dstport):
            break
        slot = (slot + 1) & t.mask
    return slot


cdef void segment(Tables* t, Row* row, int64_t number) noexcept nogil:
    cdef Py_ssize_t slot = find(t, row.key_src, row.srcport, row.key_dst, row.dstport)
    cdef bint is_new = t.slots[slot] == 0
    cdef bint awaited = False, reused = False
    cdef Connection* c
    cdef Sender* own
    cdef Sender* other
    cdef int end = 0
    if not is_new:
        c = connection(t, t.slots[slot] - 1)
        end = side(c, row)
        # Only a SYN with another initial sequence number than the one known opens a new stream (Wireshark 4.0).
        awaited = row.bits & (SYN | ACK) == SYN and c.known & (BASE << end) != 0
        if awaited and c.base[end] != row.seq:
            is_new = reused = True
    if is_new:
        c = connection(t, t.count)
        t.count += 1
        t.slots[slot] = <uint32_t>t.count
        open_connection(c, row, number, reused)
        end = 0
    row.stream = <int32_t>(t.slots[slot] - 1)
    own, other = &t.senders[2 * (c - t.connections) + end], &t.senders[2 * (c - t.connections) + 1 - end]
    if is_new:
        begin(own)
        begin(other)
    row.analysis = REUSED_PORTS | ANALYSED if reused else ANALYSED if awaited else 0
    if awaited and not reused and before(own.contiguous, own.next_seq):
        own.next_seq = own.contiguous       # the same SYN again: what came behind a hole is forgotten (Wireshark)
    if end:
        row.marks |= FROM_B
    c.last = number
    c.end = row.time
    if row.bits & SYN:
        scale(c, row, end)
    if not is_new:
        c.completeness |= c.opening | completes(row)
        c.opening &= ~completes(row)
    if row.bits & (SYN | ACK) == SYN | ACK and c.known & (BASE << end) and c.base[end] != row.seq:
        row.analysis = REUSED_PORTS | ANALYSED
        c.base[end] = row.seq       # a SYN-ACK is always right about it, even a quoted one (Wireshark)
        own.known |= MOVED
    if row.marks & (QUOTED | SHORT) == 0:
        advance(c, row, end)
        analyse(row, <uint32_t>number + 1, c, end, own, other, &t.pool)
    time_handshake(row, c, own)
    own.sacked = row.sacked


cdef int side(const Connection* c, const Row* row) noexcept nogil:
    """0 if end A sent the segment, 1 if end B did."""
    return 0 if c.addr[0] == row.key_src and c.port[0] == row.srcport else 1


cdef void open_connection(Connection* c, const Row* row, int64_t number, bint reused) noexcept nogil:
    c.first = number
    c.start = row.time
    c.addr[0], c.port[0] = row.key_src, row.srcport
    c.addr[1], c.port[1] = row.key_dst, row.dstport
    c.scale[0] = c.scale[1] = -1
    c.bytes[0] = c.bytes[1] = 0
    c.packets[0] = c.packets[1] = 0
    # In its first pass Wireshark sees no more of a stream's first packet than that it is a SYN, perhaps with data,
    # unless it reuses the ports of another stream.
    c.completeness = 0
    c.opening = 0 if reused else completes(row)
    if row.bits & (SYN | ACK) == SYN:
        c.completeness = COMPLETE_SYN | (completes(row) if reused else COMPLETE_DATA if row.seglen else 0)
    c.known = REUSED if reused else 0
    c.syn_time = c.initial_rtt = 0


cdef uint8_t completes(const Row* row) noexcept nogil:
    """What a segment adds to the completeness."""
    cdef uint16_t flags = row.bits
    cdef uint8_t bits = 0
    if flags & (SYN | ACK) == SYN | ACK:
        bits |= COMPLETE_SYN_ACK
    elif flags & ACK:
        bits |= COMPLETE_DATA if row.seglen else COMPLETE_ACK
    if flags & (FIN | ACK) == FIN | ACK:
        bits |= COMPLETE_FIN
    if flags & RST:
        bits |= COMPLETE_RST
    return bits


cdef void advance(Connection* c, const Row* row, int end) noexcept nogil:
    """What one segment adds to what is known: counts, bases (Wireshark's rules, in its order)."""
    cdef int other = 1 - end
    cdef uint16_t flags = row.bits
    c.packets[end] += 1
    c.bytes[end] += row.seglen
    if not c.known & (BASE << end):
        c.base[end] = row.seq if flags & SYN else row.seq - 1
        c.known |= BASE << end
    if flags & ACK and not c.known & (BASE << other):
        c.base[other] = row.ack - 1
        c.known |= BASE << other
    if flags & SYN:
        c.known |= SYN_SEEN << end


cdef void scale(Connection* c, const Row* row, int end) noexcept nogil:
    """Windows are scaled only if both SYNs had the option (RFC 7323 §1.3), settled as Wireshark settles it."""
    if row.wscale >= 0:
        c.scale[end] = row.wscale
    if row.marks & (CUT_HEADER | SHORT):
        return              # the option may have been in what is missing
    if c.scale[end] == -1:
        c.scale[0] = c.scale[1] = -2
    elif row.bits & ACK and c.scale[1 - end] == -2:
        c.scale[end] = -2   # a SYN-ACK offers what the SYN did not
