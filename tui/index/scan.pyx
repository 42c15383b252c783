# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The scan kernel: bytes of a capture file → packet rows, one pass, GIL released, resumable at any record.

It owns no bytes and no rows: `Scanner.scan` is given a chunk and a block of rows and says how far it came and why it stopped. Rows and
chunk are bounds-checked memoryviews; a packet's bytes are read only through walk.pxd's checked accessors.
"""

import os
from enum import IntEnum

from libc.string cimport memcmp, memcpy, memset

from tui.index.schema import NOWHERE

from tui.index.framing cimport *
from tui.index.link cimport *
from tui.index.network cimport *
from tui.index.rows cimport Address, Link, Row
from tui.index.tags cimport *
from tui.index.transport cimport *
from tui.index.walk cimport *

cdef extern from *:
    ctypedef unsigned long long uint128 "unsigned __int128"

# Why a scan stopped; see framing.pxd.
Stop = IntEnum("Stop", {
    "MORE": MORE, "BLOCK": BLOCK, "TOO_LONG": TOO_LONG, "BAD_BLOCK": BAD_BLOCK, "NO_INTERFACE": NO_INTERFACE, "FULL": FULL,
})

cdef Header HEADERS[KINDS]      # THE dispatch table: the function that reads each kind of header
for _kind in range(KINDS):
    HEADERS[_kind] = NULL
HEADERS[ETHERNET] = ethernet
HEADERS[VLAN] = vlan
HEADERS[MPLS] = mpls
HEADERS[PPPOE] = pppoe
HEADERS[PPP] = ppp
HEADERS[HDLC] = hdlc
HEADERS[SLL] = sll
HEADERS[SLL2] = sll2
HEADERS[NULL_AF] = null_af
HEADERS[LOOP_AF] = null_af
HEADERS[RAW_IP] = raw_ip
HEADERS[ENC] = enc
HEADERS[NFLOG] = nflog
HEADERS[LLC] = llc
HEADERS[RADIOTAP] = radiotap
HEADERS[IEEE80211] = ieee80211
HEADERS[IPV4] = ipv4
HEADERS[IPV6] = ipv6
HEADERS[HOP_BY_HOP] = extension
HEADERS[ROUTING] = routing
HEADERS[DESTINATION] = extension
HEADERS[MOBILITY] = extension
HEADERS[FRAGMENT] = fragment6
HEADERS[AH] = ah
HEADERS[GRE] = gre
HEADERS[VXLAN] = vxlan
HEADERS[GENEVE] = geneve
HEADERS[GTPU] = gtpu
HEADERS[L2TP] = l2tp
HEADERS[VN_TAG] = vn_tag
HEADERS[E_TAG] = e_tag
HEADERS[METADATA] = metadata
HEADERS[MACSEC] = macsec
HEADERS[BACKBONE] = backbone
HEADERS[NSH] = nsh
HEADERS[VXLAN_GPE] = vxlan_gpe
HEADERS[TEREDO] = teredo
HEADERS[AYIYA] = ayiya
HEADERS[LISP] = lisp
HEADERS[ETHERIP] = etherip
HEADERS[PRISM] = prism
HEADERS[AVS] = avs
HEADERS[PFLOG] = pflog
HEADERS[DIRECTED_PPP] = directed_ppp
HEADERS[FRAME_RELAY] = frame_relay
HEADERS[FIBRE_CHANNEL] = fibre_channel
HEADERS[TOKEN_RING] = token_ring
HEADERS[UDP] = udp
HEADERS[TCP] = tcp
HEADERS[ICMP] = icmp
HEADERS[ICMPV6] = icmpv6

# LINKTYPE_ number → how such a frame begins. A link type that is not here gives rows of raw bytes.
FIRST_HEADERS = {
    0: NULL_AF, 1: ETHERNET, 6: TOKEN_RING, 9: PPP, 12: RAW_IP, 14: RAW_IP, 50: HDLC, 51: PPPOE, 100: LLC, 101: RAW_IP, 104: HDLC,
    105: IEEE80211, 107: FRAME_RELAY, 108: LOOP_AF, 109: ENC, 113: SLL, 117: PFLOG, 119: PRISM, 122: FIBRE_CHANNEL, 127: RADIOTAP,
    163: AVS, 192: PPI, 204: DIRECTED_PPP, 228: RAW_IP, 229: IPV6, 239: NFLOG, 276: SLL2,
}
cdef enum:
    LINK_TYPES = 300
cdef int FIRST[LINK_TYPES]
for _number in range(LINK_TYPES):
    FIRST[_number] = FIRST_HEADERS.get(_number, STOP)


cdef void ppi(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_PPI: version, flags, length and the link type of what follows, in little-endian order."""
    cdef Py_ssize_t length = u16le(f, s.pos + 2)
    if not has(f, s.pos, 8) or length < 8:
        stop(s, w, MALFORMED)
        return
    go(s, first_header(<int>u32le(f, s.pos + 4)), s.pos + length)


HEADERS[PPI] = ppi


# Drawn anew by every process: who sends packets cannot choose addresses that fall into one slot.
cdef uint64_t SEED = int.from_bytes(os.urandom(8), "little")


cdef void walk(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Walk from header to header until one leads no further."""
    cdef int steps = 0
    while s.kind != STOP and HEADERS[s.kind] != NULL and steps < MAX_LAYERS:
        HEADERS[s.kind](f, s, w)
        steps += 1


cdef void begin(Walk* w) noexcept nogil:
    w.count = 0
    w.protocol = P_UNKNOWN
    w.marks = 0
    w.padded = w.cut = False
    w.family = w.key_family = 0
    w.ip_at = w.tcp_at = -1
    w.srcport = w.dstport = 0


cdef int first_header(int link_type) noexcept nogil:
    return FIRST[link_type] if 0 <= link_type < LINK_TYPES else STOP


def layers(const uint8_t[::1] frame, int link_type, Py_ssize_t length=-1):
    """The headers of one frame, outermost first, as (schema.Layer, start, end) in bytes, 0 <= start <= end <= len(frame).

    `length` is the frame's length on the wire (as captured, if not given). What follows the last known header is PAYLOAD, up to the end
    that the headers state, and what lies behind that (Ethernet padding, frame check sequence) TRAILER. A header that was cut short has the
    bytes that are there. In an ICMP error the quoted headers follow ICMP.
    """
    cdef Frame f
    cdef Step s
    cdef Walk w
    f.at = &frame[0] if frame.shape[0] else NULL
    f.size = frame.shape[0]
    f.length = max(length, f.size)
    s.kind, s.pos, s.end = first_header(link_type), 0, f.length
    return _walk(&f, &s, &w)


def layers_of_datagram(const uint8_t[::1] data, int protocol):
    """The headers of an IP datagram's payload (a reassembled one) that begins with IP protocol number `protocol`; as `layers`."""
    cdef Frame f
    cdef Step s
    cdef Walk w
    f.at = &data[0] if data.shape[0] else NULL
    f.size = f.length = data.shape[0]
    begin(&w)
    s.kind, s.pos, s.end = by_protocol(protocol, &w), 0, f.size
    return _walk(&f, &s, &w)


cdef list _walk(const Frame* f, Step* s, Walk* w):
    cdef Py_ssize_t end
    cdef int i
    begin(w)
    if s.kind == STOP:
        s.pos = 0
    walk(f, s, w)
    result = [(w.spans[i].kind, w.spans[i].start, w.spans[i].end) for i in range(w.count)]
    if w.count:
        s.pos = max(min(s.pos, s.end), w.spans[w.count - 1].end)
    end = max(min(s.end, f.size), min(s.pos, f.size))
    if s.pos < end:
        result.append((PAYLOAD, s.pos, end))
    if end < f.size:
        result.append((TRAILER, end, f.size))
    return result


cdef class Scanner:
    """Reads the records of one capture file.

    `form` and the links are set from the file's header and metadata blocks (index/reader.py); `scan` may be called again at `pos`
    with the same bytes and more.
    """

    cdef Format form
    cdef readonly Py_ssize_t pos        # how far the last scan came in its chunk
    cdef readonly Py_ssize_t needed     # what stopped it: see Found
    cdef readonly Py_ssize_t filled     # how many rows it filled
    cdef Link[::1] links

    def __init__(self, *, bint pcapng, bint big_endian=False, int record_header=16, bint swapped_lengths=False):
        self.form.pcapng = pcapng
        self.form.big_endian = big_endian
        self.form.record_header = record_header
        self.form.swapped_lengths = swapped_lengths
        self.form.interfaces = 0

    def describe(self, Link[::1] links, bint big_endian):
        """The section's interfaces (schema.LINK, one row each) and its byte order."""
        self.links = links
        self.form.interfaces = links.shape[0]
        self.form.big_endian = big_endian

    def scan(self, const uint8_t[::1] chunk, Py_ssize_t start, int64_t base, Row[::1] rows, book):
        """Fill `rows` from the records at chunk[start:]; `base` is the chunk's place in the file. Returns why it stopped."""
        cdef Frame c
        cdef Record r
        cdef Found stopped = RECORD
        cdef Py_ssize_t size = chunk.shape[0], n = 0, needed = 0, pos = start
        cdef uint32_t snap_length = 0
        cdef Address[::1] entries = book.reserve(ADDRESSES * rows.shape[0])
        cdef uint32_t[::1] slots = book.slots
        cdef Book names = opened(entries, slots, book.used)
        if start < 0 or start > size:
            raise ValueError("start lies outside the chunk")
        if not (self.form.pcapng or self.form.interfaces):
            raise ValueError("a pcap file's interface is not described")
        c.at = &chunk[0] if size else NULL
        c.size = c.length = size
        with nogil:
            if self.form.interfaces > 0:
                snap_length = self.links[0].snap_length     # a simple packet is of the first interface
            while True:
                if n == rows.shape[0]:
                    stopped = FULL
                    break
                if self.form.pcapng:
                    stopped = pcapng_block(&c, &self.form, pos, snap_length, &r, &needed)
                else:
                    stopped = pcap_record(&c, &self.form, pos, &r, &needed)
                if stopped != RECORD:
                    break
                prefetch(c.at + r.next)     # while this packet is read: memory takes longer than that
                prefetch(c.at + r.next + 64)
                fill(&chunk[0], &r, &self.links[r.interface], self.form.pcapng, base, &rows[n], &names)
                pos = r.next
                n += 1
        book.used = names.used
        self.pos, self.needed, self.filled = pos, needed, n
        return Stop(stopped)

    def refill(self, const uint8_t[::1] data, int protocol, Row[::1] row, book):
        """Give `row` the transport header of a reassembled IP datagram's payload, and addresses if it is a tunnel's."""
        cdef Frame f
        cdef Step s
        cdef Walk w
        cdef Address[::1] entries = book.reserve(ADDRESSES)
        cdef uint32_t[::1] slots = book.slots
        cdef Book names = opened(entries, slots, book.used)
        f.at = &data[0] if data.shape[0] else NULL
        f.size = f.length = data.shape[0]
        begin(&w)
        w.protocol = row[0].protocol
        s.kind, s.pos, s.end = by_protocol(protocol, &w), 0, f.size
        walk(&f, &s, &w)
        ends(&f, &w, &row[0], &names)
        book.used = names.used
        row[0].marks = (row[0].marks & ~IS_FRAGMENT) | w.marks | REASSEMBLED
        transport(&f, &w, &row[0])
        row[0].tcp_at = NO_PLACE


cdef enum:
    NO_PLACE = 0xFFFF
    ADDRESSES = 4       # most that one packet can add: source and destination, and those of a quoted header
assert NOWHERE == NO_PLACE


cdef void fill(const uint8_t* chunk, const Record* r, const Link* link, bint pcapng, int64_t base, Row* row, Book* book) noexcept nogil:
    """One record → one row."""
    cdef Frame f
    cdef Step s
    cdef Walk w
    f.at = chunk + r.data
    f.size = r.caplen
    f.length = max(r.length, r.caplen)
    s.kind, s.pos, s.end = first_header(link.link_type), 0, f.length
    begin(&w)
    walk(&f, &s, &w)
    row.offset = base + r.data
    row.time = nanoseconds(r, link, pcapng)
    row.caplen = r.caplen
    row.length = r.length
    row.stream = -1
    row.interface = link.number
    row.marks = r.marks | w.marks
    row.ip_at = w.ip_at if 0 <= w.ip_at < NO_PLACE else NO_PLACE
    row.ip_id = u16(&f, w.ip_at + 4) if w.ip_at >= 0 and w.family == 4 else 0
    row.src = row.dst = row.key_src = row.key_dst = 0
    ends(&f, &w, row, book)
    transport(&f, &w, row)


cdef void ends(const Frame* f, const Walk* w, Row* row, Book* book) noexcept nogil:
    """The address columns, as far as the walk found addresses."""
    if w.family:
        row.src = row.key_src = intern(f, w.family, w.src_at, book)
        row.dst = row.key_dst = intern(f, w.family, w.dst_at, book)
    if w.key_family and (w.marks & QUOTED or w.key_dst_at != w.dst_at):
        row.key_src = intern(f, w.key_family, w.key_src_at, book)
        row.key_dst = intern(f, w.key_family, w.key_dst_at, book)


cdef void transport(const Frame* f, const Walk* w, Row* row) noexcept nogil:
    """The columns that come from the TCP or UDP header."""
    cdef Frame segment = f[0]
    cdef Py_ssize_t at = w.tcp_at
    row.protocol = w.protocol
    row.srcport, row.dstport = w.srcport, w.dstport
    row.seq = row.ack = row.seglen = 0
    row.bits = row.window = 0
    row.tcp_at = NO_PLACE
    row.wscale = -1
    row.sacked = 0
    row.analysis = 0
    row.acked = row.repeats = row.duplicates = row.in_flight = row.pushed = 0
    if at < 0:
        return
    row.tcp_at = at if at < NO_PLACE else NO_PLACE
    segment.size = min(f.size, w.tcp_end)       # what lies behind, padding, reads as 0
    row.srcport, row.dstport = u16(&segment, at), u16(&segment, at + 2)
    row.seq, row.ack = u32(&segment, at + 4), u32(&segment, at + 8)
    row.bits, row.window = u16(&segment, at + 12), u16(&segment, at + 14)
    if w.marks & (QUOTED | SHORT | PARTIAL) == 0:
        row.seglen = w.tcp_end - at - (row.bits >> 12) * 4
    options(&segment, at + 20, at + (row.bits >> 12) * 4, row)


cdef int64_t nanoseconds(const Record* r, const Link* link, bint pcapng) noexcept nogil:
    """A record's time since 1970. pcap gives seconds and a fraction, pcapng ticks of the interface's own length."""
    if r.marks & UNTIMED:
        return 0
    if not pcapng:
        return <int64_t>(r.ticks >> 32) * 1000000000 + <int64_t>(<uint32_t>r.ticks * link.multiplier)
    if link.divisor == 1:
        return <int64_t>(r.ticks * link.multiplier) + link.time_offset * 1000000000
    return <int64_t>(<uint128>r.ticks * link.multiplier / link.divisor) + link.time_offset * 1000000000


cdef Book opened(Address[::1] entries, uint32_t[::1] slots, uint32_t used):
    """The book of these arrays, which the caller keeps; `slots` are a power of two, less than half of them in use."""
    cdef Book book
    book.entries, book.room = &entries[0], <uint32_t>entries.shape[0]
    book.slots, book.mask = &slots[0], <uint32_t>slots.shape[0] - 1
    book.used = used
    return book


cdef uint32_t intern(const Frame* f, int family, Py_ssize_t at, Book* book) noexcept nogil:
    """The number of an address in the book; 0 if there is none. The caller has made room (AddressBook.reserve)."""
    cdef int length = 4 if family == 4 else 16 if family == 6 else 6
    cdef uint8_t raw[16]
    cdef uint64_t high, low
    cdef uint32_t number, slot
    if family == 0 or at < 0 or not has(f, at, length):
        return 0
    memset(raw, 0, 16)
    if length == 4:
        memcpy(raw, f.at + at, 4)       # a size that the compiler knows is one load
    else:
        memcpy(raw, f.at + at, length)
    memcpy(&high, raw, 8)
    memcpy(&low, raw + 8, 8)
    high = (high ^ (low * 0x9E3779B97F4A7C15ULL) ^ SEED ^ family) * (SEED | 1)
    slot = <uint32_t>(high >> 32) & book.mask
    while True:
        number = book.slots[slot]
        if number == 0 or number >= book.room:
            break
        if book.entries[number].family == family and memcmp(&book.entries[number].raw[0], raw, 16) == 0:
            return number
        slot = (slot + 1) & book.mask
    if book.used >= book.room:
        return 0
    number = book.used
    book.used += 1
    book.slots[slot] = number
    book.entries[number].family = family
    memcpy(&book.entries[number].raw[0], raw, 16)
    return number


def rehash(Address[::1] entries, const uint32_t[::1] numbers, uint32_t[::1] slots):
    """Enter the addresses of these numbers into the empty `slots` (a power of two, more than there are numbers)."""
    cdef Frame f
    cdef Book book = opened(entries, slots, 0)
    cdef Address entry
    cdef Py_ssize_t i
    for i in range(numbers.shape[0]):
        book.used = numbers[i]
        entry = entries[numbers[i]]
        f.at, f.size, f.length = &entry.raw[0], 16, 16
        if intern(&f, entry.family, 0, &book) != numbers[i]:
            raise ValueError("the address book holds an address twice")
