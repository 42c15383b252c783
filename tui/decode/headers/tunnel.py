"""THE field tables of tunnels: GRE, VXLAN, GENEVE, GTP-U, L2TP.

Sources: RFC 2784, 2890, 2637, 7348, 8926, 2661; 3GPP TS 29.281. Rows that a flag of the header announces are
kept apart, with `start` 0: each stands where the one before ends.
"""

from __future__ import annotations

from tui.decode.headers.field import Field, Form, bits, flag
from tui.decode.headers.names import ETHERTYPES

_YES = {0: "No", 1: "Yes"}
_WORD = (0, 16)

GRE = (
    Field(
        "gre.flags_and_version",
        "Flags and Version",
        0,
        16,
        Form.HEX,
        children=(
            flag("gre.flags.checksum", "Checksum Bit", 0, _WORD, _YES),
            flag("gre.flags.routing", "Routing Bit", 1, _WORD, _YES),
            flag("gre.flags.key", "Key Bit", 2, _WORD, _YES),
            flag("gre.flags.sequence_number", "Sequence Number Bit", 3, _WORD, _YES),
            flag("gre.flags.strict_source_route", "Strict Source Route Bit", 4, _WORD, _YES),
            bits("gre.flags.recursion_control", "Recursion control", 5, 3, _WORD),
            bits("gre.flags.reserved", "Flags (Reserved)", 8, 5, _WORD),
            Field("gre.flags.version", "Version", 13, 3, Form.NAMED, {0: "GRE", 1: "Enhanced GRE"}, _WORD),
        ),
    ),
    Field("gre.proto", "Protocol Type", 16, 16, Form.NAMED_HEX, ETHERTYPES),
)
_CHECKSUM = (Field("gre.checksum", "Checksum", 0, 16, Form.HEX), Field("gre.offset", "Offset", 0, 16))
_KEY = (Field("gre.key", "Key", 0, 32, Form.HEX),)
_SEQUENCE = (Field("gre.sequence_number", "Sequence Number", 0, 32),)
GRE_OPTIONAL = ((0xC000, _CHECKSUM), (0x2000, _KEY), (0x1000, _SEQUENCE))  # RFC 2890
PPTP_OPTIONAL = (  # RFC 2637: version 1 has the key split, and an acknowledgment
    (
        0x2000,
        (
            Field("gre.key.payload_length", "Payload Length", 0, 16),
            Field("gre.key.call_id", "Call ID", 0, 16),
        ),
    ),
    (0x1000, _SEQUENCE),
    (0x0080, (Field("gre.ack_number", "Acknowledgment Number", 0, 32),)),
)

_DEFINED = {0: "Not defined", 1: "Defined"}
_TRUE = {0: "False", 1: "True"}

VXLAN = (
    Field(
        "vxlan.flags",
        "Flags",
        0,
        16,
        Form.HEX,
        children=(
            flag("vxlan.flag_g", "GBP Extension", 0, _WORD, _DEFINED),
            flag("vxlan.flag_i", "VXLAN Network ID (VNI)", 4, _WORD, _TRUE),
            flag("vxlan.flag_d", "Don't Learn", 9, _WORD, _TRUE),
            flag("vxlan.flag_a", "Policy Applied", 12, _WORD, _TRUE),
        ),
    ),
    Field("vxlan.gbp", "Group Policy ID", 16, 16),
    Field("vxlan.vni", "VXLAN Network Identifier (VNI)", 32, 24),
    Field("vxlan.reserved8", "Reserved", 56, 8),
)

_RESERVED = {0: "Not set", **dict.fromkeys(range(1, 64), "Set")}

GENEVE = (
    bits("geneve.version", "Version", 0, 2, (0, 8)),
    Field("", "Options length", 2, 6, Form.SIZE, None, (0, 8), unit=4),
    Field(
        "geneve.flags",
        "Flags",
        8,
        8,
        Form.HEX,
        children=(
            flag("geneve.flags.oam", "Operations, Administration and Management Frame", 8, (8, 8)),
            flag("geneve.flags.critical", "Critical Options Present", 9, (8, 8)),
            Field("geneve.flags.reserved", "Reserved", 10, 6, Form.NAME, _RESERVED, (8, 8)),
        ),
    ),
    Field("geneve.proto_type", "Protocol Type", 16, 16, Form.NAMED_HEX, ETHERTYPES),
    Field("geneve.vni", "Virtual Network Identifier (VNI)", 32, 24, Form.HEX_DECIMAL),
    Field("geneve.reserved", "Reserved", 56, 8, Form.HEX),
)
GENEVE_OPTION = (
    Field("geneve.option.class", "Class", 0, 16, Form.HEX),
    Field("geneve.option.type", "Type", 16, 8, Form.HEX),
    Field("geneve.option.length", "Length", 27, 5, Form.SIZE, None, (24, 8), unit=4),
)

_GTP_MESSAGES = {
    0x01: "Echo request",
    0x02: "Echo response",
    0x1A: "Error indication",
    0xFE: "End marker",
    0xFF: "T-PDU",
}

GTPU = (
    Field(
        "gtp.flags",
        "Flags",
        0,
        8,
        Form.HEX,
        children=(
            bits("gtp.flags.version", "Version", 0, 3, (0, 8)),
            Field("gtp.flags.payload", "Protocol type", 3, 1, Form.NAMED, {0: "GTP'", 1: "GTP"}, (0, 8)),
            bits("gtp.flags.reserved", "Reserved", 4, 1, (0, 8)),
            flag("gtp.flags.e", "Is Next Extension Header present?", 5, (0, 8), _YES),
            flag("gtp.flags.s", "Is Sequence Number present?", 6, (0, 8), _YES),
            flag("gtp.flags.pn", "Is N-PDU number present?", 7, (0, 8), _YES),
        ),
    ),
    Field("gtp.message", "Message Type", 8, 8, Form.NAMED_HEX, _GTP_MESSAGES),
    Field("gtp.length", "Length", 16, 16),
    Field("gtp.teid", "TEID", 32, 32, Form.HEX_DECIMAL),
)
GTPU_OPTIONAL = (  # there if any of the flags E, S, PN is set; each means something with its own flag
    (2, Field("gtp.seq_number", "Sequence number", 64, 16, Form.HEX_DECIMAL)),
    (1, Field("gtp.npdu_number", "N-PDU Number", 80, 8, Form.HEX)),
    (4, Field("gtp.ext_hdr.next", "Next extension header type", 88, 8, Form.HEX)),
)

L2TP = (
    Field(
        "l2tp.flags",
        "Flags",
        0,
        16,
        Form.HEX,
        children=(
            Field("l2tp.type", "Type", 0, 1, Form.NAMED, {0: "Data Message", 1: "Control Message"}, _WORD),
            flag(
                "l2tp.length_bit",
                "Length Bit",
                1,
                _WORD,
                {0: "Length field is not present", 1: "Length field is present"},
            ),
            flag(
                "l2tp.seq_bit",
                "Sequence Bit",
                4,
                _WORD,
                {0: "Ns and Nr fields are not present", 1: "Ns and Nr fields are present"},
            ),
            flag(
                "l2tp.offset_bit",
                "Offset bit",
                6,
                _WORD,
                {0: "Offset Size field is not present", 1: "Offset Size field is present"},
            ),
            flag(
                "l2tp.priority", "Priority", 7, _WORD, {0: "No priority", 1: "This data message has priority"}
            ),
            bits("l2tp.version", "Version", 12, 4, _WORD),
        ),
    ),
)
_TUNNEL = (Field("l2tp.tunnel", "Tunnel ID", 0, 16), Field("l2tp.session", "Session ID", 0, 16))
L2TP_OPTIONAL = (  # RFC 2661 section 3.1; a mask of 0 is always there
    (0x4000, (Field("l2tp.length", "Length", 0, 16),)),
    (0x0000, _TUNNEL),
    (0x0800, (Field("l2tp.Ns", "Ns", 0, 16), Field("l2tp.Nr", "Nr", 0, 16))),
    (0x0200, (Field("l2tp.offset", "Offset", 0, 16),)),
)
