# cython: language_level=3
"""Where one packet's record lies in a chunk of a capture file: pcap records and pcapng packet blocks.

Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Each function looks at `pos` in a chunk of which `size` bytes are there.
"""

from tui.index.walk cimport *

cdef enum Found:
    RECORD = 0      # a packet: the Record is filled
    MORE = 1        # the chunk ends before the record does: `needed` bytes are wanted from its start
    BLOCK = 2       # a pcapng block that is no packet: for capture/pcapng.py; `needed` is its length
    TOO_LONG = 3    # the captured length is absurd: `needed` is what it claims
    BAD_BLOCK = 4   # the block's length contradicts itself, its repetition or its packet: `needed` is what it claims
    NO_INTERFACE = 5  # a packet block names an interface that the section has not described: `needed` is its number
    FULL = 6        # no room for another row

cdef enum:
    MAX_PACKET = 262144         # Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD, tcpdump's largest snapshot length
    MAX_BLOCK = 16777216        # Wireshark's limit for a pcapng block

cdef struct Format:             # how the file is written, as its header says
    bint pcapng
    bint big_endian
    int record_header           # pcap: 16, 24 in the modified variant
    bint swapped_lengths        # pcap before 2.3: the two lengths stand the other way round
    Py_ssize_t interfaces       # how many the present section has described; a pcap file has one

cdef struct Record:
    Py_ssize_t data             # where the packet's bytes begin, in the chunk
    Py_ssize_t next             # where the next record begins
    uint32_t caplen
    uint32_t length
    uint64_t ticks              # pcap: seconds << 32 | fraction
    Py_ssize_t interface        # number in the section
    int marks


cdef inline uint32_t word(const Frame* c, bint big_endian, Py_ssize_t pos) noexcept nogil:
    return u32(c, pos) if big_endian else u32le(c, pos)


cdef inline Found pcap_record(const Frame* c, const Format* form, Py_ssize_t pos, Record* r, Py_ssize_t* needed) noexcept nogil:
    cdef bint big = form.big_endian
    needed[0] = form.record_header
    if not has(c, pos, form.record_header):
        return MORE
    r.ticks = <uint64_t>word(c, big, pos) << 32 | word(c, big, pos + 4)
    r.caplen = word(c, big, pos + 8)
    r.length = word(c, big, pos + 12)
    if form.swapped_lengths and r.caplen > r.length:
        r.caplen, r.length = r.length, r.caplen
    if r.caplen > MAX_PACKET:
        needed[0] = r.caplen
        return TOO_LONG
    r.data = pos + form.record_header
    r.next = r.data + r.caplen
    r.interface = 0
    r.marks = 0
    needed[0] = r.next - pos
    return RECORD if has(c, r.data, r.caplen) else MORE


cdef inline Found packet_block(const Frame* c, const Format* form, Py_ssize_t pos, uint32_t kind, Py_ssize_t length,
                               uint32_t snap_length, Record* r, Py_ssize_t* needed) noexcept nogil:
    """Enhanced (6), simple (3) and obsolete (2) packet blocks; `length` bytes of the block are there."""
    cdef bint big = form.big_endian
    cdef Py_ssize_t header = 12 if kind == 3 else 28
    cdef Py_ssize_t number = 0
    needed[0] = length
    if length < header + 4:
        return BAD_BLOCK
    if kind == 3:
        r.length = word(c, big, pos + 8)
        r.caplen = min(r.length, <uint32_t>(length - 16))
        if snap_length and r.caplen > snap_length:
            r.caplen = snap_length
        r.ticks = 0
        r.marks = UNTIMED
    else:
        number = word(c, big, pos + 8)
        if kind == 2:           # obsolete: interface and drop count share the word
            number = (u16(c, pos + 8) if big else u16le(c, pos + 8))
        r.ticks = <uint64_t>word(c, big, pos + 12) << 32 | word(c, big, pos + 16)
        r.caplen = word(c, big, pos + 20)
        r.length = word(c, big, pos + 24)
        r.marks = COMMENT if length - 32 > ((<Py_ssize_t>r.caplen + 3) & ~3) else 0
    if r.caplen > MAX_PACKET:
        needed[0] = r.caplen
        return TOO_LONG
    if number >= form.interfaces:
        needed[0] = number
        return NO_INTERFACE
    if <Py_ssize_t>r.caplen > length - header - 4:
        return BAD_BLOCK
    r.interface = number
    r.data = pos + header
    r.next = pos + length
    return RECORD


cdef inline Found pcapng_block(const Frame* c, const Format* form, Py_ssize_t pos, uint32_t snap_length, Record* r,
                               Py_ssize_t* needed) noexcept nogil:
    cdef bint big = form.big_endian
    cdef uint32_t kind
    cdef Py_ssize_t length
    needed[0] = 12
    if not has(c, pos, 12):
        return MORE
    kind = word(c, big, pos)
    if kind == 0x0A0D0D0A:      # a section header: the byte order may change with it, its magic tells
        big = u32(c, pos + 8) == 0x1A2B3C4D
    length = word(c, big, pos + 4)
    needed[0] = length
    if length < 12 or length & 3 or length > MAX_BLOCK:
        return BAD_BLOCK
    if not has(c, pos, length):
        return MORE
    if word(c, big, pos + length - 4) != length:
        return BAD_BLOCK
    if kind == 6 or kind == 3 or kind == 2:
        return packet_block(c, form, pos, kind, length, snap_length, r, needed)
    return BLOCK
