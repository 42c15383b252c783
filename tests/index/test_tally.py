"""The tally counts who talks to whom as a plain count does, whatever the frames are."""

from __future__ import annotations

import ipaddress
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import A, B, ethernet, ip4, tcp, udp

from tui.index.schema import Layer
from tui.index.tally import FRAME_COLUMNS, Tally

ETHERNET = 1


def rows_of(frames: list[bytes], link_type: int = ETHERNET) -> np.ndarray:
    """Rows for talk.count; times are the frames' places, each is of the connection 7."""
    sizes = np.array([len(frame) for frame in frames], np.int64)
    rows = np.zeros((len(frames), FRAME_COLUMNS), np.int64)
    rows[:, 0], rows[:, 1] = np.cumsum(sizes) - sizes, sizes
    rows[:, 2] = rows[:, 3] = sizes
    rows[:, 4], rows[:, 5], rows[:, 6] = np.arange(len(frames)), link_type, 7
    return rows


def test_many_pairs_are_counted_like_a_plain_count() -> None:
    numbers = [number * number % 6007 for number in range(20_000)]
    texts = [str(ipaddress.ip_address(0x0A000000 + number)) for number in numbers]
    frames = [ethernet(ip4(udp(b"x", 9), 17, src=text)) for text in texts]
    tally = Tally()
    for first in range(0, len(frames), 3000):
        part = frames[first : first + 3000]
        tally.add(b"".join(part), rows_of(part))
    talks = tally.talks[tally.talks["layer"] == Layer.IPV4]
    found = {
        tally.book.text(int(number)): int(talk["packets"].sum())
        for talk in talks
        for number in talk["addr"]
        if tally.book.text(int(number)) != B
    }
    assert found == Counter(texts)


def test_both_directions_are_one_talk_and_who_began_is_known() -> None:
    frames = [
        ethernet(ip4(tcp(80, 40000), src=B, dst=A)),
        ethernet(ip4(tcp(40000, 80), src=A, dst=B)),
        ethernet(ip4(tcp(80, 40000), src=B, dst=A)),
    ]
    tally = Tally()
    tally.add(b"".join(frames), rows_of(frames))
    (talk,) = tally.talks[tally.talks["layer"] == Layer.TCP]
    sender = talk["opener"]
    assert tally.book.text(int(talk["addr"][sender])) == B
    assert (int(talk["port"][sender]), talk["packets"][sender], talk["packets"][1 - sender]) == (80, 2, 1)
    assert (talk["start"], talk["end"], talk["stream"]) == (0, 2, 7)


def test_what_an_icmp_error_quotes_was_not_sent() -> None:
    error = bytes([3, 1, 0, 0, 0, 0, 0, 0]) + ip4(tcp())
    tally = Tally()
    frame = ethernet(ip4(error, 1))
    (path,) = tally.add(frame, rows_of([frame]))
    assert tally.paths()[path] == (Layer.ETHERNET, Layer.IPV4, Layer.ICMP)
    assert [int(each) for each in tally.talks["layer"]] == [Layer.ETHERNET, Layer.IPV4]


def test_a_frame_outside_the_data_is_refused() -> None:
    rows = rows_of([bytes(60)])
    rows[0, 1] = 61
    with pytest.raises(ValueError, match="outside"):
        Tally().add(bytes(60), rows)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=200), max_size=8), st.sampled_from([0, 1, 101, 113, 127, 276]))
def test_any_bytes_are_counted(frames: list[bytes], link_type: int) -> None:
    tally = Tally()
    found = tally.add(b"".join(frames), rows_of(frames, link_type))
    assert len(found) == len(frames)
    assert max([0, *found.tolist()]) < len(tally.paths())
    assert int(tally.talks["packets"].sum()) <= 48 * len(frames)


def test_more_paths_than_there_is_room_for_count_as_far_as_they_are_known() -> None:
    frames = [ethernet(nested([number >> place & 1 for place in range(13)])) for number in range(1 << 13)]
    tally = Tally()
    found = tally.add(b"".join(frames), rows_of(frames))
    paths = tally.paths()
    assert (len(paths), int(found.max())) == (4096, 4095)
    assert all(paths[path][0] is Layer.ETHERNET for path in found.tolist())


def nested(kinds: list[int]) -> bytes:
    """IPv4, and in it headers one in the other: IPv4 where `kinds` has a 1, else destination options."""
    data, following = b"", 59
    for kind in [*kinds, 1]:
        data = ip4(data, following) if kind else bytes([following, 0]) + bytes(6) + data
        following = 4 if kind else 60
    return data
