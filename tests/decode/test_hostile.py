"""Any bytes of any link type are decoded: nothing raises, spans lie inside, texts are printable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st
from made import context, ethernet, ip, ip6, tcp, udp

from tui.decode.context import Numbers
from tui.decode.info import info
from tui.decode.packet import decode
from tui.index.scan import FIRST_HEADERS

if TYPE_CHECKING:
    from tui.decode.nodes import Node

LINK_TYPES = st.sampled_from([*sorted(FIRST_HEADERS), 147, 65535])
SEEDS = (
    ethernet(ip(tcp(bytes.fromhex("020405b40402080a00000001000000000103030705121111111122222222")))),
    ethernet(bytes.fromhex("0001080006040001") + bytes(20), 0x0806),
    ethernet(
        bytes.fromhex("60648864110000010040 0021".replace(" ", "")) + ip(tcp(data=b"GET / HTTP/1.1\r\n\r\n")),
        0x8100,
    ),
    ethernet(ip6(bytes.fromhex("060000010000123406000502000001003a00") + bytes(6) + bytes(30), 0)),
    ethernet(
        ip6(bytes.fromhex("8800000060000000") + bytes(16) + bytes.fromhex("0201020000000001"), 58), 0x86DD
    ),
    ethernet(ip(bytes.fromhex("0304000000000578") + ip(tcp()), 1)),
    ethernet(
        ip(udp(bytes.fromhex("123481800001000100000000") + b"\x01a\x00\x00\x01\x00\x01\xc0\x0c", 53), 17)
    ),
    ethernet(ip(udp(bytes.fromhex("0800000000000b00") + ethernet(ip(tcp())), 1, 4789), 17)),
    ethernet(ip(bytes.fromhex("b0810800000000010000000200000003") + ip(tcp()), 47)),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good frame with some bytes changed, cut somewhere."""
    frame = bytearray(draw(st.sampled_from(SEEDS)))
    for at, value in draw(
        st.lists(st.tuples(st.integers(0, len(frame) - 1), st.integers(0, 255)), max_size=6)
    ):
        frame[at] = value
    return bytes(frame[: draw(st.integers(0, len(frame)))])


def check(nodes: tuple[Node, ...], start: int, end: int) -> None:
    """Each node lies in bits [start, end), or nowhere."""
    for node in nodes:
        assert node.text.isprintable()
        assert node.start == node.end or start <= node.start < node.end <= end
        check(node.children, *((node.start, node.end) if node.start != node.end else (start, end)))


@given(st.binary(max_size=200), LINK_TYPES, st.booleans(), st.sampled_from(Numbers))
@settings(deadline=None, max_examples=share(300))
def test_any_bytes_are_decoded(frame: bytes, link_type: int, verify: bool, numbers: Numbers) -> None:
    check(decode(frame, context(frame, link_type), numbers, verify), 0, len(frame) * 8)
    assert info(frame, context(frame, link_type), numbers).isprintable()


@given(damaged(), st.booleans())
@settings(deadline=None, max_examples=share(300))
def test_damaged_packets_are_decoded(frame: bytes, verify: bool) -> None:
    known = context(frame, 1, base_seq=1, base_ack=2, scale=14, stream=0)
    check(decode(frame, known, Numbers.RELATIVE, verify), 0, len(frame) * 8)
    assert info(frame, known, Numbers.RELATIVE).isprintable()


@given(st.binary(max_size=100), st.sampled_from(SEEDS), st.sampled_from(Numbers))
@settings(deadline=None, max_examples=share(100))
def test_any_reassembled_datagram_is_decoded(data: bytes, frame: bytes, numbers: Numbers) -> None:
    check(decode(frame, context(frame, 1), numbers, True, data), 0, len(frame) * 8)
    assert info(frame, context(frame, 1), numbers, data).isprintable()
