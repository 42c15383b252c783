# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The copying kernel: bytes of recordings → packet blocks of pcapng, records of pcap. GIL released.

Both functions copy packet after packet, from `row` on, until one is not theirs or does not fit into what is left of `out`, and return how many
they copied and how many bytes that made. Nothing is read that does not lie in `source`, whatever its blocks claim. All is little-endian.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef enum:
    OTHER = 0                   # Origin of packets.py
    BLOCK = 1
    RECORD = 2

cdef enum:
    ENHANCED_PACKET = 6
    BEFORE = 28                 # bytes of such a block before the packet's
    AROUND = 32                 # and before and behind them
    RECORD_HEADER = 16          # of pcap


cdef inline uint32_t word(const uint8_t* at) noexcept nogil:
    return <uint32_t>at[0] | <uint32_t>at[1] << 8 | <uint32_t>at[2] << 16 | <uint32_t>at[3] << 24


cdef inline void put(uint8_t* at, uint32_t value) noexcept nogil:
    at[0] = value & 0xff
    at[1] = value >> 8 & 0xff
    at[2] = value >> 16 & 0xff
    at[3] = value >> 24


cdef inline int64_t padded(int64_t size) noexcept nogil:
    return (size + 3) & ~<int64_t>3


cdef int64_t block_length(const uint8_t* source, int64_t size, int64_t place, int64_t caplen) noexcept nogil:
    """Of the enhanced packet block whose packet stands at `place`; 0 if it is none, or not all of it is there."""
    cdef int64_t length
    if place < BEFORE or place > size or word(source + place - BEFORE) != ENHANCED_PACKET or word(source + place - 8) != caplen:
        return 0
    length = word(source + place - BEFORE + 4)
    if length & 3 or length < AROUND + padded(caplen) or length > size - place + BEFORE:
        return 0
    return length if word(source + place - BEFORE + length - 4) == length else 0


cdef void make_block(const uint8_t* packet, int64_t caplen, uint32_t length, uint32_t interface, uint64_t ticks, uint8_t* out) noexcept nogil:
    cdef int64_t total = AROUND + padded(caplen)
    put(out, ENHANCED_PACKET)
    put(out + 4, <uint32_t>total)
    put(out + 8, interface)
    put(out + 12, ticks >> 32)
    put(out + 16, <uint32_t>ticks)
    put(out + 20, <uint32_t>caplen)
    put(out + 24, length)
    memcpy(out + BEFORE, packet, caplen)
    memset(out + BEFORE + caplen, 0, padded(caplen) - caplen)
    put(out + total - 4, <uint32_t>total)


def copy_blocks(const uint8_t[::1] source, const uint8_t[::1] origins, const int64_t[::1] places, const int64_t[::1] caplens,
                const int64_t[::1] lengths, const int64_t[::1] interfaces, const uint64_t[::1] ticks, Py_ssize_t row, uint8_t[::1] out):
    """See copying.pyi."""
    cdef Py_ssize_t first = row, count = places.shape[0]
    cdef int64_t size = source.shape[0], room = out.shape[0], done = 0, total
    with nogil:
        while row < count:
            if origins[row] == BLOCK:
                total = block_length(&source[0], size, places[row], caplens[row])
            elif origins[row] == RECORD and 0 <= places[row] and 0 <= caplens[row] <= size - places[row]:
                total = AROUND + padded(caplens[row])
            else:
                total = 0
            if total == 0 or total > room - done:
                break
            if origins[row] == BLOCK:
                memcpy(&out[done], &source[places[row] - BEFORE], total)
                put(&out[done + 8], <uint32_t>interfaces[row])
            else:
                make_block(&source[0] + places[row], caplens[row], <uint32_t>lengths[row], <uint32_t>interfaces[row], ticks[row], &out[done])
            done += total
            row += 1
    return row - first, done


def copy_records(const uint8_t[::1] source, const int64_t[::1] places, const int64_t[::1] caplens, const int64_t[::1] lengths,
                 const int64_t[::1] seconds, const int64_t[::1] fractions, Py_ssize_t row, uint8_t[::1] out):
    """See copying.pyi."""
    cdef Py_ssize_t first = row, count = places.shape[0]
    cdef int64_t size = source.shape[0], room = out.shape[0], done = 0, total
    with nogil:
        while row < count:
            total = RECORD_HEADER + caplens[row]
            if total > room - done or places[row] < 0 or not 0 <= caplens[row] <= size - places[row]:
                break
            put(&out[done], <uint32_t>seconds[row])
            put(&out[done + 4], <uint32_t>fractions[row])
            put(&out[done + 8], <uint32_t>caplens[row])
            put(&out[done + 12], <uint32_t>lengths[row])
            memcpy(&out[done + RECORD_HEADER], &source[0] + places[row], caplens[row])
            done += total
            row += 1
    return row - first, done
