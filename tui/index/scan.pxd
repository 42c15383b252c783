# cython: language_level=3
"""What the scan kernel lends to other kernels: the walk over a frame, and the address book."""

from libc.stdint cimport uint32_t

from tui.index.rows cimport Address
from tui.index.walk cimport Frame, Step, Walk

cdef struct Book:               # the arrays of an AddressBook: a view of each would be copied at every call
    Address* entries
    uint32_t room               # how many entries there may be
    uint32_t* slots             # a hash table of their numbers
    uint32_t mask               # slots, a power of two, less 1
    uint32_t used

cdef Book opened(Address[::1] entries, uint32_t[::1] slots, uint32_t used)
cdef int first_header(int link_type) noexcept nogil
cdef void begin(Walk* w) noexcept nogil
cdef void walk(const Frame* f, Step* s, Walk* w) noexcept nogil
cdef uint32_t intern(const Frame* f, int family, Py_ssize_t at, Book* book) noexcept nogil
