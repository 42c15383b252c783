"""The interfaces of this machine: what there is to capture on, and what their packets begin with.

Invariant: a name that is not there is an AccessError that says which names are near it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tui.capture.live.scapy_access import scapy_module
from tui.capture.live.spec import ANY
from tui.errors import AccessError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

ETHERNET, RAW_IP = 1, 101  # link types

# Link types by what Linux calls the hardware (ARPHRD_, linux/if_arp.h), as a raw packet socket gives their
# frames: Ethernet and loopback; PPP, tunnels of IP in IP, SLIP and "none" (tun, WireGuard), which have no
# header of their own; 802.11 in monitor mode, alone, with Prism's header, with radiotap's.
LINK_TYPES = {
    1: ETHERNET,
    772: ETHERNET,
    512: RAW_IP,
    519: RAW_IP,
    768: RAW_IP,
    769: RAW_IP,
    776: RAW_IP,
    65534: RAW_IP,
    801: 105,
    802: 119,
    803: 127,
}

# libpcap has numbers of its own for some link types (DLT_); of those that live interfaces have, for raw IP.
_OF_LIBPCAP = {12: RAW_IP, 14: RAW_IP}

_LISTED = 8  # names in a message


class Device(Struct, frozen=True):
    """An interface as the system has it: `hardware` is its ARPHRD_ number, `mac` is b"" if it has none."""

    name: str
    index: int
    hardware: int
    up: bool
    loopback: bool
    addresses: tuple[str, ...]
    mac: bytes

    @property
    def link_type(self) -> int | None:
        """What its frames begin with; None if the ring does not know."""
        return LINK_TYPES.get(self.hardware)


def devices() -> tuple[Device, ...]:
    """All interfaces, those that are up and have addresses first."""
    config = scapy_module("config")
    scapy_module("arch")
    # Not libpcap's list, which is there too once libpcap is loaded: its indexes are places in that list.
    systems = [each for each in config.conf.ifaces.providers.values() if not each.libpcap]
    found = [_device(entry) for system in systems for entry in system.load().values()]
    return tuple(sorted(found, key=lambda each: (not each.up, each.loopback, not each.addresses, each.index)))


def find(names: Sequence[str]) -> tuple[Device, ...]:
    """The interfaces with these names or numbers (those of `tcpscope -D`), each once; none stands for all.

    AccessError if one of them is not there.
    """
    if ANY in names:
        return ()
    listed = devices()
    known = {each.name: each for each in listed} | {str(at): each for at, each in enumerate(listed, 1)}
    return tuple(dict.fromkeys(known[name] if name in known else _missing(name, listed) for name in names))


def listing() -> str:
    """What -D prints: a line for each interface, with its number, state and addresses."""
    lines = [f"{number}. {printable(each.name)}  {_state(each)}" for number, each in enumerate(devices(), 1)]
    lines.append(f"{len(lines) + 1}. {ANY}  all of them")
    return "".join(f"{line}\n" for line in lines)


def link_type_of(number: int) -> int:
    """The link type for which libpcap has `number`."""
    return _OF_LIBPCAP.get(number, number)


def _state(device: Device) -> str:
    words = [
        "up" if device.up else "down",
        *(["loopback"] if device.loopback else []),
        *device.addresses,
    ]
    return "  ".join(words)


def _missing(name: str, listed: Sequence[Device]) -> Device:
    names = [each.name for each in listed]
    near = get_close_matches(name, [*names, ANY], cutoff=0.5)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join([*names, ANY][:_LISTED])}"
    )
    raise AccessError(f"no interface is called {name!r}", f"{hint}; tcpscope -D lists them")


def _device(entry: Any) -> Device:
    """scapy's NetworkInterface as ours."""
    return Device(
        name=entry.network_name,
        index=entry.index,
        hardware=entry.type,
        up=bool(entry.flags.UP),
        loopback=bool(entry.flags.LOOPBACK),
        addresses=tuple(str(address) for family in (4, 6) for address in entry.ips.get(family, ())),
        mac=bytes.fromhex(entry.mac.replace(":", "")) if entry.mac else b"",
    )
