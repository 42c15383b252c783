# cython: language_level=3
"""Headers below IP: each function reads one at `s.pos`, notes it, and says in `s` what follows it.

`BY_ETHERTYPE` order and PPP numbers: IEEE and IANA registries; link headers: the LINKTYPE_ pages of tcpdump.org.
"""

from tui.index.walk cimport *


cdef inline int by_ethertype(uint32_t number, Walk* w) noexcept nogil:
    """The header that an EtherType announces."""
    if number == 0x0800:
        return IPV4
    if number == 0x86DD:
        return IPV6
    if number == 0x8100 or number == 0x88A8 or number == 0x9100:
        return VLAN
    if number == 0x0806 or number == 0x8035:
        w.protocol = P_ARP
        return ARP
    if number == 0x8847 or number == 0x8848:
        w.protocol = P_MPLS
        return MPLS
    if number == 0x8864:
        return PPPOE
    if number == 0x6558:
        return ETHERNET
    if number == 0x880B:
        return PPP
    if number == 0x88BE or number == 0x22EB:
        return ERSPAN
    if number == 0x8926:
        return VN_TAG
    if number == 0x893F:
        return E_TAG
    if number == 0x8909:
        return METADATA
    if number == 0x88E5:
        return MACSEC
    if number == 0x88E7:
        return BACKBONE
    if number == 0x894F:
        return NSH
    if number == 0x8863:
        w.protocol = P_PPPOED
    elif number == 0x888E:
        w.protocol = P_EAPOL
    elif number == 0x88CC:
        w.protocol = P_LLDP
    return STOP


cdef inline int by_ppp(uint32_t number) noexcept nogil:
    if number == 0x0021:
        return IPV4
    if number == 0x0057:
        return IPV6
    if number == 0x0281 or number == 0x0283:
        return MPLS
    return STOP


cdef inline int by_family(uint32_t family) noexcept nogil:
    """AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on OpenBSD and NetBSD, 28 on FreeBSD, 30 on macOS."""
    if family == 2:
        return IPV4
    if family == 10 or family == 24 or family == 28 or family == 30:
        return IPV6
    return STOP


cdef inline void mac(Walk* w, Py_ssize_t src, Py_ssize_t dst) noexcept nogil:
    """Hardware addresses stand for the packet until an IP header is found."""
    if w.family != 4 and w.family != 6:
        w.family = 48
        w.src_at = src
        w.dst_at = dst


cdef inline void ethernet(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef uint32_t number
    w.protocol = P_ETHERNET
    if not has(f, s.pos, 14):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, ETHERNET, s.pos, s.pos + 14)
    mac(w, s.pos + 6, s.pos)
    number = u16(f, s.pos + 12)
    if 0 < number <= 1500:  # IEEE 802.3: a length
        s.end = min(s.end, s.pos + 14 + number)
        go(s, LLC, s.pos + 14)
    else:
        go(s, by_ethertype(number, w), s.pos + 14)


cdef inline void vlan(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef uint32_t number
    found(f, s, w, VLAN, s.pos, s.pos + 4)
    if not has(f, s.pos, 4):
        stop(s, w, MALFORMED)
        return
    number = u16(f, s.pos + 2)
    go(s, LLC if number <= 1500 else by_ethertype(number, w), s.pos + 4)


cdef inline void mpls(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 3032. Below the last label only the first nibble tells what is there (RFC 4928; 0 is a pseudowire's control word, RFC 4448)."""
    cdef uint32_t entry, nibble
    if not has(f, s.pos, 4):
        stop(s, w, MALFORMED)
        return
    entry = u32(f, s.pos)
    found(f, s, w, MPLS, s.pos, s.pos + 4)
    s.pos += 4
    if not entry & 0x100:
        return
    nibble = u8(f, s.pos) >> 4
    if nibble == 4:
        s.kind = IPV4
    elif nibble == 6:
        s.kind = IPV6
    elif nibble == 0 and has(f, s.pos, 18):
        go(s, ETHERNET, s.pos + 4)
    else:
        s.kind = STOP


cdef inline void pppoe(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 2516: version and type, code (0 in a session), session, length."""
    if not has(f, s.pos, 6):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, PPPOE, s.pos, s.pos + 6)
    w.protocol = P_PPP
    s.end = min(s.end, s.pos + 6 + u16(f, s.pos + 4))
    go(s, PPP if u8(f, s.pos + 1) == 0 else STOP, s.pos + 6)


cdef inline void ppp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 1661, 1662: address and control (ff 03) may be left out, the protocol number compressed to one byte."""
    cdef Py_ssize_t pos = s.pos
    cdef uint32_t number
    w.protocol = P_PPP
    if u16(f, pos) == 0xFF03:
        pos += 2
    number = u8(f, pos)
    if number & 1:
        pos += 1
    else:
        number = u16(f, pos)
        pos += 2
    found(f, s, w, PPP, s.pos, pos)
    if not has(f, s.pos, pos - s.pos):
        stop(s, w, MALFORMED)
        return
    go(s, by_ppp(number), pos)


cdef inline void hdlc(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_C_HDLC and LINKTYPE_PPP_HDLC: PPP behind ff 03, else Cisco's address, control, EtherType."""
    if u8(f, s.pos) == 0xFF:
        s.kind = PPP
    elif has(f, s.pos, 4):
        go(s, by_ethertype(u16(f, s.pos + 2), w), s.pos + 4)
    else:
        stop(s, w, MALFORMED)


cdef inline void sll(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef uint32_t number
    if not has(f, s.pos, 16):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, SLL, s.pos, s.pos + 16)
    if u16(f, s.pos + 4) == 6:
        mac(w, s.pos + 6, -1)
    number = u16(f, s.pos + 14)
    if number == 1 or number == 4:      # Novell raw 802.3, 802.2
        go(s, LLC if number == 4 else STOP, s.pos + 16)
    else:
        go(s, by_ethertype(number, w), s.pos + 16)


cdef inline void sll2(const Frame* f, Step* s, Walk* w) noexcept nogil:
    if not has(f, s.pos, 20):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, SLL2, s.pos, s.pos + 20)
    if u8(f, s.pos + 11) == 6:
        mac(w, s.pos + 12, -1)
    go(s, by_ethertype(u16(f, s.pos), w), s.pos + 20)


cdef inline void null_af(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_NULL: the address family in the byte order of the machine that captured, which the file does not tell."""
    cdef uint32_t family = u32le(f, s.pos)
    if not has(f, s.pos, 4):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, NULL_AF, s.pos, s.pos + 4)
    go(s, by_family(family if family < 0x10000 else u32(f, s.pos)), s.pos + 4)


cdef inline void enc(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_ENC (OpenBSD): family, SPI, flags, four bytes each, family in the machine's byte order."""
    cdef uint32_t family = u32le(f, s.pos)
    if not has(f, s.pos, 12):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, ENC, s.pos, s.pos + 12)
    go(s, by_family(family if family < 0x10000 else u32(f, s.pos)), s.pos + 12)


cdef inline void raw_ip(const Frame* f, Step* s, Walk* w) noexcept nogil:
    cdef uint32_t version = u8(f, s.pos) >> 4
    s.kind = IPV4 if version == 4 else IPV6 if version == 6 else STOP


cdef inline void nflog(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_NFLOG: family, version, resource id, then TLVs in the machine's byte order; type 9 is the packet."""
    cdef Py_ssize_t pos = s.pos + 4
    cdef uint32_t length, kind
    if not has(f, s.pos, 4):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, NFLOG, s.pos, s.pos + 4)
    while has(f, pos, 4):
        length, kind = u16le(f, pos), u16le(f, pos + 2)
        if kind > 0xFF:     # written by a big-endian machine
            length, kind = u16(f, pos), u16(f, pos + 2)
        if length < 4:
            stop(s, w, MALFORMED)
            return
        if kind & 0x7FFF == 9:
            s.end = min(s.end, pos + length)
            w.spans[w.count - 1].end = pos + 4
            go(s, by_family(u8(f, s.pos)), pos + 4)
            return
        pos += (length + 3) & ~3
    s.kind = STOP


cdef inline void llc(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """IEEE 802.2; SNAP (aa aa 03) with an OUI of zeros or Cisco's carries an EtherType."""
    cdef uint32_t oui
    if not has(f, s.pos, 3):
        stop(s, w, MALFORMED)
        return
    found(f, s, w, LLC, s.pos, s.pos + 3)
    w.protocol = P_STP if u16(f, s.pos) == 0x4242 else P_LLC
    if u16(f, s.pos) == 0xAAAA and u8(f, s.pos + 2) == 3 and has(f, s.pos, 8):
        found(f, s, w, SNAP, s.pos + 3, s.pos + 8)
        oui = u32(f, s.pos + 2) & 0xFFFFFF
        go(s, by_ethertype(u16(f, s.pos + 6), w) if oui == 0 or oui == 0x00000C or oui == 0x0000F8 else STOP, s.pos + 8)
    elif u16(f, s.pos) == 0x0606:
        go(s, RAW_IP, s.pos + 3)
    else:
        go(s, STOP, s.pos + 3)


cdef inline void radiotap(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """radiotap.org: version, pad, length (little-endian), presence words, fields. Its flags tell of an FCS and of padding."""
    cdef Py_ssize_t length = u16le(f, s.pos + 2), at = s.pos + 8
    cdef uint32_t present = u32le(f, s.pos + 4), word = present
    if not has(f, s.pos, 8) or length < 8:
        stop(s, w, MALFORMED)
        return
    found(f, s, w, RADIOTAP, s.pos, s.pos + length)
    while word >> 31 and has(f, at, 4) and at < s.pos + length:
        word = u32le(f, at)
        at += 4
    if present & 1:         # TSFT: eight bytes, aligned to eight
        at += (s.pos - at) & 7
        at += 8
    if present & 2:         # flags
        if u8(f, at) & 0x10:
            s.end -= 4
        w.padded = u8(f, at) & 0x20
    go(s, IEEE80211, s.pos + length)


cdef inline void ieee80211(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Data frames as far as LLC; what is encrypted, managed or aggregated ends here."""
    cdef uint32_t control = u16(f, s.pos)       # type and flags, in the order they are sent
    cdef bint qos = control & 0x8C00 == 0x8800
    cdef Py_ssize_t length = 24
    cdef Py_ssize_t src = s.pos + 10, tail
    w.protocol = P_80211
    if not has(f, s.pos, 24):
        stop(s, w, MALFORMED)
        return
    if control & 3 == 3:                        # to and from a distribution system: a fourth address
        length += 6
    elif control & 2:                           # from it: the source is the third address
        src = s.pos + 16
    if qos:
        length += 2
        if control & 0x80:                      # +HTC
            length += 4
    tail = s.pos + length - (6 if control & 0x80 else 2)    # QoS control
    if w.padded:
        length = (length + 3) & ~3
    found(f, s, w, IEEE80211, s.pos, s.pos + length)
    mac(w, src, s.pos + 16 if control & 1 else s.pos + 4)
    if control & 0x0C00 != 0x0800 or control & 0x4000 or control & 0x40:
        s.kind = STOP                           # not data, a null function, or protected
        return
    if qos and u8(f, tail) & 0x80:
        s.kind = STOP                           # an A-MSDU
        return
    go(s, LLC, s.pos + length)
