# cython: language_level=3
"""Tags between Ethernet and IP, and link headers of captures, that are stepped over: none is a layer of its own.

Each function is as those of link.pxd, but notes nothing. Link headers: the LINKTYPE_ pages of tcpdump.org.
"""

from tui.index.link cimport by_ethertype, by_family, mac
from tui.index.walk cimport *


cdef inline void tag(const Frame* f, Step* s, Walk* w, Py_ssize_t length) noexcept nogil:
    """A tag whose last two bytes say what follows."""
    if not has(f, s.pos, length):
        stop(s, w, MALFORMED)
        return
    go(s, by_ethertype(u16(f, s.pos + length - 2), w), s.pos + length)


cdef inline void vn_tag(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Cisco's VN-Tag."""
    tag(f, s, w, 6)


cdef inline void e_tag(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """IEEE 802.1BR."""
    tag(f, s, w, 8)


cdef inline void metadata(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """Cisco MetaData: version, length, and one option, which is a group's number."""
    tag(f, s, w, 8)


cdef inline void macsec(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """IEEE 802.1AE: what is not encrypted stands between the tag, which may name its channel, and the check value."""
    cdef uint32_t control = u8(f, s.pos)
    s.end -= 16
    if control & 0x0C:
        s.kind = STOP
    else:
        tag(f, s, w, 16 if control & 0x20 else 8)


cdef inline void backbone(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """IEEE 802.1ah: four bytes before the customer's addresses and type."""
    tag(f, s, w, 18)


cdef inline int by_next_protocol(uint32_t number) noexcept nogil:
    """What NSH (RFC 8300 §2.2) and VXLAN-GPE number alike."""
    return IPV4 if number == 1 else IPV6 if number == 2 else ETHERNET if number == 3 else NSH if number == 4 else MPLS if number == 5 else STOP


cdef inline void nsh(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 8300: the length in units of 4."""
    cdef Py_ssize_t length = (u8(f, s.pos + 1) & 0x3F) * 4
    if not has(f, s.pos, 8) or length < 8:
        stop(s, w, MALFORMED)
        return
    go(s, by_next_protocol(u8(f, s.pos + 3)), s.pos + length)


cdef inline void directed_ppp(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_PPP_WITH_DIR: a byte that says who sent it."""
    go(s, PPP, s.pos + 1)


cdef inline void pflog(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_PFLOG (OpenBSD): the header's length, which is then filled up to a multiple of 4, and the family."""
    if not has(f, s.pos, 2):
        stop(s, w, MALFORMED)
        return
    go(s, by_family(u8(f, s.pos + 1)), s.pos + ((u8(f, s.pos) + 3) & ~3))


cdef inline void fibre_channel(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_IP_OVER_FC (RFC 2625): two addresses of eight bytes."""
    go(s, LLC, s.pos + 16)


cdef inline void frame_relay(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """RFC 2427: an address of two bytes, control, and the protocol's number (NLPID)."""
    cdef uint32_t number = u8(f, s.pos + 3)
    go(s, IPV4 if number == 0xCC else IPV6 if number == 0x8E else STOP, s.pos + 4)


cdef inline void token_ring(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """IEEE 802.5: access and frame control, addresses, and the route if the source's first bit says so; then LLC."""
    cdef Py_ssize_t pos = s.pos + 14
    if not has(f, s.pos, 14):
        stop(s, w, MALFORMED)
        return
    mac(w, s.pos + 8, s.pos + 2)
    if u8(f, s.pos + 8) & 0x80:
        pos += u8(f, pos) & 31
    go(s, LLC if u8(f, s.pos + 1) >> 6 == 1 else STOP, pos)


cdef inline void prism(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_IEEE802_11_PRISM: message and its length, in the machine's byte order; some drivers write AVS instead."""
    if u32(f, s.pos) >> 12 == 0x80211:
        s.kind = AVS
    else:
        go(s, IEEE80211, s.pos + (u32le(f, s.pos + 4) if u32le(f, s.pos) < 0x10000 else u32(f, s.pos + 4)))


cdef inline void avs(const Frame* f, Step* s, Walk* w) noexcept nogil:
    """LINKTYPE_IEEE802_11_AVS: version and length."""
    go(s, IEEE80211, s.pos + u32(f, s.pos + 4))
