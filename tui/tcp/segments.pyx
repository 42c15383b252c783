# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The flow kernel: the packets of one connection → its segments, with positions in place of sequence numbers.

What they are made for is told in flow.py. Segments that an ICMP error quotes, and those whose length is unknown, are left out. Of a long
connection, only those segments may be asked for that a story looks at: a first walk then chooses them.
"""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.string cimport memset

from tui.index.rows cimport Connection
from tui.index.walk cimport FROM_B, QUOTED, SHORT
from tui.tcp.analysis cimport ACK, FIN, RST, SYN
from tui.tcp.choice cimport Choice, Segment, begin_choice, is_chosen, news, weigh

cdef enum:
    COPY_NS = 1_000_000             # a copy comes this soon after its frame
    COUNTED_COPY_NS = 50_000_000    # or this soon, where the sender counts IP identifications
    FLAG_BITS = 0xFFF

cdef enum:                      # schema.Known; the bit of end B is the bit of end A, shifted by one
    BASE = 1


cdef class Source:
    """The columns of `packets` (index.table.Packets) that segments are made of.

    In `copied`, if given, the packets are marked that are the frame before captured again.
    """

    def __init__(self, packets, copied=None):
        self.seq, self.ack, self.lengths = packets.seq, packets.ack, packets.seglen
        self.bits, self.window, self.ip_id, self.marks = packets.bits, packets.window, packets.ip_id, packets.marks
        self.times = packets.time
        self.copied = np.empty(0, np.uint8) if copied is None else copied

    def flow(self, const int64_t[::1] rows, uint32_t base_a, uint32_t base_b, room=None):
        """The columns of a Flow, int64[COLUMNS, segments], the members of its Traffic of A, B, and how many copies there are.

        `base_a`, `base_b` are the numbers at position 0. Of more than `room` packets, only what a story may depend on; None: all.
        """
        cdef uint32_t[2] bases = [base_a, base_b]
        cdef Sums sums
        cdef Py_ssize_t count, most = len(rows) if room is None else room
        columns = np.empty((COLUMNS, min(len(rows), max(most, ROOM))), np.int64)
        cdef int64_t[:, ::1] flow = columns
        with nogil:
            count = self.fill(rows, 0, rows.shape[0], bases, most, flow, &sums)
        traffic = [(sums.segments[end], sums.sizes[end], sums.repeated[end]) for end in range(2)]
        return columns[:, :count], traffic, sums.copies

    def rebase(self, Connection[::1] connections, const int64_t[::1] order, const int64_t[::1] starts, int64_t kept):
        """Make `connections` that began before row `kept` what they were if the capture began there, as far as their flows depend on it.

        `order` and `starts` as grouping.Grouping has them. What follows a long way behind a number cannot be counted from it.
        """
        cdef Py_ssize_t c, i
        with nogil:
            for c in range(connections.shape[0]):
                if connections[c].first < kept and starts[c] < starts[c + 1]:
                    connections[c].first, connections[c].known = order[starts[c]], 0
                    for i in range(starts[c], starts[c + 1]):
                        self.find_bases(order[i], &connections[c])

    cdef void find_bases(self, int64_t row, Connection* c) noexcept nogil:
        """As track.pyx finds them."""
        cdef int end = 1 if self.marks[row] & FROM_B else 0
        cdef uint16_t flags = self.bits[row]
        if self.marks[row] & (QUOTED | SHORT):
            return
        if not c.known & BASE << end or flags & (SYN | ACK) == SYN | ACK:
            c.base[end] = self.seq[row] if flags & SYN else self.seq[row] - 1
            c.known |= BASE << end
        if flags & ACK and not c.known & BASE << (1 - end):
            c.base[1 - end] = self.ack[row] - 1
            c.known |= BASE << (1 - end)

    cdef Py_ssize_t fill(self, const int64_t[::1] rows, Py_ssize_t first, Py_ssize_t end, const uint32_t* bases, Py_ssize_t room,
                         int64_t[:, ::1] flow, Sums* sums) noexcept nogil:
        """Fill `flow` from rows[first:end], for all of which it has room, or for ROOM of them; how many segments there are."""
        cdef Space[2] spaces
        cdef Segment segment
        cdef Choice choice
        cdef Py_ssize_t i, number = 0, count = 0, flagged = 0
        cdef bint choosy = end - first > room
        if choosy:
            self.choose(rows, first, end, bases, &choice)
        begin(spaces, bases)
        memset(sums, 0, sizeof(Sums))
        for i in range(first, end):
            if self.marks[rows[i]] & (QUOTED | SHORT):
                continue
            self.read(rows[i], spaces, &segment)
            self.add(&segment, sums)
            if not choosy or is_chosen(&choice, &segment, number, &flagged):
                store(&segment, flow, count)
                count += 1
            number += 1
        return count

    cdef void read(self, int64_t row, Space* spaces, Segment* segment) noexcept nogil:
        """The next segment."""
        cdef int end = 1 if self.marks[row] & FROM_B else 0
        cdef Space* own = &spaces[end]
        cdef Space* other = &spaces[1 - end]
        cdef uint16_t flags = self.bits[row] & FLAG_BITS
        segment.row, segment.end, segment.flags = row, end, flags
        segment.window, segment.length, segment.time = self.window[row], self.lengths[row], self.times[row]
        segment.begin = place(own, self.seq[row], flags)
        segment.stop = segment.begin + segment.length + (flags & SYN != 0) + (flags & FIN != 0)
        segment.acked = place(other, self.ack[row], flags) if flags & ACK else -1
        segment.top, segment.peer_top = own.top, other.top
        segment.copy = own.latest >= 0 and self.repeats(row, own.latest)
        own.latest = row
        if not flags & RST:
            own.top = max(own.top, segment.stop)

    cdef bint repeats(self, int64_t row, int64_t before) noexcept nogil:
        """Whether a packet is the frame `before` captured again (at a mirror port, or with all interfaces).

        A frame sent again has another IP identification; where hosts do not count those (0, IPv6) the time alone tells: no sender repeats a
        segment so soon.
        """
        cdef int64_t apart = self.times[row] - self.times[before]
        cdef int64_t soon = <int64_t>COUNTED_COPY_NS if self.ip_id[row] else <int64_t>COPY_NS
        return (self.seq[row] == self.seq[before] and self.ack[row] == self.ack[before]
                and self.lengths[row] == self.lengths[before] and self.bits[row] == self.bits[before]
                and self.window[row] == self.window[before] and self.ip_id[row] == self.ip_id[before]
                and -soon <= apart <= soon)

    cdef void add(self, const Segment* segment, Sums* sums) noexcept nogil:
        cdef int64_t fresh
        if segment.copy:
            sums.copies += 1
            if self.copied.shape[0]:
                self.copied[segment.row] = True
        elif segment.length:
            fresh = news(segment)
            sums.segments[segment.end] += 1
            sums.sizes[segment.end] += max(fresh, 0)
            sums.repeated[segment.end] += fresh <= 0

    cdef void choose(self, const int64_t[::1] rows, Py_ssize_t first, Py_ssize_t end, const uint32_t* bases,
                     Choice* choice) noexcept nogil:
        cdef Space[2] spaces
        cdef Segment segment
        cdef Py_ssize_t i, number = 0
        begin(spaces, bases)
        begin_choice(choice)
        for i in range(first, end):
            if self.marks[rows[i]] & (QUOTED | SHORT):
                continue
            self.read(rows[i], spaces, &segment)
            weigh(choice, &segment, number)
            number += 1


cdef inline void begin(Space* spaces, const uint32_t* bases) noexcept nogil:
    cdef int end
    for end in range(2):
        spaces[end].number = bases[end]
        spaces[end].position = spaces[end].top = 0
        spaces[end].latest = -1


cdef inline int64_t place(Space* space, uint32_t number, uint16_t flags) noexcept nogil:
    """The position of a number: within 2³¹ of the latest one. That of a RST carries no other along: it may be forged."""
    cdef int64_t position = space.position + <int32_t>(number - space.number)
    if not flags & RST:
        space.position, space.number = position, number
    return position


cdef inline void store(const Segment* segment, int64_t[:, ::1] flow, Py_ssize_t at) noexcept nogil:
    flow[ROW, at], flow[END, at], flow[FLAGS, at] = segment.row, segment.end, segment.flags
    flow[SEQ, at], flow[STOP, at], flow[ACKED, at] = segment.begin, segment.stop, segment.acked
    flow[TOP, at], flow[PEER_TOP, at] = segment.top, segment.peer_top
    flow[WINDOW, at], flow[LENGTH, at], flow[TIME, at] = segment.window, segment.length, segment.time
    flow[COPY, at] = segment.copy
