# cython: language_level=3, boundscheck=True, wraparound=False, initializedcheck=False
"""One line of the picture on the terminal, cell by cell: a key's answer looks at some ten thousand cells, and this is where.

What cells are is told in picture.py: tuples (text, look) that mostly are the same objects where they are equal.
"""

cdef enum:
    TEXT = 0                    # members of a cell
    LOOK = 1
    SHORT_GAP = 3               # so many cells cost less than a jump over them

cdef class Row:
    """Cells painted, and which of them differ from those that were sent.

    `unknown` is a cell equal to none that is painted; `blank` gives the blank cell of a look. A line is `simple`
    as long as all that was painted there was.
    """

    cdef list cells
    cdef bytearray changed      # for each cell: was it painted otherwise since it was sent?
    cdef bint simple
    cdef object unknown
    cdef object blank

    def __init__(self, Py_ssize_t columns, unknown, blank):
        self.cells = [unknown] * columns
        self.changed = bytearray(columns)
        self.simple = True
        self.unknown = unknown
        self.blank = blank

    def put(self, Py_ssize_t first, list painted, bint simple):
        """Paint cells from cell `first` on, which lie inside the line; whether any looks different now."""
        cdef Py_ssize_t at, end = first + len(painted)
        cdef char* changed = self.changed
        if self.cells[first:end] == painted:
            return False
        if not self.simple:
            self._halve(first, end)
        for at in range(first, end):
            before, after = self.cells[at], painted[at - first]
            if before is after:
                continue
            self.cells[at] = after      # also where it is equal: the same object is compared fastest next time
            if before != after:
                changed[at] = True
        self.simple = self.simple and simple
        return True

    cdef _halve(self, Py_ssize_t first, Py_ssize_t end):
        # It is unknown what a terminal leaves of a wide character when one half of it is painted over.
        if first < end and first > 0 and not (<tuple> self.cells[first])[TEXT]:
            self.cells[first - 1] = self.unknown
        if end < len(self.cells) and not (<tuple> self.cells[end])[TEXT]:
            self.cells[end] = self.unknown

    def change_all(self):
        """Take every cell for painted otherwise."""
        self.changed = bytearray(b"\1" * len(self.cells))

    def take_stretches(self):
        """The cells that are to be sent, as ranges [first, end), joined where it costs less than a jump between them.

        They count as sent from then on. A cell of which it is unknown what it shows is not sent.
        """
        cdef Py_ssize_t x, first = -1, end = -1
        cdef char* changed = self.changed
        cdef list found = []
        for x in range(len(self.cells)):
            if not changed[x]:
                continue
            changed[x] = False
            if self.cells[x] is self.unknown:
                continue
            if end < 0:
                first = x
            elif x != end and not self._joins(end, x):
                found.append((first, end))
                first = x
            end = x + 1
        if end >= 0:
            found.append((first, end))
        return found

    cdef bint _joins(self, Py_ssize_t start, Py_ssize_t end):
        # Whether to send the unchanged cells between rather than to jump over them.
        cdef Py_ssize_t x
        if self.simple:
            return end - start <= SHORT_GAP and self._same_look(start, end, (<tuple> self.cells[start - 1])[LOOK]) == end
        for x in range(start, end):
            if self.cells[x] is self.unknown:
                return False
        return True

    def is_open(self, Py_ssize_t end):
        """Whether it depends on the terminal where the cursor is after cells up to `end` were written."""
        return not self.simple or end == len(self.cells)

    def pieces(self, Py_ssize_t first, Py_ssize_t end, look):
        """The cells [first, end) as (text, cells, look), each as long as one look will do; `look` is that before them."""
        cdef Py_ssize_t stop
        cdef list found = []
        while first < end:
            stop = first if look is None else self._same_look(first, end, look)
            if stop == first:
                look = (<tuple> self.cells[first])[LOOK]
                stop = self._same_look(first, end, look)
            found.append(("".join([(<tuple> cell)[TEXT] for cell in self.cells[first:stop]]), stop - first, look))
            first = stop
        return found

    cdef Py_ssize_t _same_look(self, Py_ssize_t first, Py_ssize_t end, look):
        # Where the cells from `first` on that may be written in `look` end, at most at `end`.
        cdef Py_ssize_t x
        blank = self.blank(look)
        for x in range(first, end):
            cell = self.cells[x]
            if cell is blank:
                continue
            other = (<tuple> cell)[LOOK]
            if other is not look and other != look and cell != blank:
                return x
        return end
