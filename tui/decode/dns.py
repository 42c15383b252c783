"""The Info text of a DNS message (RFC 1035), by a walk of our own.

Invariant: every read is checked against the message, a name follows a bounded number of pointers, records are
counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.decode.headers.field import ipv4, ipv6
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_RECORDS = 30
_MAX_STEPS = 128  # labels and pointers of a name: RFC 1035 2.3.4 allows 255 bytes, so 127 labels

_TYPES: Mapping[int, str] = {
    1: "A",
    2: "NS",
    5: "CNAME",
    6: "SOA",
    10: "NULL",
    12: "PTR",
    13: "HINFO",
    15: "MX",
    16: "TXT",
    24: "SIG",
    25: "KEY",
    28: "AAAA",
    29: "LOC",
    33: "SRV",
    35: "NAPTR",
    39: "DNAME",
    41: "OPT",
    43: "DS",
    46: "RRSIG",
    47: "NSEC",
    48: "DNSKEY",
    50: "NSEC3",
    52: "TLSA",
    64: "SVCB",
    65: "HTTPS",
    99: "SPF",
    250: "TSIG",
    251: "IXFR",
    252: "AXFR",
    255: "ANY",
    257: "CAA",
}
_OPERATIONS = {
    0: "Standard query",
    1: "Inverse query",
    2: "Server status request",
    4: "Zone change notification",
    5: "Dynamic update",
}
_FAILURES = {
    1: "Format error",
    2: "Server failure",
    3: "No such name",
    4: "Not implemented",
    5: "Refused",
    6: "Name exists",
    7: "RRset exists",
    8: "RRset does not exist",
    9: "Not authoritative",
    10: "Name out of zone",
}
_NAMES_ONLY = frozenset({2, 5, 12, 39})  # types whose value is a name
_SOA, _MX, _SRV = 6, 15, 33


def dns_info(message: bytes, multicast: bool = False) -> str | None:
    """ "Standard query 0x1234 A example.com"; None if this is no DNS message."""
    if len(message) < 12:
        return None
    number, flags, questions, *counts = (int.from_bytes(message[at : at + 2]) for at in range(0, 12, 2))
    words = [_OPERATIONS.get(flags >> 11 & 15, f"Unknown operation ({flags >> 11 & 15})")]
    if flags & 0x8000:
        words.append("response")
    words.append(f"0x{number:04x}")
    if flags & 0x8000 and flags & 15:
        words.append(_FAILURES.get(flags & 15, f"Unknown error ({flags & 15})"))
    words += _records(message, questions, sum(counts), multicast)
    return printable(" ".join(words))


def _records(message: bytes, questions: int, others: int, multicast: bool) -> Iterator[str]:
    at = 12
    for _ in range(min(questions, MAX_RECORDS)):
        name, at = read_name(message, at)
        if at + 4 > len(message):
            return
        kind, group = (int.from_bytes(message[first : first + 2]) for first in (at, at + 2))
        at += 4
        yield _type(kind)
        yield f'{name}, "{"QU" if group & 0x8000 else "QM"}" question' if multicast else name
    for _ in range(min(others, MAX_RECORDS)):
        _, at = read_name(message, at)
        if at + 10 > len(message):
            return
        kind, group, length = (int.from_bytes(message[first : first + 2]) for first in (at, at + 2, at + 8))
        at += 10
        yield f"{_type(kind)}, cache flush" if multicast and group & 0x8000 else _type(kind)
        yield from _value(message, kind, at, min(at + length, len(message)))
        at += length


def _type(kind: int) -> str:
    return _TYPES.get(kind, f"Unknown ({kind})")


def _value(message: bytes, kind: int, start: int, end: int) -> Iterator[str]:
    size = end - start
    if kind == 1 and size == 4:
        yield ipv4(message[start:end])
    elif kind == 28 and size == 16:
        yield ipv6(message[start:end])
    elif kind in _NAMES_ONLY or kind == _SOA:
        yield read_name(message, start)[0]
    elif kind == _MX and size > 2:
        yield str(int.from_bytes(message[start : start + 2]))
        yield read_name(message, start + 2)[0]
    elif kind == _SRV and size > 6:
        yield from (str(int.from_bytes(message[first : first + 2])) for first in range(start, start + 6, 2))
        yield read_name(message, start + 6)[0]


def read_name(message: bytes, at: int) -> tuple[str, int]:
    """The name at byte `at` and where the bytes behind it begin; pointers (RFC 1035 4.1.4) are followed, but
    not for ever.
    """
    labels: list[str] = []
    after = -1
    for _ in range(_MAX_STEPS):
        if at >= len(message):
            break
        length = message[at]
        if length >= 0xC0:
            if after < 0:
                after = at + 2
            at = int.from_bytes(message[at : at + 2]) & 0x3FFF
        elif length == 0:
            at += 1
            break
        else:
            labels.append(message[at + 1 : at + 1 + length].decode("utf-8", "replace"))
            at += 1 + length
    return ".".join(labels) or "<Root>", after if after >= 0 else at
