# cython: language_level=3
"""What the scan kernel lends to other kernels: the walk over a frame, and the address book."""

from libc.stdint cimport uint32_t

from tui.index.rows cimport Address
from tui.index.walk cimport Frame, Step, Walk

cdef int first_header(int link_type) noexcept nogil
cdef void begin(Walk* w) noexcept nogil
cdef void walk(const Frame* f, Step* s, Walk* w) noexcept nogil
cdef uint32_t intern(const Frame* f, int family, Py_ssize_t at, Address[::1] entries, uint32_t[::1] slots, uint32_t* used) noexcept nogil
