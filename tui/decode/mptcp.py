"""The fields of the Multipath TCP option (kind 30), by subtype and length; source: RFC 8684 section 3
(version 0: RFC 6824).

Invariant: a subtype's row says which fields stand behind each other; fields that do not fit into the option
are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.headers.field import Field, Form, bits, flag, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.decode.counting import Counting
    from tui.decode.nodes import Node
    from tui.decode.options import Item

SUBTYPES: Mapping[int, str] = {
    0: "Multipath Capable",
    1: "Join Connection",
    2: "Data Sequence Signal",
    3: "Add Address",
    4: "Remove Address",
    5: "Change Subflow Priority",
    6: "TCP Fallback",
    7: "Fast Close",
    8: "TCP Reset",
}
_RESET_REASONS = {
    0: "Unspecified TCP error",
    1: "MPTCP-specific error",
    2: "Lack of resources",
    3: "Administratively prohibited",
    4: "Too much outstanding data",
    5: "Unacceptable performance",
    6: "Middlebox interference",
}
_P = "tcp.options.mptcp."
_FIRST, _SECOND = (16, 8), (24, 8)

SUBTYPE = Field(_P + "subtype", "Multipath TCP subtype", 16, 4, Form.NAMED, SUBTYPES, _FIRST)
_ADDRESS_ID = Field(_P + "addrid", "Address ID", 24, 8)
_RESERVED = bits(_P + "reserved", "Reserved", 20, 12, (16, 16), Form.HEX)


def _flags(start: int, *children: Field) -> Field:
    return Field(_P + "flags", "Multipath TCP flags", start, 8, Form.HEX, children=children)


_CAPABLE_FLAGS = _flags(
    24,
    bits(_P + "checksumreq.flags", "Checksum required", 24, 1, _SECOND),
    bits(_P + "extensibility.flag", "Extensibility", 25, 1, _SECOND),
    bits(
        _P + "nomoresubflows.flag",
        "Do not attempt to establish new subflows to this address and port",
        26,
        1,
        _SECOND,
    ),
    bits(_P + "sha256.flag", "Use HMAC-SHA256", 31, 1, _SECOND),
    bits(_P + "reserved.flag", "Reserved", 27, 4, _SECOND, Form.HEX),
)
_SIGNAL_FLAGS = _flags(
    24,
    bits(_P + "datafin.flag", "DATA_FIN", 27, 1, _SECOND),
    bits(_P + "dseqn8.flag", "Data Sequence Number is 8 octets", 28, 1, _SECOND),
    bits(
        _P + "dseqnpresent.flag",
        "Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present",
        29,
        1,
        _SECOND,
    ),
    bits(_P + "dataack8.flag", "Data ACK is 8 octets", 30, 1, _SECOND),
    bits(_P + "dataackpresent.flag", "Data ACK is present", 31, 1, _SECOND),
)
_BACKUP_FLAGS = _flags(16, bits(_P + "backup.flag", "Backup flag", 23, 1, _FIRST))
_RESET_FLAGS = _flags(
    16,
    flag(_P + "flag_U.flag", "Flag U", 20, (20, 4)),
    flag(_P + "flag_V.flag", "Flag V", 21, (20, 4)),
    flag(_P + "flag_W.flag", "Flag W", 22, (20, 4)),
    flag(_P + "flag_T.flag", "Transient", 23, (20, 4)),
)


def _run(start: int, *rows: tuple[str, str, int, Form]) -> tuple[Field, ...]:
    """Fields that stand one behind the other from bit `start` on; a row is name, label, width, form."""
    fields = []
    for name, label, width, form in rows:
        fields.append(Field(_P + name, label, start, width, form))
        start += width
    return tuple(fields)


_SEND_KEY = ("sendkey", "Sender's Key", 64, Form.DECIMAL)
_RECEIVE_KEY = ("recvkey", "Receiver's Key", 64, Form.DECIMAL)
_DATA_LENGTH = ("datalvllen", "Data-level Length", 16, Form.DECIMAL)
_CHECKSUM = ("checksum", "Checksum", 16, Form.HEX)
_RANDOM = ("sendrand", "Sender's Random Number", 32, Form.DECIMAL)
_IPV4 = ("ipv4", "Advertised IPv4 Address", 32, Form.IPV4)
_IPV6 = ("ipv6", "Advertised IPv6 Address", 128, Form.IPV6)
_PORT = ("port", "Advertised port", 16, Form.DECIMAL)
_HMAC = ("addaddrtrunchmac", "Truncated HMAC", 64, Form.DECIMAL)
_ADDRESSES = {  # by the option's length, RFC 8684 3.4.1
    8: (_IPV4,),
    10: (_IPV4, _PORT),
    16: (_IPV4, _HMAC),
    18: (_IPV4, _PORT, _HMAC),
    20: (_IPV6,),
    22: (_IPV6, _PORT),
    28: (_IPV6, _HMAC),
    30: (_IPV6, _PORT, _HMAC),
}
_JOINS: Mapping[int, tuple[Field, ...]] = {
    12: (_BACKUP_FLAGS, _ADDRESS_ID, *_run(32, ("recvtok", "Receiver's Token", 32, Form.DECIMAL), _RANDOM)),
    16: (
        _BACKUP_FLAGS,
        _ADDRESS_ID,
        *_run(32, ("sendtrunchmac", "Sender's Truncated HMAC", 64, Form.DECIMAL), _RANDOM),
    ),
    24: (_RESERVED, *_run(32, ("sendhmac", "Sender's HMAC", 160, Form.BYTES))),
}


def _capable(frame: bytes, item: Item) -> tuple[Field, ...]:
    version = bits(_P + "version", "Multipath TCP version", 20, 4, _FIRST)
    return (version, _CAPABLE_FLAGS, *_run(32, _SEND_KEY, _RECEIVE_KEY, _DATA_LENGTH, _CHECKSUM))


def _join(frame: bytes, item: Item) -> tuple[Field, ...]:
    return _JOINS.get(item.end - item.start, ())


def _signal(frame: bytes, item: Item) -> tuple[Field, ...]:
    flags = frame[item.start + 3] if item.end - item.start > 3 else 0
    rows: list[tuple[str, str, int, Form]] = []
    if flags & 1:
        rows.append(("rawdataack", "Original MPTCP Data ACK", 64 if flags & 2 else 32, Form.DECIMAL))
    if flags & 4:
        rows.append(("rawdataseqno", "Data Sequence Number", 64 if flags & 8 else 32, Form.DECIMAL))
        rows += [("subflowseqno", "Subflow Sequence Number", 32, Form.DECIMAL), _DATA_LENGTH, _CHECKSUM]
    return (_SIGNAL_FLAGS, *_run(32, *rows))


def _add(frame: bytes, item: Item) -> tuple[Field, ...]:
    echo = bits(_P + "echo", "Echo", 23, 1, _FIRST)
    return (echo, _ADDRESS_ID, *_run(32, *_ADDRESSES.get(item.end - item.start, ())))


def _remove(frame: bytes, item: Item) -> tuple[Field, ...]:
    return tuple(replace(_ADDRESS_ID, start=24 + 8 * number) for number in range(item.end - item.start - 3))


_REST: Mapping[int, Callable[[bytes, Item], tuple[Field, ...]]] = {
    0: _capable,
    1: _join,
    2: _signal,
    3: _add,
    4: _remove,
    5: lambda frame, item: (_BACKUP_FLAGS, _ADDRESS_ID),
    6: lambda frame, item: (_RESERVED, *_run(32, ("rawdataseqno", "Data Sequence Number", 64, Form.DECIMAL))),
    7: lambda frame, item: (_RESERVED, *_run(32, _RECEIVE_KEY)),
    8: lambda frame, item: (
        _RESET_FLAGS,
        Field(_P + "rst_reason", "TCPRST Reason", 24, 8, Form.NAMED_HEX, _RESET_REASONS),
    ),
}


def mptcp_nodes(frame: bytes, item: Item, edges: Counting) -> tuple[Node, ...]:
    """The nodes behind kind, length and subtype; `frame` ends where the option ends."""
    if item.end - item.start < 3:
        return ()
    rest = _REST.get(frame[item.start + 2] >> 4)
    return read_all(rest(frame, item), frame, item.start) if rest else ()
