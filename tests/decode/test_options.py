"""Options are walked by their own lengths, and no length leads out of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from made import ip, tcp, texts, tree

from tui.decode.context import Numbers
from tui.decode.counting import Counting
from tui.decode.options import walk
from tui.decode.tcp_options import TCP_OPTIONS

SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a542d44ee00000000 01 030307")


def tags(options: bytes, base: int | None = None) -> list[str]:
    """What the Info column says of them."""
    return TCP_OPTIONS.tags(options, 0, len(options), Counting(base, Numbers.RELATIVE))


def test_a_syns_options_are_told_in_their_order() -> None:
    assert tags(SYN_OPTIONS) == ["MSS=1460", "SACK_PERM", "TSval=1412252910 TSecr=0", "WS=128"]


def test_each_option_is_a_node_over_its_bytes() -> None:
    nodes = TCP_OPTIONS.nodes(SYN_OPTIONS, 0, len(SYN_OPTIONS), Counting(None, Numbers.RELATIVE))
    assert [(node.name, node.start // 8, node.end // 8) for node in nodes] == [
        ("tcp.options.mss", 0, 4),
        ("tcp.options.sack_perm", 4, 6),
        ("tcp.options.timestamp", 6, 16),
        ("tcp.options.nop", 16, 17),
        ("tcp.options.wscale", 17, 20),
    ]


def test_the_padding_behind_the_end_of_the_list_is_an_option_for_each_zero() -> None:
    options = bytes.fromhex("020405b4 00000000")
    assert [item.end - item.start for item in TCP_OPTIONS.walk(options, 0, 8)] == [4, 1, 1, 1, 1]
    assert [item.kind for item in walk(options, 0, 8)] == [2, 0]


def test_padding_that_is_not_zero_is_a_fault() -> None:
    items = list(TCP_OPTIONS.walk(bytes.fromhex("00 000103 03070000"), 0, 8))
    assert [(item.start, item.end, item.fault) for item in items] == [
        (0, 1, ""),
        (1, 2, ""),
        (2, 8, "non-zero header padding"),
    ]


def test_a_window_scale_over_14_counts_as_14() -> None:
    assert tags(b"\x03\x03\xff") == ["WS=16384"]


def test_sack_edges_count_from_the_other_ends_first_number() -> None:
    assert tags(bytes.fromhex("050a 000003e8 000007d0"), base=900) == ["SLE=100 SRE=1100"]


def test_both_forms_of_fast_open_are_known() -> None:
    assert tags(bytes.fromhex("2202")) == ["TFO=R"]
    assert tags(bytes.fromhex("fe08f98911223344")) == ["TFO=C"]


def test_nothing_is_walked_behind_the_end_of_list() -> None:
    assert [item.kind for item in walk(b"\x01\x00\x02\x04\x05\xb4", 0, 6)] == [1, 0]


def test_a_length_below_two_ends_the_walk_and_says_so() -> None:
    (item,) = walk(b"\x08\x01\x01\x01", 0, 4)
    assert "too-short option length = 1" in item.fault


def test_a_length_past_the_options_is_said_and_cut() -> None:
    frame = ip(tcp(b"\x02\x28\x05\xb4"))
    assert any("goes past end of options" in text for text in texts(tree(frame), ""))


def test_a_length_that_is_wrong_for_its_kind_is_said() -> None:
    frame = ip(tcp(b"\x02\x03\x05"))
    assert "[option length should be 4]" in texts(tree(frame), "")


def test_multipath_tcp_names_its_subtype() -> None:
    frame = ip(tcp(bytes.fromhex("1e0c0181 0102030405060708")))
    assert texts(tree(frame), "mptcp") == ["TCP Option - MPTCP: Multipath Capable"]
    assert texts(tree(frame), "tcp.options.mptcp.sendkey") == [
        "Sender's Key: 72623859790382856 (0102030405060708)"
    ]


def test_a_record_route_shows_what_was_recorded_and_what_is_free() -> None:
    frame = ip(tcp(), options=bytes.fromhex("070b08 01020304 00000000"))
    assert texts(tree(frame), "ip.rec_rt") == ["Recorded Route: 1.2.3.4"]
    assert texts(tree(frame), "ip.empty_rt") == ["Empty Route: 0.0.0.0"]


@given(st.binary(max_size=40))
def test_any_bytes_give_options_that_tile_what_they_cover(data: bytes) -> None:
    at = 0
    for item in walk(data, 0, len(data)):
        assert item.start == at < item.end <= len(data)
        at = item.end
    TCP_OPTIONS.nodes(data, 0, len(data), Counting(7, Numbers.RELATIVE))
    TCP_OPTIONS.tags(data, 0, len(data), Counting(7, Numbers.HEX))
