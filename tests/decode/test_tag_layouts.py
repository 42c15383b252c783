"""Tags of options by their layout are those that the walk over the options gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.decode.context import Numbers
from tui.decode.counting import Counting
from tui.decode.tag_layouts import TagLayouts
from tui.decode.tcp_options import OPTIONS, TCP_OPTIONS

EDGES = Counting(7, Numbers.RELATIVE)
TIMES = bytes.fromhex("0101080a")

kinds = st.sampled_from((*OPTIONS, 200))


@st.composite
def option(draw: st.DrawFn) -> bytes:
    """One that its kind may have, or that says of itself what cannot be."""
    kind = draw(kinds)
    if kind in (0, 1):
        return bytes([kind])
    usual = OPTIONS[kind].length if kind in OPTIONS else None
    length = draw(st.one_of(st.just(usual or 10), st.integers(2, 20)))
    said = draw(st.one_of(st.just(length), st.integers(0, 60)))
    return bytes([kind, said]) + draw(st.binary(min_size=length - 2, max_size=length - 2))


many = st.lists(option(), max_size=6).map(lambda options: b"".join(options)[:40])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(many, st.binary(max_size=40)), min_size=1, max_size=6))
def test_tags_are_those_of_the_walk(packets: list[bytes]) -> None:
    layouts = TagLayouts(TCP_OPTIONS)
    for options in packets * 2:
        expected = TCP_OPTIONS.tags(options, 0, len(options), EDGES)
        assert layouts.tags(options, lambda: EDGES) == expected


@settings(deadline=None, max_examples=200)
@given(st.data(), many)
def test_the_same_layout_has_other_values(data: st.DataObject, options: bytes) -> None:
    layouts, changed = TagLayouts(TCP_OPTIONS), bytearray(options)
    layouts.tags(options, lambda: EDGES)
    for item in TCP_OPTIONS.walk(options, 0, len(options)):
        for place in range(item.start + 2, item.end):
            changed[place] = data.draw(st.integers(0, 255))
    expected = TCP_OPTIONS.tags(bytes(changed), 0, len(changed), EDGES)
    assert layouts.tags(bytes(changed), lambda: EDGES) == expected


def test_a_layout_is_walked_once() -> None:
    walks = 0

    def edges() -> Counting:
        nonlocal walks
        walks += 1
        return EDGES

    layouts = TagLayouts(TCP_OPTIONS)
    for value in range(5):
        assert layouts.tags(TIMES + bytes([0, 0, 0, value, 0, 0, 1, 0]), edges) == [
            f"TSval={value} TSecr=256"
        ]
    assert walks == 1


def test_who_sends_ever_other_layouts_fills_no_memory() -> None:
    layouts = TagLayouts(TCP_OPTIONS)
    for kind in range(35, 255):
        options = bytes([kind, 4, 0, 0])
        assert layouts.tags(options, lambda: EDGES) == TCP_OPTIONS.tags(options, 0, 4, EDGES)
    assert sum(map(len, layouts._known.values())) < 100
