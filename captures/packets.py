"""What a conversation consists of: its ends, and the packets between them.

Invariant: a packet holds all that decides its bytes, so equal packets make equal frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


class Checksum(Enum):
    """How a segment's TCP checksum is filled in."""

    RIGHT = "right"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a conversation, or a router on the way, with what all its packets have in common."""

    name: str
    address: Address
    port: int | None  # None: a router
    mac: bytes
    isn: int
    ttl: int
    first_id: int
    window: int
    checksum: Checksum | int

    @property
    def place(self) -> str:
        """ "192.0.2.1:80", "[2001:db8::1]:80"."""
        return f"[{self.address}]:{self.port}" if self.address.version == 6 else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as it goes over the wire.

    `time` is in µs since 1970 UTC, `seq` and `ack` are absolute, `options` are encoded. `states` are those
    expected after it of the connection's ends, in the order in which the ends are named; empty: of no matter.
    """

    time: int
    sender: End
    receiver: End
    flags: int
    seq: int
    ack: int
    window: int
    urgent: int
    options: bytes
    payload: bytes
    ttl: int
    identification: int  # IPv4 only
    checksum: Checksum | int
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IcmpError:
    """An ICMP or ICMPv6 error that quotes a segment; `time` and `states` as a Segment's."""

    time: int
    sender: End
    receiver: End
    kind: tuple[int, int]  # type and code
    mtu: int  # of the next hop, if the kind tells one
    quoted: Segment
    length: int | None  # how many bytes of the segment it quotes; None: as many as the RFCs allow
    identification: int  # IPv4 only
    states: tuple[str, ...]


Packet = Segment | IcmpError
