"""What a live capture is asked to do, as values."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

ANY = "any"  # the name that stands for all interfaces
STDOUT = "-"  # as the name of the file to write
REMOTE_LEAD = "ssh://"
MOST_BYTES = 262144  # of a packet, see index/framing.pxd

_REMOTE = re.compile(
    r"ssh://((?P<user>[^@/\s]+)@)?(\[(?P<address>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^-:/@\s\[\]][^:/@\s\[\]]*))"
    r"(:(?P<port>\d{1,5}))?(/(?P<interface>[^/\s]+)?)?"
)


class Backend(Enum):
    """What packets are captured with."""

    RING = "ring"  # Linux' own ring of blocks, TPACKET_V3
    PCAP = "pcap"  # libpcap, through scapy
    DUMPCAP = "dumpcap"  # Wireshark's program, which may capture where we may not


class OnExit(Enum):
    """What becomes of a temporary file with packets when the screen is left."""

    ASK = "ask"
    KEEP = "keep"
    DELETE = "delete"


class Limits(Struct, frozen=True):
    """When a file or a capture is full: at the first of these; None is no limit."""

    seconds: float | None = None
    size: int | None = None  # bytes, of a file
    packets: int | None = None
    files: int | None = None  # in a ring: kept at once; of a capture: written in all


class LiveSpec(Struct, frozen=True):
    """One live source: which interfaces, which of their packets, where they are kept, and until when."""

    interfaces: tuple[str, ...]
    filter: str = ""  # libpcap's language
    snap_length: int = MOST_BYTES
    promiscuous: bool = True
    backend: Backend | None = None  # None: the best that this system has
    output: Path | None = None  # None: a temporary file without a name
    ring: Limits = Limits()  # when the next file begins, and how many are kept
    stop: Limits = Limits()
    include_ssh: bool = False
    drop_privileges: bool = True

    @property
    def name(self) -> str:
        """What it is called: the interfaces' names."""
        return ", ".join(self.interfaces)


class RemoteSpec(Struct, frozen=True):
    """An interface of another host, reached over ssh: `user` and `port` as ssh has them, if not given."""

    host: str
    user: str | None = None
    port: int | None = None
    interface: str = ANY
    filter: str = ""
    snap_length: int = MOST_BYTES

    @classmethod
    def parse(cls, name: str, filter_text: str = "", snap_length: int = MOST_BYTES) -> RemoteSpec:
        """From ssh://[USER@]HOST[:PORT][/INTERFACE]; UsageError if it is not of this form."""
        found = _REMOTE.fullmatch(name)
        if found is None:
            raise UsageError(f"{name!r} names no interface", "expected ssh://[USER@]HOST[:PORT]/INTERFACE")
        return cls(
            host=found["address"] or found["host"],
            user=found["user"],
            port=int(found["port"]) if found["port"] else None,
            interface=found["interface"] or ANY,
            filter=filter_text,
            snap_length=snap_length,
        )

    @property
    def name(self) -> str:
        """What it is called: host/interface."""
        return f"{self.host}/{self.interface}"


def is_remote(name: str) -> bool:
    """Whether what the user named is an interface of another host."""
    return name.startswith(REMOTE_LEAD)
