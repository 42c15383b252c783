# cython: language_level=3
"""What a walk over one frame is made of: the frame, the next step, and what was found.

Every byte of a packet is read through `u8`, `u16`, `u32` (and their little-endian twins), which check against the captured end of that
very frame: a hostile length can reach neither the next packet nor foreign memory, it reads as 0. A header function asks `has` first.
"""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from *:
    void prefetch "__builtin_prefetch" (const void* place) noexcept nogil   # asks memory for it, and does not wait

cdef enum:
    MAX_LAYERS = 48     # a frame nested deeper is walked no further: bounds the work on hostile packets

# The numbers of schema.Layer; tests/index/test_scan.py holds them to it.
cdef enum:
    STOP = 0
    ETHERNET = 1
    VLAN = 2
    MPLS = 3
    PPPOE = 4
    PPP = 5
    SLL = 6
    SLL2 = 7
    NULL_AF = 8
    LLC = 9
    SNAP = 10
    RADIOTAP = 11
    IEEE80211 = 12
    NFLOG = 13
    ENC = 14
    ARP = 15
    IPV4 = 16
    IPV6 = 17
    HOP_BY_HOP = 18
    ROUTING = 19
    FRAGMENT = 20
    DESTINATION = 21
    AH = 22
    MOBILITY = 23
    GRE = 24
    UDP = 25
    VXLAN = 26
    GENEVE = 27
    GTPU = 28
    L2TP = 29
    TCP = 30
    ICMP = 31
    ICMPV6 = 32
    PAYLOAD = 33
    TRAILER = 34
    LOOP_AF = 35        # from here on: not layers of their own, only ways to begin
    RAW_IP = 36
    HDLC = 37
    ERSPAN = 38
    VN_TAG = 39
    E_TAG = 40
    METADATA = 41
    MACSEC = 42
    BACKBONE = 43
    NSH = 44
    VXLAN_GPE = 45
    TEREDO = 46
    AYIYA = 47
    LISP = 48
    ETHERIP = 49
    PPI = 50
    PRISM = 51
    AVS = 52
    PFLOG = 53
    DIRECTED_PPP = 54
    FRAME_RELAY = 55
    FIBRE_CHANNEL = 56
    TOKEN_RING = 57
    KINDS = 58

# The numbers of schema.Protocol that the walk gives out.
cdef enum:
    P_UNKNOWN = 0
    P_ETHERNET = 1
    P_ARP = 2
    P_IPV4 = 3
    P_IPV6 = 4
    P_ICMP = 5
    P_ICMPV6 = 6
    P_IGMP = 7
    P_UDP = 8
    P_TCP = 9
    P_SCTP = 10
    P_GRE = 11
    P_ESP = 12
    P_DNS = 13
    P_MDNS = 14
    P_DHCP = 15
    P_DHCPV6 = 16
    P_NTP = 17
    P_SSDP = 18
    P_LLC = 19
    P_STP = 20
    P_LLDP = 21
    P_PPP = 22
    P_PPPOED = 23
    P_80211 = 24
    P_EAPOL = 25
    P_OSPF = 27
    P_PIM = 28
    P_VRRP = 29
    P_LLMNR = 30
    P_NBNS = 31
    P_SNMP = 32
    P_SYSLOG = 33
    P_RADIUS = 34
    P_L2TP = 35
    P_GTP = 36
    P_VXLAN = 37
    P_GENEVE = 38
    P_MPLS = 39
    P_AH = 40

# The bits of schema.Mark that the walk sets.
cdef enum:
    FROM_B = 1
    HAS_TCP = 2
    QUOTED = 4
    CUT_HEADER = 8
    IS_FRAGMENT = 16
    REASSEMBLED = 32
    COMMENT = 64
    MALFORMED = 128
    PARTIAL = 256
    SHORT = 512
    UNTIMED = 1024
    CUT_FIXED = 2048
    HARD = 4096

cdef struct Frame:
    const uint8_t* at
    Py_ssize_t size         # bytes captured
    Py_ssize_t length       # bytes on the wire

cdef struct Step:
    int kind                # what is expected next
    Py_ssize_t pos          # where it begins
    Py_ssize_t end          # where what carries it says that it ends: may lie behind the captured bytes

cdef struct Span:
    int kind
    Py_ssize_t start
    Py_ssize_t end

cdef struct Walk:
    int count
    Span spans[MAX_LAYERS]
    int protocol            # Proto
    int marks               # Marks
    bint cut                # the innermost IPv4 header states more bytes than what carries it
    bint padded             # radiotap: the 802.11 header is filled up to a multiple of 4
    int family              # of src_at, dst_at: 4, 6, 48 (MAC), 0 (none)
    Py_ssize_t src_at
    Py_ssize_t dst_at
    int key_family          # of the innermost IP header, a quoted one too
    Py_ssize_t key_src_at
    Py_ssize_t key_dst_at
    Py_ssize_t ip_at        # innermost IP header that was sent (not quoted); -1
    Py_ssize_t tcp_at       # innermost TCP header; -1
    Py_ssize_t tcp_end      # end of its segment by the IP header
    int srcport
    int dstport

ctypedef void (*Header)(const Frame*, Step*, Walk*) noexcept nogil


cdef inline bint has(const Frame* f, Py_ssize_t pos, Py_ssize_t length) noexcept nogil:
    return 0 <= pos and pos <= f.size and length <= f.size - pos

cdef inline uint32_t u8(const Frame* f, Py_ssize_t pos) noexcept nogil:
    return f.at[pos] if has(f, pos, 1) else 0

cdef inline uint32_t u16(const Frame* f, Py_ssize_t pos) noexcept nogil:
    return (<uint32_t>f.at[pos] << 8 | f.at[pos + 1]) if has(f, pos, 2) else 0

cdef inline uint32_t u32(const Frame* f, Py_ssize_t pos) noexcept nogil:
    return (u16(f, pos) << 16 | u16(f, pos + 2)) if has(f, pos, 4) else 0

cdef inline uint32_t u16le(const Frame* f, Py_ssize_t pos) noexcept nogil:
    return (<uint32_t>f.at[pos + 1] << 8 | f.at[pos]) if has(f, pos, 2) else 0

cdef inline uint32_t u32le(const Frame* f, Py_ssize_t pos) noexcept nogil:
    return (u16le(f, pos + 2) << 16 | u16le(f, pos)) if has(f, pos, 4) else 0


cdef inline void found(const Frame* f, const Step* s, Walk* w, int kind, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Note a layer; what was not captured of it, or lies behind the end that its carrier states, is cut off."""
    if w.count < MAX_LAYERS and start < min(f.size, s.end):
        w.spans[w.count].kind = kind
        w.spans[w.count].start = min(start, f.size)
        w.spans[w.count].end = max(w.spans[w.count].start, min(end, min(f.size, s.end)))
        w.count += 1

cdef inline void stop(Step* s, Walk* w, int marks) noexcept nogil:
    s.kind = STOP
    w.marks |= marks

cdef inline void go(Step* s, int kind, Py_ssize_t pos) noexcept nogil:
    s.kind = kind
    s.pos = pos
