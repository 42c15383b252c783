# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The outline kernel: packets grouped by connection → what became of each connection, and the states after each packet. GIL released.

It says what tell.py says, for all connections at full speed, and follows the same tables: codes.TABLES. Its scratch memory is that of ROOM
segments.
"""

import numpy as np

from tui.tcp import codes
from tui.tcp.track import grown

from libc.stdint cimport INT64_MAX, int8_t, int32_t, int64_t, uint8_t, uint32_t

from tui.index.rows cimport Connection
from tui.tcp.analysis cimport ACK
from tui.tcp.clues cimport Tables, is_key
from tui.tcp.moves cimport MOST_HAPPENINGS, Run, fail, is_heeded, start, step
from tui.tcp.segments cimport COLUMNS, END, FLAGS, ROOM, ROW, Source, Sums
from tui.tcp.tale cimport NO_KIND, P_DATA, Tale, begin, follow, tell_beginning, tell_closing, tell_opening

cdef enum:                      # schema.Known; the bit of end B is the bit of end A, shifted by one
    BASE = 1

cdef packed struct Outline:     # outlines.OUTLINE
    int64_t opened_at
    int64_t icmp
    int64_t sizes[2]
    int64_t segments[2]
    int64_t repeated[2]
    uint32_t copies
    int8_t client
    int8_t closed_first
    uint8_t states[2]
    uint8_t opening
    uint8_t closing
    uint8_t reason
    uint8_t assumed
    uint8_t segmentless

cdef packed struct Note:        # outlines.NOTE
    int64_t row
    int32_t stream
    uint8_t end
    uint8_t event

cdef const Tables[::1] TABLES = codes.TABLES



cdef class Outliner:
    """Fills the outlines `rows` (outlines.OUTLINE), but for what ICMP errors add to them, and for each packet of a connection `states`, those
    of ends A, B after it, `parts`, and `copied`, whether it is the frame before captured again. `errors` are quotes.first_hard_errors.
    """

    cdef Source source
    cdef const Connection[::1] connections
    cdef const int64_t[::1] order, starts
    cdef const int64_t[:, ::1] errors
    cdef Outline[::1] rows
    cdef uint8_t[:, ::1] states
    cdef uint8_t[::1] parts
    cdef int64_t[:, ::1] flow       # of the connection at hand
    cdef Note[::1] notes
    cdef Py_ssize_t noted

    def __init__(self, packets, const Connection[::1] connections, grouping, const int64_t[:, ::1] errors, Outline[::1] rows,
                 uint8_t[:, ::1] states, uint8_t[::1] parts, copied):
        self.source = Source(packets, copied)
        self.connections, self.order, self.starts = connections, grouping.order, grouping.starts
        self.errors, self.rows, self.states, self.parts = errors, rows, states, parts
        self.flow = np.empty((COLUMNS, ROOM), np.int64)

    def run(self, note):
        """Outline all; the notes, rows of dtype `note` (outlines.NOTE), grouped by connection."""
        cdef Py_ssize_t done = 0
        notes = np.empty(0, note)
        while done < self.rows.shape[0]:
            notes = grown(notes, self.noted, self.noted + MOST_HAPPENINGS * (self.starts[done + 1] - self.starts[done]))
            self.notes = notes
            with nogil:
                done = self.outline_from(done)
        return notes[:self.noted]

    cdef Py_ssize_t outline_from(self, Py_ssize_t stream) noexcept nogil:
        """Outline the connections from `stream` on, as long as there is room for their notes; the next one."""
        cdef Py_ssize_t most
        while stream < self.rows.shape[0]:
            most = MOST_HAPPENINGS * (self.starts[stream + 1] - self.starts[stream])
            if most > self.notes.shape[0] - self.noted:
                break
            self.outline(stream)
            stream += 1
        return stream

    cdef void outline(self, Py_ssize_t stream) noexcept nogil:
        cdef Py_ssize_t first = self.starts[stream], last = self.starts[stream + 1] - 1
        cdef const Connection* connection = &self.connections[stream]
        cdef Outline* row = &self.rows[stream]
        cdef uint32_t[2] bases
        cdef Py_ssize_t i, count
        cdef Sums sums
        cdef Run run
        cdef Tale tale
        cdef int end
        for end in range(2):
            bases[end] = connection.base[end] if connection.known & BASE << end else 0
        count = self.source.fill(self.order, first, last + 1, bases, ROOM, self.flow, &sums)
        row.segmentless = count == 0
        if count == 0:
            for i in range(first, last + 1):
                self.parts[self.order[i]] = P_DATA
            return
        run.tables = &TABLES[0]
        start(&run, self.flow, count, connection.scale)
        begin(&tale, &run)
        self.go_through(first, last, count, stream, &run, &tale)
        self.conclude(row, count, &run, &tale)
        find_client(row, self.flow, run.clues.syn, connection)
        row.sizes, row.segments, row.repeated = sums.sizes, sums.segments, sums.repeated
        row.copies = <uint32_t>sums.copies

    cdef void go_through(self, Py_ssize_t first, Py_ssize_t last, Py_ssize_t count, Py_ssize_t stream, Run* run, Tale* tale) noexcept nogil:
        """Move the ends by each key segment; what lies between has the states that the one before left."""
        cdef Py_ssize_t i, place = first, flagged = 0
        cdef int failing = 0 if self.errors[stream, 0] >= 0 else 1
        cdef int64_t error = self.errors[stream, failing]
        cdef uint8_t[2] before
        cdef uint8_t part
        if error < 0 or not is_heeded(run, self.flow, error, failing):
            error = INT64_MAX
        for i in range(count):
            if not is_key(self.flow, &run.clues, i, &flagged):
                continue
            if error < self.flow[ROW, i]:
                place = self.stay(place, last, error - 1, run)
                fail(run, failing)
                error = INT64_MAX
            place = self.stay(place, last, self.flow[ROW, i] - 1, run)
            before[0], before[1] = run.ends[0].state, run.ends[1].state
            step(run, self.flow, count, i)
            part = follow(tale, run, self.flow, i, before)
            place = self.stay(place, last, self.flow[ROW, i], run)
            self.parts[self.flow[ROW, i]] = part
            self.note(stream, run)
        if error < INT64_MAX:
            place = self.stay(place, last, error - 1, run)
            fail(run, failing)
        self.stay(place, last, self.order[last], run)

    cdef Py_ssize_t stay(self, Py_ssize_t place, Py_ssize_t last, int64_t until, const Run* run) noexcept nogil:
        """Give the packets from order[place] to row `until`, or to order[last], the states there are; the next place."""
        cdef int64_t row
        while place <= last and self.order[place] <= until:
            row = self.order[place]
            self.states[row, 0], self.states[row, 1] = run.ends[0].state, run.ends[1].state
            self.parts[row] = P_DATA
            place += 1
        return place

    cdef void note(self, Py_ssize_t stream, const Run* run) noexcept nogil:
        cdef int i
        cdef Note* note
        for i in range(run.happenings):
            if run.tables.noted[run.happened[i].before][run.happened[i].event]:
                note = &self.notes[self.noted]
                note.row, note.stream = self.flow[ROW, run.happened[i].segment], <int32_t>stream
                note.end, note.event = run.happened[i].end, run.happened[i].event
                self.noted += 1

    cdef void conclude(self, Outline* row, Py_ssize_t count, const Run* run, const Tale* tale) noexcept nogil:
        row.opening = tell_beginning(run, self.flow)
        row.opened_at = -1
        if row.opening == NO_KIND:
            row.opening = tell_opening(tale, run, self.flow, count)
            if tale.opened_at >= 0:
                row.opened_at = self.flow[ROW, tale.opened_at]
        row.closing = tell_closing(tale, run, self.flow, row.opening)
        row.closed_first = <int8_t>tale.closed_first
        row.states = [run.ends[0].state, run.ends[1].state]


cdef void find_client(Outline* row, const int64_t[:, ::1] flow, Py_ssize_t syn, const Connection* connection) noexcept nogil:
    """The client sent the SYN; where none was seen, the higher port is taken for its own."""
    cdef int sender
    row.assumed = syn < 0 and connection.port[0] != connection.port[1]
    if syn >= 0:
        sender = <int>flow[END, syn]
        row.client = <int8_t>(1 - sender if flow[FLAGS, syn] & ACK else sender)
    elif row.assumed:
        row.client = 0 if connection.port[0] > connection.port[1] else 1
    else:
        row.client = -1
