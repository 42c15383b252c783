# cython: language_level=3
"""IP, its extension headers, and the tunnels inside it: each function reads one header at `s.pos` and says in `s` what follows it.

Lengths come from the IP header, cut to what carries it, never from what was captured. IP length 0 is segmentation offload: the frame's
own end counts (Wireshark's rule).
"""

from tui.index.link cimport by_ethertype
from tui.index.tags cimport by_next_protocol
from tui.index.walk cimport *


cdef inline int by_protocol(uint32_t number, Walk* w) noexcept nogil:
    """The header that an IP protocol number announces (IANA)."""
    if number == 6:
        return TCP
    if number == 17:
        return UDP
    if number == 1:
        return ICMP
    if number == 58:
        return ICMPV6
    if number == 4:
        return IPV4
    if number == 41:
        return IPV6
    if number == 47:
        return GRE
    if number == 51:
        return AH
    if number == 0:
        return HOP_BY_HOP
    if number == 43:
        return ROUTING
    if number == 44:
        return FRAGMENT
    if number == 60:
        return DESTINATION
    if number == 135:
        return MOBILITY
    if number == 137:
        return MPLS
    if number == 143:
        return ETHERNET
    if number == 97:
        return ETHERIP
    if w.marks & QUOTED:
        return STOP
    if number == 2:
        w.protocol = P_IGMP
    elif number == 50:
        w.protocol = P_ESP
    elif number == 89:
        w.protocol = P_OSPF
    elif number == 103:
        w.protocol = P_PIM
    elif number == 112:
        w.protocol = P_VRRP
    elif number == 132:
        w.protocol = P_SCTP
    return STOP


cdef inline void addresses(Walk* w, int family, Py_ssize_t src, Py_ssize_t dst) noexcept nogil:
    """The innermost header's addresses stand for the packet; a header that an ICMP error quotes only names its connection."""
    w.key_family = family
    w.key_src_at = src
    w.key_dst_at = dst
    if not w.marks & QUOTED:
        w.family = family
        w.src_at = src
        w.dst_at = dst


cdef inline void fragment(const Frame* f, Step* s, Walk* w, bint first) noexcept nogil:
    """A fragment waits for the others if all of it was captured. Else the first of IPv4 is read as far as it goes, as Wireshark does."""
    if not first or not (w.cut or s.end > f.size):
        stop(s, w, 0 if w.marks & QUOTED else IS_FRAGMENT)
    elif not w.marks & QUOTED:
        w.marks |= SHORT


cdef inline void ipv4(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef Py_ssize_t header = (u8(f, s.pos) & 15) * 4
    cdef Py_ssize_t total = u16(f, s.pos + 2)
    cdef Py_ssize_t pos = s.pos
    cdef uint32_t offset = u16(f, s.pos + 6)
    if not w.marks & QUOTED:
        w.protocol = P_IPV4
    if u8(f, pos) >> 4 == 6:    # some devices announce IPv6 as IPv4 (Wireshark's rule)
        s.kind = IPV6
        return
    if u8(f, pos) >> 4 != 4 or header < 20:     # no more is told of it than that
        found(f, s, w, IPV4, pos, pos + 1)
        stop(s, w, MALFORMED)
        return
    if 0 < total < header and has(f, pos, 4):   # told up to its length
        found(f, s, w, IPV4, pos, pos + 4)
        stop(s, w, MALFORMED)
        return
    found(f, s, w, IPV4, pos, pos + header)
    if not has(f, pos, 20):
        stop(s, w, MALFORMED)
        return
    if not w.marks & QUOTED:
        w.ip_at = pos
    addresses(w, 4, pos + 12, pos + 16)
    w.cut = pos + total > s.end
    if total:
        s.end = min(s.end, pos + total)
    go(s, by_protocol(u8(f, pos + 9), w), pos + header)
    if offset & 0x3FFF:     # more fragments, or not the first
        fragment(f, s, w, not offset & 0x1FFF)


cdef inline void ipv6(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef Py_ssize_t length = u16(f, s.pos + 4)
    cdef Py_ssize_t pos = s.pos
    if not w.marks & QUOTED:
        w.protocol = P_IPV6
    found(f, s, w, IPV6, pos, pos + (40 if u8(f, pos) >> 4 == 6 else 1))
    if not has(f, pos, 40) or u8(f, pos) >> 4 != 6:
        stop(s, w, MALFORMED)
        return
    if not w.marks & QUOTED:
        w.ip_at = pos
    addresses(w, 6, pos + 8, pos + 24)
    if length or u8(f, pos + 6):    # 0 before hop-by-hop options is a jumbogram (RFC 2675)
        s.end = min(s.end, pos + 40 + length)
    go(s, by_protocol(u8(f, pos + 6), w), pos + 40)


cdef inline void extension(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Hop-by-hop and destination options, mobility: next header, length in units of 8 beyond the first (RFC 8200)."""
    cdef Py_ssize_t length = (u8(f, s.pos + 1) + 1) * 8
    found(f, s, w, s.kind, s.pos, s.pos + length)
    if not has(f, s.pos, 2):
        stop(s, w, MALFORMED)
        return
    go(s, by_protocol(u8(f, s.pos), w), s.pos + length)


cdef inline void routing(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """While segments are left the packet's destination is the last one's: it is TCP's (RFC 8200 §4.4, RFC 8754 §2, RFC 6275 §6.4)."""
    cdef Py_ssize_t pos = s.pos
    cdef Py_ssize_t length = (u8(f, pos + 1) + 1) * 8
    cdef uint32_t kind = u8(f, pos + 2)
    extension(f, s, w)
    if u8(f, pos + 3) == 0 or length < 24 or not has(f, pos, length) or w.key_family != 6:
        return
    if kind == 0 or kind == 2:
        w.key_dst_at = pos + length - 16
    elif kind == 4:         # its list runs backwards
        w.key_dst_at = pos + 8


cdef inline void fragment6(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 8200 §4.5; with offset 0 and nothing more to come the packet is whole (an atomic fragment, RFC 6946)."""
    cdef uint32_t offset = u16(f, s.pos + 2)
    cdef Py_ssize_t pos = s.pos
    if not has(f, pos, 8):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, FRAGMENT, pos, pos + 8)
    go(s, by_protocol(u8(f, pos), w), pos + 8)
    if offset & 0xFFF9:
        fragment(f, s, w, False)


cdef inline void ah(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 4302: the length is in units of 4, less 2."""
    cdef Py_ssize_t length = (u8(f, s.pos + 1) + 2) * 4
    if not has(f, s.pos, 12):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, AH, s.pos, s.pos + length)
    if not w.marks & QUOTED:
        w.protocol = P_AH
    go(s, by_protocol(u8(f, s.pos), w), s.pos + length)


cdef inline void gre(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 2784, 2890; version 1 is PPTP's (RFC 2637) with an acknowledgment number."""
    cdef uint32_t flags = u16(f, s.pos)
    cdef Py_ssize_t length = 4
    cdef int kind
    if not has(f, s.pos, 4):
        stop(s, w, MALFORMED)
        return
    if not w.marks & QUOTED:
        w.protocol = P_GRE
    if flags & 0xC000:      # checksum and offset
        length += 4
    if flags & 0x2000:      # key
        length += 4
    if flags & 0x1000:      # sequence number
        length += 4
    if flags & 0x0080 and flags & 7 == 1:
        length += 4
    found(f, s, w, GRE, s.pos, s.pos + length)
    kind = by_ethertype(u16(f, s.pos + 2), w)
    if kind == ERSPAN and u16(f, s.pos + 2) == 0x88BE:
        length += 8 if flags & 0x1000 else 0    # type II has a header, type I (no sequence number) has none
        kind = ETHERNET
    elif kind == ERSPAN:                        # type III, with a subheader if its O bit is set
        length += 20 if u8(f, s.pos + length + 11) & 1 else 12
        kind = ETHERNET
    go(s, kind, s.pos + length)


cdef inline void vxlan(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 7348."""
    if not has(f, s.pos, 8):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, VXLAN, s.pos, s.pos + 8)
    w.protocol = P_VXLAN
    go(s, ETHERNET, s.pos + 8)


cdef inline void vxlan_gpe(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """draft-ietf-nvo3-vxlan-gpe: the fourth byte says what follows."""
    w.protocol = P_VXLAN
    go(s, by_next_protocol(u8(f, s.pos + 3)), s.pos + 8)


cdef inline void etherip(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 3378: version 3 in two bytes."""
    go(s, ETHERNET, s.pos + 2)


cdef inline void teredo(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 4380 §5.1.1: authentication and origin may stand before the IPv6 packet."""
    cdef Py_ssize_t pos = s.pos
    if u16(f, pos) == 1:
        pos += 13 + u8(f, pos + 2) + u8(f, pos + 3)
    if has(f, pos, 8) and u16(f, pos) == 0:
        pos += 8
    go(s, IPV6 if u8(f, pos) >> 4 == 6 else STOP, pos)


cdef inline void ayiya(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """draft-massar-v6ops-ayiya-02: identity and signature have lengths of their own; operation 1 forwards a packet."""
    cdef Py_ssize_t length = 8 + (1 << (u8(f, s.pos) >> 4)) + (u8(f, s.pos + 1) >> 4) * 4
    go(s, by_protocol(u8(f, s.pos + 3), w) if u8(f, s.pos + 2) & 15 == 1 else STOP, s.pos + length)


cdef inline void lisp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 6830 §5.3: eight bytes before the packet."""
    go(s, RAW_IP, s.pos + 8)


cdef inline void geneve(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 8926: option length in units of 4."""
    cdef Py_ssize_t length = 8 + (u8(f, s.pos) & 0x3F) * 4
    if not has(f, s.pos, 8):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, GENEVE, s.pos, s.pos + length)
    w.protocol = P_GENEVE
    go(s, by_ethertype(u16(f, s.pos + 2), w), s.pos + length)


cdef inline void gtpu(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """3GPP TS 29.281: version 1, message type 255 carries a user's packet; extension headers have their length in units of 4."""
    cdef uint32_t flags = u8(f, s.pos), following
    cdef Py_ssize_t pos = s.pos + 8, length
    w.protocol = P_GTP
    if not has(f, s.pos, 8) or flags >> 4 & 15 != 3:
        stop(s, w, 0)
        return
    if flags & 7:
        following = u8(f, pos + 3) if flags & 4 else 0
        pos += 4
        while following and has(f, pos, 4):
            length = u8(f, pos) * 4
            if length == 0:
                break
            following = u8(f, pos + length - 1)
            pos += length
    found(f, s, w, GTPU, s.pos, pos)
    go(s, RAW_IP if u8(f, s.pos + 1) == 255 else STOP, pos)


cdef inline void l2tp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 2661 §3.1: data messages carry PPP."""
    cdef uint32_t flags = u16(f, s.pos)
    cdef Py_ssize_t pos = s.pos + 2
    w.protocol = P_L2TP
    if not has(f, s.pos, 6) or flags & 7 != 2:
        stop(s, w, 0)
        return
    if flags & 0x4000:      # length
        pos += 2
    pos += 4                # tunnel and session
    if flags & 0x0800:      # Ns, Nr
        pos += 4
    if flags & 0x0200:      # offset size, and as much padding
        pos += 2 + u16(f, pos)
    found(f, s, w, L2TP, s.pos, pos)
    go(s, STOP if flags & 0x8000 else PPP, pos)
