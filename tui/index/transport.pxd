# cython: language_level=3
"""TCP, UDP, ICMP: the last headers of a walk. An ICMP error goes on into the packet that it quotes."""

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
    found(f, w, UDP, s.pos, s.pos + 8)
    if w.marks & QUOTED:
        stop(s, w, 0)
        s.pos += 8
        return
    w.protocol = P_UDP
    if not has(f, s.pos, 8):
        stop(s, w, MALFORMED)
        return
    w.srcport = u16(f, s.pos)
    w.dstport = u16(f, s.pos + 2)
    if length >= 8:         # 0 is a jumbogram (RFC 2675) or offload
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
        found(f, w, TCP, s.pos, s.pos + there)
        stop(s, w, PARTIAL | CUT_HEADER)
        s.pos += there
        return
    if header < 20 or s.pos + header > s.end:
        w.marks |= SHORT
        header = min(max(header, 20), max(s.end - s.pos, 0))
    if not has(f, s.pos, header):
        w.marks |= CUT_HEADER
    found(f, w, TCP, s.pos, s.pos + header)
    go(s, STOP, s.pos + header)


cdef inline void icmp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 792: destination unreachable, source quench, redirect, time exceeded, parameter problem quote the packet behind 8 bytes.

    Protocol and port unreachable are hard errors. Code 4, fragmentation needed, is of path MTU discovery (RFC 1191) and no longer one.
    """
    cdef uint32_t kind = u8(f, s.pos), code = u8(f, s.pos + 1)
    found(f, w, ICMP, s.pos, s.pos + 8)
    if w.marks & QUOTED:
        stop(s, w, 0)
        return
    w.protocol = P_ICMP
    if kind == 3 or kind == 4 or kind == 5 or kind == 11 or kind == 12:
        w.marks |= QUOTED | HARD if kind == 3 and (code == 2 or code == 3) else QUOTED
        go(s, IPV4, s.pos + 8)
    else:
        go(s, STOP, s.pos + 8)


cdef inline void icmpv6(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 4443: types 1 to 4 are errors and quote the packet behind 8 bytes; port unreachable is a hard one."""
    cdef uint32_t kind = u8(f, s.pos)
    cdef bint error = 1 <= kind <= 4
    found(f, w, ICMPV6, s.pos, s.pos + (8 if error else 4))
    if w.marks & QUOTED:
        stop(s, w, 0)
        return
    w.protocol = P_ICMPV6
    if error:
        w.marks |= QUOTED | HARD if kind == 1 and u8(f, s.pos + 1) == 4 else QUOTED
        go(s, IPV6, s.pos + 8)
    else:
        go(s, STOP, s.pos + 4)
