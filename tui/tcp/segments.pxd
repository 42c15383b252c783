# cython: language_level=3
"""One connection's segments, for kernels: see segments.pyx."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t

from tui.index.rows cimport Connection
from tui.tcp.choice cimport Choice, Segment

cdef enum:                      # the rows of a flow, in the order of flow.Flow's members; each has one entry a segment
    ROW
    END
    FLAGS
    SEQ
    STOP
    ACKED                       # what it acknowledges; -1 without the ACK flag
    TOP
    PEER_TOP
    WINDOW
    LENGTH
    TIME
    COPY
    COLUMNS                     # how many there are

cdef enum:
    ROOM = 5000                 # of this many segments all are looked at; of more, those of which something may depend

cdef struct Space:              # the sequence numbers of one end
    int64_t position            # of `number`, the latest that was seen
    int64_t top                 # how far the end has come
    int64_t latest              # row of its latest segment; -1 none
    uint32_t number

cdef struct Sums:               # of ends A, B
    int64_t sizes[2]            # payload bytes, each counted once
    int64_t segments[2]         # with payload
    int64_t repeated[2]         # of them those that bring nothing new
    int64_t copies              # frames captured twice

cdef class Source:
    cdef const uint32_t[::1] seq, ack, lengths
    cdef const uint16_t[::1] bits, window, ip_id, marks
    cdef const int64_t[::1] times
    cdef uint8_t[::1] copied

    cdef void find_bases(self, int64_t row, Connection* c) noexcept nogil
    cdef Py_ssize_t fill(self, const int64_t[::1] rows, Py_ssize_t first, Py_ssize_t end, const uint32_t* bases, Py_ssize_t room,
                         int64_t[:, ::1] flow, Sums* sums) noexcept nogil
    cdef void choose(self, const int64_t[::1] rows, Py_ssize_t first, Py_ssize_t end, const uint32_t* bases,
                     Choice* choice) noexcept nogil
    cdef void read(self, int64_t row, Space* spaces, Segment* segment) noexcept nogil
    cdef bint repeats(self, int64_t row, int64_t before) noexcept nogil
    cdef void add(self, const Segment* segment, Sums* sums) noexcept nogil
