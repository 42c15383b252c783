"""THE table of TCP's options, in Wireshark's words.

Sources: the IANA registry "TCP Option Kind Numbers"; RFC 9293, 7323, 2018, 2385, 5925, 5482, 7413, 6994,
4782, 8684.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.headers.field import Field, Form, bits, extract, flag, read_all
from tui.decode.mptcp import SUBTYPE, SUBTYPES, mptcp_nodes
from tui.decode.nodes import Node, computed
from tui.decode.options import Family, Item, Option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.decode.counting import Counting

MAX_WINDOW_SHIFT = 14  # RFC 7323 2.3
FAST_OPEN_MAGIC = 0xF989  # RFC 7413's experiment, IANA "TCP Experimental Option Experiment Identifiers"

KINDS: Mapping[int, str] = {
    0: "End of Option List",
    1: "No-Operation",
    2: "Maximum Segment Size",
    3: "Window Scale",
    4: "SACK Permitted",
    5: "SACK",
    6: "Echo",
    7: "Echo Reply",
    8: "Time Stamp Option",
    9: "Partial Order Connection Permitted",
    10: "Partial Order Service Profile",
    11: "CC",
    12: "CC.NEW",
    13: "CC.ECHO",
    14: "TCP Alternate Checksum Request",
    15: "TCP Alternate Checksum Data",
    16: "Skeeter",
    17: "Bubba",
    18: "Trailer Checksum Option",
    19: "MD5 Signature Option",
    20: "SCPS Capabilities",
    21: "Selective Negative Acknowledgements",
    22: "Record Boundaries",
    23: "Corruption experienced",
    24: "SNAP",
    26: "TCP Compression Filter",
    27: "Quick-Start Response",
    28: "User Timeout Option",
    29: "The TCP Authentication Option",
    30: "Multipath TCP",
    34: "TCP Fast Open Cookie",
    76: "Riverbed Probe",
    77: "Riverbed Probe",
    78: "Riverbed Transparency",
    172: "Accurate ECN Order 0",
    174: "Accurate ECN Order 1",
    253: "RFC3692-style Experiment 1",
    254: "RFC3692-style Experiment 2",
}
_KIND = Field("tcp.option_kind", "Kind", 0, 8, Form.NAMED, KINDS)
_LENGTH = Field("tcp.option_len", "Length", 8, 8)
_SHIFT = Field("tcp.options.wscale.shift", "Shift count", 16, 8)
_EXPERIMENT = Field(
    "tcp.options.experimental.exid",
    "Experiment Identifier",
    16,
    16,
    Form.NAMED_HEX,
    {FAST_OPEN_MAGIC: "Fast Open"},
)
_ACC_ECN = {
    "ee0b": "Accurate ECN Echo ECT(0) Byte Counter",
    "eceb": "Accurate ECN Echo CE Byte Counter",
    "ee1b": "Accurate ECN Echo ECT(1) Byte Counter",
}
_QUICK_START_RATES = {n: f"{40 << n} Kbit/s" if n else "0 bit/s" for n in range(16)}
_SCPS_WORD = (16, 8)


def multiplier(shift: int) -> int:
    """What a window scale option multiplies by; a shift over 14 counts as 14 (RFC 7323 2.3)."""
    return 1 << min(shift, MAX_WINDOW_SHIFT)


def _rest_as(name: str, label: str, first: int) -> Callable[[bytes, Item, Counting], tuple[Node, ...]]:
    """All bytes from byte `first` of the option on, as one field."""

    def rest(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
        size = _stated(frame, item) - first
        field = Field(name, label, first * 8, size * 8, Form.BYTES)
        return read_all((field,), frame, item.start) if size > 0 else ()

    return rest


def _stated(frame: bytes, item: Item) -> int:
    """The length that an option states: more than there is of it if the frame ends before."""
    return frame[item.start + 1]


_SIDES = (("tcp.options.sack_le", "left edge"), ("tcp.options.sack_re", "right edge"))


def _edges(frame: bytes, item: Item) -> list[tuple[int, int]]:
    """The blocks of a SACK option (RFC 2018): left and right edge, raw."""
    pairs = range(item.start + 2, item.end - 7, 8)
    return [(int.from_bytes(frame[at : at + 4]), int.from_bytes(frame[at + 4 : at + 8])) for at in pairs]


def _sack_nodes(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    nodes: list[Node] = []
    suffix = " (relative)" if edges.relative else ""
    for number, at in enumerate(range(item.start + 2, item.end - 3, 4)):
        name, label = _SIDES[number % 2]
        raw = int.from_bytes(frame[at : at + 4])
        text = f"{label} = {edges.text(raw)}{suffix}"
        nodes.append(Node(name, text, at * 8, at * 8 + 32, (), edges.value(raw)))
    count = len(nodes) // 2
    if item.end - item.start == _stated(frame, item):
        nodes.append(computed("tcp.options.sack.count", f"TCP SACK Count: {count}", count))
    return tuple(nodes)


def _sack_tag(frame: bytes, item: Item, edges: Counting) -> str:
    return " ".join(f"SLE={edges.text(left)} SRE={edges.text(right)}" for left, right in _edges(frame, item))


def _multiplier_node(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    shift = extract(_SHIFT, frame, item.start)
    if not isinstance(shift, int):
        return ()
    at = (item.start + 2) * 8
    factor = multiplier(shift)
    return (Node("tcp.options.wscale.multiplier", f"[Multiplier: {factor}]", at, at + 8, (), factor),)


def _fast_open(frame: bytes, item: Item, first: int) -> tuple[Node, ...]:
    size = _stated(frame, item) - first
    if size > 0:
        field = Field("tcp.options.tfo.cookie", "Fast Open Cookie", first * 8, size * 8, Form.BYTES)
        return read_all((field,), frame, item.start)
    return (Node("tcp.options.tfo.request", "Fast Open Cookie Request", item.start * 8, item.end * 8),)


def _experiment_nodes(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    if extract(_EXPERIMENT, frame, item.start) == FAST_OPEN_MAGIC:
        return _fast_open(frame, item, 4)
    return _rest_as("tcp.options.experimental.data", "Data", 4)(frame, item, edges)


def _experiment_tag(frame: bytes, item: Item, edges: Counting) -> str:
    exid = extract(_EXPERIMENT, frame, item.start)
    if exid == FAST_OPEN_MAGIC:
        return _fast_open_tag(frame, item, 4)
    return f"ExID={exid:x}" if isinstance(exid, int) else ""


def _fast_open_tag(frame: bytes, item: Item, first: int) -> str:
    if item.end - item.start < _stated(frame, item):
        return ""
    return "TFO=C" if item.end - item.start > first else "TFO=R"


def _acc_ecn(order: int, names: tuple[str, ...]) -> Option:
    """draft-ietf-tcpm-accurate-ecn: up to three counters of 24 bits, in either order."""
    fields = tuple(
        Field(f"tcp.options.acc_ecn.{name}", _ACC_ECN[name], 16 + 24 * place, 24)
        for place, name in enumerate(names)
    )

    def tag(frame: bytes, item: Item, edges: Counting) -> str:
        values = [(field, extract(field, frame, item.start)) for field in fields]
        return " ".join(
            f"{field.name[-4:].upper()}={value}" for field, value in values if isinstance(value, int)
        )

    return Option("tcp.options.acc_ecn", f"Accurate ECN (Order {order})", None, fields, rest_tag=tag)


_ECHO = (Field("tcp.options.echo_value", "TCP Echo Option", 16, 32),)
_CC = (Field("tcp.options.cc_value", "TCP CC Option", 16, 32),)
_EXPERIMENTAL = Option(
    "tcp.options.experimental",
    "Experimental",
    fields=(_EXPERIMENT,),
    says=lambda exid: ": Fast Open" if exid == FAST_OPEN_MAGIC else ": Unknown",
    rest=_experiment_nodes,
    rest_tag=_experiment_tag,
)

OPTIONS: Mapping[int, Option] = {
    0: Option("tcp.options.eol", "End of Option List (EOL)"),
    1: Option("tcp.options.nop", "No-Operation (NOP)"),
    2: Option(
        "tcp.options.mss",
        "Maximum segment size",
        4,
        (Field("tcp.options.mss_val", "MSS Value", 16, 16),),
        says=lambda size: f": {size} bytes",
        tag=lambda size: f"MSS={size}",
    ),
    3: Option(
        "tcp.options.wscale",
        "Window scale",
        3,
        (_SHIFT,),
        says=lambda shift: f": {shift} (multiply by {multiplier(shift)})",
        tag=lambda shift: f"WS={multiplier(shift)}",
        rest=_multiplier_node,
    ),
    4: Option("tcp.options.sack_perm", "SACK permitted", 2, tag=lambda: "SACK_PERM"),
    5: Option("tcp.options.sack", "SACK", rest=_sack_nodes, rest_tag=_sack_tag),
    6: Option("tcp.options.echo", "Echo", 6, _ECHO, lambda n: f": {n}", lambda n: f"ECHO={n}"),
    7: Option("tcp.options.echo", "Echo reply", 6, _ECHO, lambda n: f": {n}", lambda n: f"ECHO={n}"),
    8: Option(
        "tcp.options.timestamp",
        "Timestamps",
        10,
        (
            Field("tcp.options.timestamp.tsval", "Timestamp value", 16, 32),
            Field("tcp.options.timestamp.tsecr", "Timestamp echo reply", 48, 32),
        ),
        says=lambda value, echo: f": TSval {value}, TSecr {echo}",
        tag=lambda value, echo: f"TSval={value} TSecr={echo}",
    ),
    11: Option("tcp.options.cc", "CC", 6, _CC, tag=lambda n: f"CC={n}"),
    12: Option("tcp.options.cc", "CC.NEW", 6, _CC, tag=lambda n: f"CC={n}"),
    13: Option("tcp.options.cc", "CC.ECHO", 6, _CC, tag=lambda n: f"CC={n}"),
    19: Option(
        "tcp.options.md5",
        "TCP MD5 signature",
        18,
        (Field("tcp.options.md5.digest", "MD5 digest", 16, 128, Form.BYTES),),
        rest_tag=lambda frame, item, edges: "MD5",
    ),
    20: Option(
        "tcp.options.scps",
        "SCPS capabilities",
        None,
        (
            Field(
                "tcp.options.scps.vector",
                "TCP SCPS Capabilities Vector",
                16,
                8,
                Form.HEX,
                children=(
                    flag("tcp.options.scpsflags.bets", "Partial Reliability Capable (BETS)", 16, _SCPS_WORD),
                    flag("tcp.options.scpsflags.snack1", "Short Form SNACK Capable (SNACK1)", 17, _SCPS_WORD),
                    flag("tcp.options.scpsflags.snack2", "Long Form SNACK Capable (SNACK2)", 18, _SCPS_WORD),
                    flag(
                        "tcp.options.scpsflags.compress", "Lossless Header Compression (COMP)", 19, _SCPS_WORD
                    ),
                    flag("tcp.options.scpsflags.nlts", "Network Layer Timestamp (NLTS)", 20, _SCPS_WORD),
                    bits("tcp.options.scpsflags.reserved", "Reserved", 21, 3, _SCPS_WORD),
                ),
            ),
            Field("tcp.options.scps.binding", "Connection ID", 24, 8),
        ),
    ),
    21: Option(
        "tcp.options.snack",
        "Selective Negative Acknowledgment",
        6,
        (
            Field("tcp.options.snack.offset", "TCP SNACK Offset", 16, 16),
            Field("tcp.options.snack.size", "TCP SNACK Size", 32, 16),
        ),
    ),
    22: Option("tcp.options.scpsrec", "SCPS record boundary", 2),
    23: Option("tcp.options.scpscor", "SCPS corruption experienced", 2),
    27: Option(
        "tcp.options.qs",
        "Quick-Start",
        8,
        (
            Field("tcp.options.qs.rate", "QS Rate", 20, 4, Form.NAMED, _QUICK_START_RATES, (16, 8)),
            Field("tcp.options.qs.ttl_diff", "QS Rate", 24, 8),
        ),
        tag=lambda rate, ttl: f"QSresp={_QUICK_START_RATES[rate]}",
    ),
    28: Option(
        "tcp.options.user_to",
        "User Timeout",
        4,
        (
            flag(
                "tcp.options.user_to_granularity", "Granularity", 16, (16, 16), {0: "Seconds", 1: "Minutes"}
            ),
            bits("tcp.options.user_to_val", "User Timeout", 17, 15, (16, 16)),
        ),
        tag=lambda granularity, time: f"USER_TO={time}",
    ),
    29: Option(
        "tcp.options.ao",
        "TCP AO",
        None,
        (
            Field("tcp.options.ao.keyid", "AO KeyID", 16, 8),
            Field("tcp.options.ao.rnextkeyid", "AO RNextKeyID", 24, 8),
        ),
        tag=lambda key, following: "TCP AO",
        rest=_rest_as("tcp.options.ao.mac", "AO MAC", 4),
    ),
    30: Option(
        "mptcp",
        "MPTCP",
        fields=(SUBTYPE,),
        says=lambda number: f": {SUBTYPES.get(number, 'Unknown')}",
        rest=mptcp_nodes,
    ),
    34: Option(
        "tcp.options.tfo",
        "TCP Fast Open",
        rest=lambda frame, item, edges: _fast_open(frame, item, 2),
        rest_tag=lambda frame, item, edges: _fast_open_tag(frame, item, 2),
    ),
    172: _acc_ecn(0, ("ee0b", "eceb", "ee1b")),
    174: _acc_ecn(1, ("ee1b", "eceb", "ee0b")),
    253: _EXPERIMENTAL,
    254: _EXPERIMENTAL,
}


def _unknown(kind: int) -> Option:
    rest = _rest_as("tcp.options.unknown.payload", "Payload", 2)
    return Option("tcp.options.unknown", f"Unknown (0x{kind:02x})", rest=rest)


def _opening(frame: bytes, item: Item) -> tuple[Node, ...]:
    fields = (_KIND,) if item.end - item.start == 1 else (_KIND, _LENGTH)
    return read_all(fields, frame, item.start)


TCP_OPTIONS = Family("TCP Option - ", OPTIONS, _unknown, _opening, padding=True)
