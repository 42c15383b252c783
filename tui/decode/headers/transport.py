"""THE field tables of TCP and UDP.

Sources: RFC 9293, 768; the flag AE: RFC 7560 and draft-ietf-tcpm-accurate-ecn.
"""

from __future__ import annotations

from tui.decode.headers.field import Field, Form, flag

TCP_FLAGS_WORD = (100, 12)
_RESERVED = {0: "Not set", **dict.fromkeys(range(1, 8), "Set")}

# (name, label, bit of the header, mark in "[TCP Flags: ·······A··S·]", word in "Flags: 0x012 (SYN, ACK)")
TCP_FLAG_BITS = (
    ("tcp.flags.ae", "Accurate ECN", 103, "A", "AE"),
    ("tcp.flags.cwr", "Congestion Window Reduced", 104, "C", "CWR"),
    ("tcp.flags.ece", "ECN-Echo", 105, "E", "ECE"),
    ("tcp.flags.urg", "Urgent", 106, "U", "URG"),
    ("tcp.flags.ack", "Acknowledgment", 107, "A", "ACK"),
    ("tcp.flags.push", "Push", 108, "P", "PSH"),
    ("tcp.flags.reset", "Reset", 109, "R", "RST"),
    ("tcp.flags.syn", "Syn", 110, "S", "SYN"),
    ("tcp.flags.fin", "Fin", 111, "F", "FIN"),
)

SOURCE_PORT = Field("tcp.srcport", "Source Port", 0, 16)
DESTINATION_PORT = Field("tcp.dstport", "Destination Port", 16, 16)
SEQUENCE_RAW = Field("tcp.seq_raw", "Sequence Number (raw)", 32, 32)
ACKNOWLEDGMENT_RAW = Field("tcp.ack_raw", "Acknowledgment number (raw)", 64, 32)
HEADER_LENGTH = Field("tcp.hdr_len", "Header Length", 96, 4, Form.SIZE, None, (96, 8), unit=4)
FLAGS = Field(
    "tcp.flags",
    "Flags",
    100,
    12,
    Form.HEX,
    children=(
        Field("tcp.flags.res", "Reserved", 100, 3, Form.NAME, _RESERVED, TCP_FLAGS_WORD),
        *(flag(name, label, bit, TCP_FLAGS_WORD) for name, label, bit, _, _ in TCP_FLAG_BITS),
    ),
)
WINDOW = Field("tcp.window_size_value", "Window", 112, 16)
CHECKSUM = Field("tcp.checksum", "Checksum", 128, 16, Form.HEX)
URGENT_POINTER = Field("tcp.urgent_pointer", "Urgent Pointer", 144, 16)

TCP = (
    SOURCE_PORT,
    DESTINATION_PORT,
    SEQUENCE_RAW,
    ACKNOWLEDGMENT_RAW,
    HEADER_LENGTH,
    FLAGS,
    WINDOW,
    CHECKSUM,
    URGENT_POINTER,
)

UDP = (
    Field("udp.srcport", "Source Port", 0, 16),
    Field("udp.dstport", "Destination Port", 16, 16),
    Field("udp.length", "Length", 32, 16),
    Field("udp.checksum", "Checksum", 48, 16, Form.HEX),
)
