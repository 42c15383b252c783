"""THE column tables: what the index knows of a packet and of a connection.

A packet is a row of :data:`PACKET`, a connection a row of :data:`CONNECTION`; the kernels (`scan.pyx`,
`track.pyx`) fill such rows and check at import that their C structs agree. A new column is a row here and a
member of the struct, nowhere else. Integers are in host byte order, already decoded; times are nanoseconds
since 1970 (UTC); positions are bytes from the frame's first byte.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

import numpy as np
from msgspec import Struct


class Column(Struct, frozen=True):
    """One column: its name, its numpy type, what it holds, and whether the packet table keeps it.

    A column that is not kept exists only while a chunk goes from the scan kernel to the track kernel.
    """

    name: str
    dtype: str
    text: str
    kept: bool = True


PACKET_COLUMNS = (
    Column("offset", "i8", "where the captured bytes begin in the capture file"),
    Column("time", "i8", "when it was captured, ns since 1970 UTC"),
    Column("caplen", "u4", "bytes captured (frame.cap_len)"),
    Column("length", "u4", "bytes on the wire (frame.len)"),
    Column("src", "u4", "source: number in the address book; 0 is none"),
    Column("dst", "u4", "destination: number in the address book; 0 is none"),
    Column("seq", "u4", "tcp.seq_raw"),
    Column("ack", "u4", "tcp.ack_raw"),
    Column("seglen", "u4", "tcp.len: payload bytes by the IP header, not by what was captured"),
    Column("stream", "i4", "tcp.stream: row of the connection table; -1 is none"),
    Column("interface", "u2", "number in the capture's list of interfaces"),
    Column("ip_at", "u2", "where the innermost IP header begins; NOWHERE if none"),
    Column(
        "tcp_at",
        "u2",
        "where the innermost TCP header begins; NOWHERE if none, or if it is not in this frame",
    ),
    Column("srcport", "u2", "source port of TCP or UDP"),
    Column("dstport", "u2", "destination port of TCP or UDP"),
    Column("bits", "u2", "bytes 12 and 13 of the TCP header: data offset (4 bits), flags (12 bits)"),
    Column("window", "u2", "tcp.window_size_value: as sent, not scaled"),
    Column("ip_id", "u2", "ip.id; 0 for IPv6"),
    Column("marks", "u2", "see Mark"),
    Column("protocol", "u1", "see Protocol"),
    Column("analysis", "u2", "see Analysis"),
    Column("acked", "u4", "tcp.analysis.acks_frame: number of the packet that it acknowledges; 0 is none"),
    Column(
        "repeats",
        "u4",
        "number of the packet that it repeats: the ACK that a duplicate ACK says again, or the segment since "
        "which a retransmission waited (tcp.analysis.rto_frame); 0 is none",
    ),
    Column("duplicates", "u4", "tcp.analysis.duplicate_ack_num"),
    Column("in_flight", "u4", "tcp.analysis.bytes_in_flight; 0 is not known"),
    Column("pushed", "u4", "tcp.analysis.push_bytes_sent"),
    Column("wscale", "i1", "tcp.options.wscale.shift of a SYN; SCALE_UNKNOWN if none", kept=False),
    Column("sacked", "u4", "bytes in the first blocks of its option SACK", kept=False),
    Column("key_src", "u4", "source of the innermost IP header, a quoted one too", kept=False),
    Column("key_dst", "u4", "destination of the innermost IP header, a quoted one too", kept=False),
)

CONNECTION_COLUMNS = (
    Column("first", "i8", "row of its first packet"),
    Column("last", "i8", "row of its latest packet"),
    Column("start", "i8", "time of its first packet, ns since 1970 UTC"),
    Column("end", "i8", "time of its latest packet, ns since 1970 UTC"),
    Column("syn_time", "i8", "time of its latest SYN without ACK; 0 is none"),
    Column("initial_rtt", "i8", "tcp.analysis.initial_rtt, ns; 0 is not known"),
    Column("bytes", "(2,)u8", "payload bytes sent by end A, the sender of the first packet, and by end B"),
    Column("packets", "(2,)u4", "segments sent by A, B"),
    Column("addr", "(2,)u4", "addresses of A, B: numbers in the address book"),
    Column("base", "(2,)u4", "relative sequence number 0 of A, B"),
    Column("port", "(2,)u2", "ports of A, B"),
    Column("known", "u1", "see Known"),
    Column("scale", "(2,)i1", "window scale shift of A's and B's windows; SCALE_UNKNOWN, SCALE_NONE"),
    Column("completeness", "u1", "tcp.completeness: the OR of Wireshark's bits"),
    Column(
        "opening", "u1", "those of them that only its first packet gives: tshark -2 has them after it only"
    ),
)

NOWHERE = 0xFFFF
LEAST_BITS = 5 << 12  # `bits` of a TCP header of 20 bytes: of one that claims less little is told
SCALE_UNKNOWN = -1  # no SYN was seen: tcp.window_size_scalefactor is -1
SCALE_NONE = -2  # a SYN came without the option: no scaling is used


def _dtype(columns: tuple[Column, ...]) -> np.dtype[np.void]:
    return np.dtype([(column.name, column.dtype) for column in columns])


# What the scan kernel needs of an interface: one row each; a pcap file has one, a pcapng section its own.
LINK_COLUMNS = (
    Column("link_type", "i4", "LINKTYPE_ number"),
    Column("snap_length", "u4", "most bytes captured of a packet; 0 is no limit"),
    Column("multiplier", "u8", "ns = ticks * multiplier / divisor"),
    Column("divisor", "u8", "see multiplier"),
    Column("time_offset", "i8", "seconds to add"),
    Column("number", "u2", "its number in the capture's list of interfaces"),
)

ADDRESS_COLUMNS = (
    Column("family", "u1", "4, 6, or 48 for a hardware address of 48 bits; 0 is none"),
    Column("raw", "(16,)u1", "the address, filled up with zeros"),
)

PACKET = _dtype(PACKET_COLUMNS)
LINK = _dtype(LINK_COLUMNS)
ADDRESS = _dtype(ADDRESS_COLUMNS)
CONNECTION = _dtype(CONNECTION_COLUMNS)


class Mark(IntFlag):
    """What else is known of a packet: bits of the column `marks`."""

    FROM_B = 1  # sent by end B of its connection (the one that did not send the first packet)
    TCP = 2  # the TCP columns hold a TCP header, sent here or quoted
    QUOTED = 4  # the TCP columns hold a header that an ICMP error quotes
    CUT_HEADER = 8  # fewer bytes were captured than its TCP header has
    FRAGMENT = 16  # an IP fragment whose datagram is not complete with it
    REASSEMBLED = 32  # its TCP header comes from a datagram that this fragment completes
    COMMENT = 64  # pcapng: it carries options, so perhaps a comment
    MALFORMED = 128  # some header contradicts itself or the frame
    PARTIAL = 256  # of its TCP header fewer than 16 bytes are there: it has no stream (Wireshark's rule)
    SHORT = 512  # only a part of its segment, or of its TCP header: no length, no analysis (Wireshark's rule)
    UNTIMED = 1024  # its record carries no time (pcapng simple packet block)
    CUT_FIXED = (
        2048  # of its TCP header fewer than 20 bytes are there: it has no tcp.time_* (Wireshark's rule)
    )
    HARD = 4096  # a hard ICMP error (RFC 9293 §3.9.2.2): it says that the protocol or the port is unreachable


class Known(IntFlag):
    """What is known of a connection: bits of the column `known`."""

    BASE_A = 1  # base[0] is set
    BASE_B = 2  # base[1] is set
    SYN_A = 4  # a SYN of end A was seen
    SYN_B = 8  # a SYN of end B was seen
    REUSED = 16  # its SYN reuses the ports of an earlier connection (tcp.analysis.reused_ports)


class Analysis(IntFlag):
    """What Wireshark says of a segment: bits of the column `analysis`; ANALYSIS_TEXTS has the words."""

    REUSED_PORTS = 1
    RETRANSMISSION = 2
    FAST_RETRANSMISSION = 4
    SPURIOUS_RETRANSMISSION = 8
    OUT_OF_ORDER = 16
    LOST_SEGMENT = 32
    ACK_LOST_SEGMENT = 64
    WINDOW_UPDATE = 128
    WINDOW_FULL = 256
    KEEP_ALIVE = 512
    KEEP_ALIVE_ACK = 1024
    DUPLICATE_ACK = 2048
    ZERO_WINDOW_PROBE = 4096
    ZERO_WINDOW = 8192
    ZERO_WINDOW_PROBE_ACK = 16384
    ANALYSED = 32768  # something is said of it: a bit above, what it acknowledges, or bytes in flight


RETRANSMISSIONS = Analysis.RETRANSMISSION | Analysis.FAST_RETRANSMISSION | Analysis.SPURIOUS_RETRANSMISSION
"""Wireshark calls the other two retransmissions as well."""


class AnalysisText(Struct, frozen=True):
    """Wireshark's words for a member of Analysis.

    `info` stands in brackets before the Info text, the last of several first; `text` and `severity` are the
    header tree's. {repeats} and {duplicates} stand for the columns of that name.
    """

    flag: Analysis
    info: str
    severity: str
    text: str

    @property
    def field(self) -> str:
        """Wireshark's field: "tcp.analysis.retransmission"."""
        return f"tcp.analysis.{(self.flag.name or '').lower()}"


ANALYSIS_TEXTS = tuple(
    AnalysisText(*row)
    for row in (
        (
            Analysis.REUSED_PORTS,
            "TCP Port numbers reused",
            "Note",
            "A new tcp session is started with the same ports as an earlier session in this trace",
        ),
        (
            Analysis.RETRANSMISSION,
            "TCP Retransmission",
            "Note",
            "This frame is a (suspected) retransmission",
        ),
        (
            Analysis.FAST_RETRANSMISSION,
            "TCP Fast Retransmission",
            "Note",
            "This frame is a (suspected) fast retransmission",
        ),
        (
            Analysis.SPURIOUS_RETRANSMISSION,
            "TCP Spurious Retransmission",
            "Note",
            "This frame is a (suspected) spurious retransmission",
        ),
        (
            Analysis.OUT_OF_ORDER,
            "TCP Out-Of-Order",
            "Warning",
            "This frame is a (suspected) out-of-order segment",
        ),
        (
            Analysis.LOST_SEGMENT,
            "TCP Previous segment not captured",
            "Warning",
            "Previous segment(s) not captured (common at capture start)",
        ),
        (
            Analysis.ACK_LOST_SEGMENT,
            "TCP ACKed unseen segment",
            "Warning",
            "ACKed segment that wasn't captured (common at capture start)",
        ),
        (Analysis.WINDOW_UPDATE, "TCP Window Update", "Chat", "TCP window update"),
        (
            Analysis.WINDOW_FULL,
            "TCP Window Full",
            "Warning",
            "TCP window specified by the receiver is now completely full",
        ),
        (Analysis.KEEP_ALIVE, "TCP Keep-Alive", "Note", "TCP keep-alive segment"),
        (Analysis.KEEP_ALIVE_ACK, "TCP Keep-Alive ACK", "Note", "ACK to a TCP keep-alive segment"),
        (
            Analysis.DUPLICATE_ACK,
            "TCP Dup ACK {repeats}#{duplicates}",
            "Note",
            "Duplicate ACK (#{duplicates})",
        ),
        (Analysis.ZERO_WINDOW_PROBE, "TCP ZeroWindowProbe", "Note", "TCP Zero Window Probe"),
        (Analysis.ZERO_WINDOW, "TCP ZeroWindow", "Warning", "TCP Zero Window segment"),
        (Analysis.ZERO_WINDOW_PROBE_ACK, "TCP ZeroWindowProbeAck", "Note", "ACK to a TCP Zero Window Probe"),
    )
)


class Protocol(IntEnum):
    """What the packet list's Protocol column says: the innermost protocol that was recognised.

    The kernel knows the members by number; the name is the text (`_` stands for "-" or "." where LABELS does
    not say otherwise).
    """

    UNKNOWN = 0
    ETHERNET = 1
    ARP = 2
    IPV4 = 3
    IPV6 = 4
    ICMP = 5
    ICMPV6 = 6
    IGMP = 7
    UDP = 8
    TCP = 9
    SCTP = 10
    GRE = 11
    ESP = 12
    DNS = 13
    MDNS = 14
    DHCP = 15
    DHCPV6 = 16
    NTP = 17
    SSDP = 18
    LLC = 19
    STP = 20
    LLDP = 21
    PPP = 22
    PPPOED = 23
    IEEE80211 = 24
    EAPOL = 25
    QUIC = 26
    OSPF = 27
    PIM = 28
    VRRP = 29
    LLMNR = 30
    NBNS = 31
    SNMP = 32
    SYSLOG = 33
    RADIUS = 34
    L2TP = 35
    GTP = 36
    VXLAN = 37
    GENEVE = 38
    MPLS = 39
    AH = 40


LABELS = {
    Protocol.UNKNOWN: "Unknown",
    Protocol.ETHERNET: "Ethernet",
    Protocol.IPV4: "IPv4",
    Protocol.IPV6: "IPv6",
    Protocol.ICMPV6: "ICMPv6",
    Protocol.DHCPV6: "DHCPv6",
    Protocol.IEEE80211: "802.11",
    Protocol.PPPOED: "PPPoED",
    Protocol.SYSLOG: "Syslog",
}


def label(protocol: int) -> str:
    """The text of the Protocol column, as Wireshark has it."""
    member = Protocol(protocol)
    return LABELS.get(member, member.name)


class Layer(IntEnum):
    """The kinds of header that the scan kernel walks over, in `scan.layers`."""

    ETHERNET = 1
    VLAN = 2  # 802.1Q, 802.1ad: TCI and the type that follows; the TPID is the type of the header before
    MPLS = 3
    PPPOE = 4
    PPP = 5
    SLL = 6
    SLL2 = 7
    NULL = 8
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
    PAYLOAD = 33  # bytes that belong to the layer before and are not walked further
    TRAILER = 34  # behind the end that the headers state: Ethernet padding, frame check sequence
