"""The program that the kernel runs on every packet, and what is wrong with a filter, in libpcap's words."""

from __future__ import annotations

import socket
import struct
from array import array
from typing import TYPE_CHECKING

import pytest
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.live.filters import MOST_INSTRUCTIONS, NOTHING, accept, compile_filter, pack, program
from tui.capture.live.interfaces import ETHERNET, RAW_IP
from tui.errors import UsageError

if TYPE_CHECKING:
    from tui.capture.live.filters import Program

SO_ATTACH_FILTER = 26
LOOPBACK, TUNNEL = 772, 65534
INCOMING, OUTGOING = 0, 4
LENGTH = 262144


def _run(instructions: Program, *, hardware: int, interface: int, kind: int) -> int:
    """What the kernel would do: bytes that are kept of a packet, of which only this is known."""
    known = {4: kind, 8: interface, 28: hardware}
    place = loaded = 0
    while True:
        code, yes, no, operand = instructions[place]
        place += 1
        if code == 0x20:
            loaded = known[operand - 0xFFFFF000]
        elif code == 0x05:
            place += operand
        elif code == 0x15:
            place += yes if loaded == operand else no
        else:
            assert code == 0x06
            return operand


@settings(deadline=None, max_examples=share(200))
@given(
    kinds=st.dictionaries(
        st.sampled_from([1, LOOPBACK, TUNNEL, 801]), st.sampled_from([100, 200]), min_size=1
    ),
    interfaces=st.lists(st.integers(1, 9), unique=True),
    hardware=st.sampled_from([1, LOOPBACK, TUNNEL, 801, 999]),
    interface=st.integers(1, 9),
    kind=st.sampled_from([INCOMING, OUTGOING]),
)
def test_a_packet_is_judged_by_the_part_for_its_link(
    kinds: dict[int, int], interfaces: list[int], hardware: int, interface: int, kind: int
) -> None:
    made = program({number: accept(length) for number, length in kinds.items()}, interfaces)
    wanted = not interfaces or interface in interfaces
    again = hardware == LOOPBACK and kind == OUTGOING
    expected = kinds.get(hardware, 0) if wanted and not again else 0
    assert _run(made, hardware=hardware, interface=interface, kind=kind) == expected


@pytest.mark.parametrize("text", ["tcp port 80", "vlan and ip6", "host 10.0.0.1 or arp"])
def test_the_kernel_takes_what_is_made(text: str) -> None:
    compiled = compile_filter(text, ETHERNET, (), LENGTH)
    made = program({1: compiled, LOOPBACK: compiled, TUNNEL: NOTHING}, range(1, 40))
    code = array("B", pack(made))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
        taker.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(made), code.buffer_info()[0])
        )


def test_a_filter_says_how_many_bytes_are_kept() -> None:
    compiled = compile_filter("tcp or udp", ETHERNET, (), 96)
    assert {operand for code, _, _, operand in compiled if code == 0x06} == {96, 0}


@pytest.mark.parametrize(
    ("text", "link_type", "words"),
    [
        ("tcp prt 80", ETHERNET, "capture filter 'tcp prt 80': .*syntax error"),
        ("ether host 1:2:3:4:5:6", RAW_IP, ": ethernet addresses supported only on"),
        ("port 99999", ETHERNET, "99999"),
    ],
)
def test_a_wrong_filter_is_told_in_libpcaps_words(text: str, link_type: int, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        compile_filter(text, link_type, (), LENGTH)
    assert "pcap-filter" in caught.value.hint
    assert "Failed to compile" not in caught.value.message


def test_a_filter_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="the capture filter is too long"):
        program({1: accept(LENGTH) * MOST_INSTRUCTIONS}, ())
