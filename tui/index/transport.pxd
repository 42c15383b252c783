# cython: language_level=3
"""TCP, UDP, ICMP: the last headers of a walk. An ICMP error goes on into the packet that it quotes."""

from tui.index.rows cimport Row
from tui.index.walk cimport *


cdef inline int by_port(uint32_t port, Walk* w) noexcept nogil:
    """What a UDP port says of its payload (IANA): another header to walk, or only a name for the Protocol column."""
    if port == 4789:
        return VXLAN
    if port == 6081:
        return GENEVE
    if port == 2152:
        return GTPU
    if port == 1701:
        return L2TP
    if port == 4790:
        return VXLAN_GPE
    if port == 6635:
        return MPLS
    if port == 3544:
        return TEREDO
    if port == 5072:
        return AYIYA
    if port == 4341:
        return LISP
    if port == 53:
        w.protocol = P_DNS
    elif port == 5353:
        w.protocol = P_MDNS
    elif port == 67 or port == 68:
        w.protocol = P_DHCP
    elif port == 546 or port == 547:
        w.protocol = P_DHCPV6
    elif port == 123:
        w.protocol = P_NTP
    elif port == 1900:
        w.protocol = P_SSDP
    elif port == 5355:
        w.protocol = P_LLMNR
    elif port == 137:
        w.protocol = P_NBNS
    elif port == 161 or port == 162:
        w.protocol = P_SNMP
    elif port == 514:
        w.protocol = P_SYSLOG
    elif port == 1812 or port == 1813:
        w.protocol = P_RADIUS
    return STOP


cdef inline void udp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef uint32_t length = u16(f, s.pos + 4)
    cdef int kind
    if not w.marks & QUOTED:
        w.protocol = P_UDP
    if min(f.size, s.end) - s.pos < 4:
        stop(s, w, 0 if w.marks & QUOTED else MALFORMED)
        return
    found(f, s, w, UDP, s.pos, s.pos + 8)
    if w.marks & QUOTED:
        stop(s, w, 0)
        s.pos += 8
        return
    if not has(f, s.pos, 8):
        stop(s, w, MALFORMED)
        return
    w.srcport = u16(f, s.pos)
    w.dstport = u16(f, s.pos + 2)
    if length < 8 and (length or w.key_family == 4):    # told up to its length
        w.spans[w.count - 1].end = min(w.spans[w.count - 1].end, s.pos + 6)
        stop(s, w, MALFORMED)
        return
    if length:              # 0 in IPv6 is a jumbogram (RFC 2675)
        s.end = min(s.end, s.pos + length)
    kind = by_port(min(w.srcport, w.dstport), w)        # the lower port first (Wireshark)
    if kind == STOP and w.protocol == P_UDP:
        kind = by_port(max(w.srcport, w.dstport), w)
    go(s, kind, s.pos + 8)


cdef inline void tcp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Ports need 4 bytes, the rest 16, as Wireshark reads them; options are left to who asks for them."""
    cdef Py_ssize_t header = (u8(f, s.pos + 12) >> 4) * 4
    cdef Py_ssize_t there = min(f.size, s.end) - s.pos
    if there < 4:
        stop(s, w, MALFORMED)
        return
    w.tcp_at = s.pos
    w.tcp_end = s.end
    if not w.marks & QUOTED:
        w.protocol = P_TCP
    w.marks |= HAS_TCP
    if there < 20:
        w.marks |= CUT_FIXED
    if there < 16:
        found(f, s, w, TCP, s.pos, s.pos + there)
        stop(s, w, PARTIAL | CUT_HEADER)
        s.pos += there
        return
    if s.pos + header > s.end:
        w.marks |= SHORT
    if header < 20:         # told up to its length; all behind that counts as payload (Wireshark's rule)
        found(f, s, w, TCP, s.pos, s.pos + 16)
        stop(s, w, MALFORMED)
        s.pos += 20
        return
    if not has(f, s.pos, header):
        w.marks |= CUT_HEADER
    found(f, s, w, TCP, s.pos, s.pos + header)
    go(s, STOP, s.pos + header)


cdef inline Py_ssize_t quoted(const Frame* f, const Step* s, uint32_t kind) noexcept nogil:
    """How many bytes an ICMP error can quote: of a redirect the header and 8 (RFC 792), of others what RFC 4884 says (Wireshark's sum)."""
    cdef Py_ssize_t header = (u8(f, s.pos + 8) & 15) * 4, length = u8(f, s.pos + 5) * 4
    if kind == 5:
        return header + 8
    if length and s.end - s.pos > 8 + length and <Py_ssize_t>u16(f, s.pos + 10) > length:
        return header + length
    return s.end - s.pos


cdef inline void icmp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 792: destination unreachable, source quench, redirect, time exceeded, parameter problem quote the packet behind 8 bytes.

    Protocol and port unreachable are hard errors. Code 4, fragmentation needed, is of path MTU discovery (RFC 1191) and no longer one.
    """
    cdef uint32_t kind = u8(f, s.pos), code = u8(f, s.pos + 1)
    if not w.marks & QUOTED:
        w.protocol = P_ICMP
    if min(f.size, s.end) - s.pos < 6:      # Wireshark begins with the length of what is quoted
        stop(s, w, 0 if w.marks & QUOTED else MALFORMED)
        return
    found(f, s, w, ICMP, s.pos, s.pos + 8)
    if w.marks & QUOTED:
        stop(s, w, 0)
        return
    if kind == 3 or kind == 4 or kind == 5 or kind == 11 or kind == 12:
        w.marks |= QUOTED | HARD if kind == 3 and (code == 2 or code == 3) else QUOTED
        s.end = min(s.end, s.pos + 8 + quoted(f, s, kind))
        go(s, IPV4, s.pos + 8)
    else:
        go(s, STOP, s.pos + 8)


cdef inline void icmpv6(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 4443: types 1 to 4 are errors and quote the packet behind 8 bytes; port unreachable is a hard one."""
    cdef uint32_t kind = u8(f, s.pos)
    cdef bint error = 1 <= kind <= 4
    found(f, s, w, ICMPV6, s.pos, s.pos + (8 if error else 4))
    if w.marks & QUOTED:
        stop(s, w, 0)
        return
    w.protocol = P_ICMPV6
    if error:
        w.marks |= QUOTED | HARD if kind == 1 and u8(f, s.pos + 1) == 4 else QUOTED
        go(s, IPV6, s.pos + 8)
    else:
        go(s, STOP, s.pos + 4)


cdef enum:
    ONLY_TIMESTAMPS = 0x0101080A    # NOP, NOP, and the option timestamps, of 10 bytes: most segments have nothing else
    MOST_BLOCKS = 3                 # of the option SACK, as many as Wireshark counts

cdef inline uint32_t blocks(const Frame* f, Py_ssize_t pos, uint32_t count) noexcept nogil:
    cdef uint32_t i, total = 0
    for i in range(count):
        total += u32(f, pos + 8 * i + 4) - u32(f, pos + 8 * i)
    return total


cdef inline void options(const Frame* f, Py_ssize_t pos, Py_ssize_t end, Row* row) noexcept nogil:
    """Of a SYN the shift of the last window scale option (RFC 7323 §2), at most 14; of all the bytes in the last SACK option (RFC 2018)."""
    cdef uint32_t kind, length
    if end - pos == 12 and u32(f, pos) == ONLY_TIMESTAMPS:
        return
    while pos < end and has(f, pos, 1):
        kind = u8(f, pos)
        if kind == 0:
            break
        if kind == 1:
            pos += 1
            continue
        length = u8(f, pos + 1)
        if length < 2:
            break
        if kind == 3 and length == 3 and row.bits & 2 and has(f, pos, 3):
            row.wscale = min(u8(f, pos + 2), 14)
        if kind == 5 and pos + length <= end:
            row.sacked = blocks(f, pos + 2, min(min(length - 2, f.size - pos - 2) // 8, MOST_BLOCKS))
        pos += length
