# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The talk kernel: all headers of many frames → who talked to whom at each layer, and the path of headers of each packet.

It owns no rows: the caller gives arrays with room and is told where there was no more (index/tally.py). What an ICMP error quotes was not
sent, and is not counted.
"""

import os

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from tui.index.rows cimport Address
from tui.index.scan cimport Book, begin, first_header, intern, opened, walk
from tui.index.walk cimport *

cdef enum:
    FAMILIES = 3                # of addresses: hardware, IPv4, IPv6
    MEMORIES = 256              # pairs of addresses of a family that are remembered; a power of two

cdef packed struct Talk:        # tally.TALK; what has two ends stands as [A, B]
    int64_t start
    int64_t end
    uint64_t bytes[2]
    uint64_t packets[2]
    uint32_t addr[2]
    uint16_t port[2]
    int32_t stream
    uint8_t layer
    uint8_t opener

cdef struct Sight:              # one header that says who talks to whom
    uint32_t addr[2]
    uint16_t port[2]
    int32_t stream
    uint8_t layer

cdef struct Room:               # the caller's arrays, and how much of them is used; number 0 is none
    Talk* talks
    uint32_t* slots
    uint32_t mask               # slots, less 1
    Py_ssize_t used
    Book book                   # of addresses
    int paths

cdef struct Memory:             # two addresses as they stood in a header, and their numbers: they often come again
    uint8_t raw[32]
    uint32_t addr[2]

# Drawn anew by every process: who sends packets cannot choose ends that fall into one slot.
cdef uint64_t SEED = int.from_bytes(os.urandom(8), "little") | 1


cdef int step(int path, int kind, uint16_t[:, ::1] children, int* paths) noexcept nogil:
    """The path that is `path` and one header more; `path` itself if there are too many."""
    cdef int child = children[path, kind]
    if child == 0 and paths[0] < children.shape[0]:
        child = paths[0]
        paths[0] += 1
        children[path, kind] = <uint16_t>child
    return child if child else path


cdef bint same(const Talk* t, const Sight* s) noexcept nogil:
    return (t.layer == s.layer and t.stream == s.stream and t.addr[0] == s.addr[0] and t.addr[1] == s.addr[1]
            and t.port[0] == s.port[0] and t.port[1] == s.port[1])


cdef uint32_t slot_of(const Sight* s) noexcept nogil:
    cdef uint64_t key = (<uint64_t>s.addr[0] << 32 | s.addr[1]) ^ SEED
    key = (key ^ key >> 29) * 0x9E3779B97F4A7C15ULL
    key ^= <uint64_t>s.port[0] << 48 | <uint64_t>s.port[1] << 32 | <uint32_t>s.stream ^ s.layer
    return <uint32_t>((key ^ key >> 31) * SEED >> 32)


cdef void note(Sight* s, int64_t length, int64_t time, Room* room) noexcept nogil:
    """Count a packet. Both directions are one entry: end A is the one with the lower number, or the lower port."""
    cdef int sender = s.addr[1] < s.addr[0] or (s.addr[0] == s.addr[1] and s.port[1] < s.port[0])
    cdef uint32_t slot, number
    cdef Talk* talk
    if sender:
        s.addr[0], s.addr[1] = s.addr[1], s.addr[0]
        s.port[0], s.port[1] = s.port[1], s.port[0]
    slot = slot_of(s) & room.mask
    while True:
        number = room.slots[slot]
        if number == 0:
            number = <uint32_t>room.used
            room.used += 1
            room.slots[slot] = number
            talk = &room.talks[number]
            talk.addr[0], talk.addr[1] = s.addr[0], s.addr[1]
            talk.port[0], talk.port[1] = s.port[0], s.port[1]
            talk.stream, talk.layer, talk.opener = s.stream, s.layer, sender
            talk.start = talk.end = time
            break
        talk = &room.talks[number]
        if same(talk, s):
            break
        slot = (slot + 1) & room.mask
    talk.packets[sender] += 1
    talk.bytes[sender] += length
    talk.start, talk.end = min(talk.start, time), max(talk.end, time)


def rehash(const Talk[::1] talks, Py_ssize_t used, uint32_t[::1] slots):
    """Enter talks 1 to `used` - 1 into the empty `slots` (a power of two, at least twice as many)."""
    cdef uint32_t mask = <uint32_t>slots.shape[0] - 1, slot
    cdef Py_ssize_t i
    cdef Sight s
    for i in range(1, used):
        s.addr[0], s.addr[1], s.port[0], s.port[1] = talks[i].addr[0], talks[i].addr[1], talks[i].port[0], talks[i].port[1]
        s.stream, s.layer = talks[i].stream, talks[i].layer
        slot = slot_of(&s) & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = <uint32_t>i


def count(const uint8_t[::1] data, const int64_t[:, ::1] frames, Py_ssize_t first, Talk[::1] talks, uint32_t[::1] slots, Py_ssize_t used,
          Address[::1] entries, uint32_t[::1] numbers, uint32_t addresses, uint16_t[:, ::1] children, int paths, uint16_t[::1] found):
    """Count frames from the one with number `first` on, as far as there is room; found[i] becomes the path of frame i.

    A row of `frames` is one frame: where its bytes begin in `data` and how many they are, bytes on the wire, bytes to be counted, time,
    link type, tcp.stream. Returns where it stopped, and the talks, addresses and paths used by then.
    """
    cdef Frame f
    cdef Step s
    cdef Walk w
    cdef Room room
    cdef Memory memories[FAMILIES * MEMORIES]
    cdef Py_ssize_t i = first, n = frames.shape[0], most_talks, most_addresses
    if found.shape[0] < n:
        raise ValueError("there is no room for the paths")
    memset(&memories[0], 0, sizeof(memories))
    room.talks, room.slots, room.mask = &talks[0], &slots[0], <uint32_t>slots.shape[0] - 1
    room.used, room.book, room.paths = used, opened(entries, numbers, addresses), paths
    # The largest packet must have room: a talk and two addresses for each of its headers, the slots at most half full.
    most_talks = min(talks.shape[0], slots.shape[0] // 2) - MAX_LAYERS
    most_addresses = min(entries.shape[0], numbers.shape[0] // 2) - 2 * MAX_LAYERS
    with nogil:
        while i < n and room.used <= most_talks and room.book.used <= most_addresses:
            f.size = frames[i, 1]
            if f.size < 0 or frames[i, 0] < 0 or frames[i, 0] > data.shape[0] - f.size:
                with gil:
                    raise ValueError(f"frame {i} lies outside the data")
            f.at = &data[0] + frames[i, 0] if f.size else NULL
            f.length = max(frames[i, 2], f.size)
            s.kind, s.pos, s.end = first_header(<int>frames[i, 5]), 0, f.length
            begin(&w)
            walk(&f, &s, &w)
            found[i] = <uint16_t>look(&f, &w, &frames[i, 0], memories, children, &room)
            i += 1
    return i, room.used, room.book.used, room.paths


cdef void name(const Frame* f, int family, Py_ssize_t src, Py_ssize_t dst, Memory* memories, Room* room, uint32_t* addr) noexcept nogil:
    """The numbers of a header's two addresses, which stand at `src` and `dst`, one behind the other."""
    cdef int length = 4 if family == 4 else 16 if family == 6 else 6
    cdef Py_ssize_t at = min(src, dst)
    cdef uint32_t key = u32(f, src + length - 4) * 0x9E3779B1U ^ u32(f, dst + length - 4) * 0x85EBCA6BU
    cdef Memory* memory = &memories[key >> 16 & (MEMORIES - 1)]
    if not has(f, at, 2 * length):
        addr[0] = addr[1] = 0
        return
    if memory.addr[0] == 0 or memcmp(&memory.raw[0], f.at + at, 2 * length) != 0:
        memcpy(&memory.raw[0], f.at + at, 2 * length)
        memory.addr[0] = intern(f, family, src, &room.book)
        memory.addr[1] = intern(f, family, dst, &room.book)
    addr[0], addr[1] = memory.addr[0], memory.addr[1]


cdef bint whole(const Frame* f, int kind, Py_ssize_t at) noexcept nogil:
    """Whether all of a TCP or UDP header was captured: of no other does tshark say who sent it."""
    return has(f, at, 8 if kind == UDP else max((u8(f, at + 12) >> 4) * 4, 20))


cdef int look(const Frame* f, const Walk* w, const int64_t* frame, Memory* memories, uint16_t[:, ::1] children,
              Room* room) noexcept nogil:
    """Count what the headers of a frame say; its path."""
    cdef int path = 0, kind, k
    cdef Py_ssize_t at
    cdef uint32_t addr[2]
    cdef Sight sight
    addr[0] = addr[1] = 0
    for k in range(w.count):
        kind, at = w.spans[k].kind, w.spans[k].start
        path = step(path, kind, children, &room.paths)
        if kind == ICMP or kind == ICMPV6:
            break
        sight.layer, sight.stream = <uint8_t>kind, -1
        sight.port[0] = sight.port[1] = 0
        if kind == ETHERNET:
            name(f, 48, at + 6, at, memories, room, &sight.addr[0])
        elif kind == IPV4 or kind == IPV6:
            if kind == IPV4:
                name(f, 4, at + 12, at + 16, &memories[MEMORIES], room, &addr[0])
            else:
                name(f, 6, at + 8, at + 24, &memories[2 * MEMORIES], room, &addr[0])
            sight.addr[0], sight.addr[1] = addr[0], addr[1]
        elif kind == UDP or kind == TCP:
            if not whole(f, kind, at) or (kind == TCP and frame[6] < 0):
                continue
            sight.addr[0], sight.addr[1] = addr[0], addr[1]
            sight.port[0], sight.port[1] = <uint16_t>u16(f, at), <uint16_t>u16(f, at + 2)
            if kind == TCP:
                sight.stream = <int32_t>frame[6]
        else:
            continue
        note(&sight, frame[3], frame[4], room)
    return path
