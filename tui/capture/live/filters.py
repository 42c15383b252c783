"""Capture filters: what the kernel runs on every packet before it is captured at all.

libpcap compiles the user's text for each kind of link; :func:`program` puts the parts together. A program is
a tuple of instructions (code, jump if true, jump if false, operand), as linux/filter.h has them.
Invariant: jumps only go forward and stay inside, since parts are placed one behind the other as they are.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

from tui.capture.live.interfaces import link_type_of
from tui.capture.live.scapy_access import scapy_module
from tui.errors import AccessError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Instruction = tuple[int, int, int, int]
Program = tuple[Instruction, ...]

_INSTRUCTION = struct.Struct("=HBBI")
MOST_INSTRUCTIONS = 4096  # BPF_MAXINSNS

_LOAD, _JUMP, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x05, 0x15, 0x06
_AUXILIARY = 0xFFFFF000  # SKF_AD_OFF: what is loaded from there is not the packet, but what is known of it
_PACKET_KIND, _INTERFACE, _HARDWARE = _AUXILIARY + 4, _AUXILIARY + 8, _AUXILIARY + 28
_OUTGOING = 4  # PACKET_OUTGOING
_LOOPBACK = 772  # ARPHRD_LOOPBACK

NOTHING: Program = ((_RETURN, 0, 0, 0),)


def accept(snap_length: int) -> Program:
    """All packets, and how many bytes of each."""
    return ((_RETURN, 0, 0, snap_length),)


def compile_filter(text: str, link_type: int, devices: Iterable[str], snap_length: int) -> Program:
    """`text`, compiled by libpcap for packets that begin with a header of `link_type`.

    The first of `devices` that is up and has such links is opened for it: for a live interface libpcap knows
    that the kernel keeps VLAN tags beside the packet. PermissionError if that matters and we may not,
    UsageError with libpcap's words if the filter is wrong, AccessError if libpcap is not there.
    """
    libpcap = load_libpcap()
    failure = scapy_module("error").Scapy_Exception
    denied = False
    try:
        for device in devices:
            try:
                handle = libpcap.open_pcap(device, snaplen=snap_length)
            except (OSError, ValueError) as error:  # it is down, or gone
                denied = denied or "permi" in str(error)  # "permission", "not permitted": it has words only
                continue
            try:
                if link_type_of(handle.datalink()) == link_type:
                    handle.setfilter(text)
                    return _instructions(handle.bpf_program, snap_length)
            finally:
                handle.close()
        if denied and re.search(r"\bvlan\b", text):
            raise PermissionError("libpcap knows where a vlan stands only if it may capture")
        dead = scapy_module("arch.common").compile_filter(text, linktype=link_type)
    except failure as error:
        raise bad_filter(text, error) from error
    return _instructions(dead, snap_length)


def bad_filter(text: str, error: Exception) -> UsageError:
    """What is wrong with a capture filter, in libpcap's words, which scapy's exception has."""
    words = str(error).removeprefix("Cannot set filter: ")
    words = words.removeprefix(f"Failed to compile filter expression {text!r} (").removesuffix(")")
    return UsageError(f"capture filter {text!r}: {words}", "man pcap-filter tells what there is")


def program(by_hardware: Mapping[int, Program], interfaces: Iterable[int]) -> Program:
    """What decides on every packet: the part for the kind of its link, if it came from `interfaces`.

    `by_hardware` has a part for each ARPHRD_ number, all others' packets are dropped. `interfaces` are
    indexes; none of them stands for all. What leaves through loopback comes in there again, and is captured
    once, then. UsageError if it is too long for the kernel.
    """
    checks = (*_once_from_loopback(), *_only_from(tuple(interfaces)))
    choice: list[Instruction] = []
    bodies: list[Instruction] = []
    placed: dict[Program, int] = {}  # parts that are the same stand there once
    ahead = 2 * len(by_hardware) + len(NOTHING)  # from the choice's beginning to the first body
    for number, (hardware, part) in enumerate(by_hardware.items()):
        if part not in placed:
            placed[part] = len(bodies)
            bodies += part
        choice.append((_JUMP_IF_EQUAL, 0, 1, hardware))
        choice.append((_JUMP, 0, 0, ahead + placed[part] - 2 * (number + 1)))
    whole = (*checks, (_LOAD, 0, 0, _HARDWARE), *choice, *NOTHING, *bodies)
    if len(whole) > MOST_INSTRUCTIONS:
        raise UsageError(
            f"the capture filter is too long: {len(whole):,} instructions, at most {MOST_INSTRUCTIONS:,}",
            "capture more, and choose what is shown with -Y",
        )
    return whole


def pack(instructions: Program) -> bytes:
    """The instructions as the kernel takes them."""
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in instructions)


def _once_from_loopback() -> Program:
    return (
        (_LOAD, 0, 0, _HARDWARE),
        (_JUMP_IF_EQUAL, 0, 3, _LOOPBACK),
        (_LOAD, 0, 0, _PACKET_KIND),
        (_JUMP_IF_EQUAL, 0, 1, _OUTGOING),
        *NOTHING,
    )


def _only_from(interfaces: tuple[int, ...]) -> Program:
    if not interfaces:
        return ()
    checks: list[Instruction] = [(_LOAD, 0, 0, _INTERFACE)]
    for place, index in enumerate(interfaces):
        checks.append((_JUMP_IF_EQUAL, 0, 1, index))
        checks.append((_JUMP, 0, 0, 2 * (len(interfaces) - place - 1) + 1))
    return (*checks, *NOTHING)


def _instructions(compiled: Any, snap_length: int) -> Program:
    """libpcap's program; where it accepts, it says how many bytes, but not always as many as asked for."""
    read = map(_INSTRUCTION.unpack, map(bytes, compiled.bf_insns[: compiled.bf_len]))
    return tuple(
        (code, yes, no, snap_length if code == _RETURN and operand else operand)
        for code, yes, no, operand in read
    )


def load_libpcap() -> Any:
    """scapy's binding to libpcap; AccessError if libpcap is not there."""
    config = scapy_module("config")
    config.conf.use_pcap = True
    module = scapy_module("arch.libpcap")
    if not config.conf.use_pcap:
        raise AccessError(
            "capture filters need libpcap, which is not installed", "Debian, Ubuntu: apt install libpcap0.8"
        )
    return module
