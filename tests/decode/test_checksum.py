"""The Internet checksum, against the example of RFC 1071 and a real header."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.decode.checksum import Verdict, judge, partial_sum, pseudo_header


def test_the_sum_of_rfc_1071s_example() -> None:
    assert partial_sum(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2


def test_a_real_ipv4_header_is_correct() -> None:
    header = bytes.fromhex("450000730000400040 11b861c0a80001c0a800c7".replace(" ", ""))
    assert judge(header, 10, b"") == (Verdict.CORRECT, 0xB861)


def test_scenario_7s_offloaded_checksum_is_the_pseudo_headers_sum() -> None:
    client, server = bytes((192, 168, 101, 25)), bytes((192, 168, 101, 5))
    assert partial_sum(pseudo_header(client, server, 40, 6)) == 0x4B9E


@given(st.binary(min_size=20, max_size=60), st.binary(max_size=40))
def test_the_checksum_that_should_be_there_is_judged_correct(segment: bytes, pseudo: bytes) -> None:
    pseudo = pseudo[: len(pseudo) // 2 * 2]
    _, should = judge(segment, 16, pseudo)
    repaired = segment[:16] + should.to_bytes(2) + segment[18:]
    assert judge(repaired, 16, pseudo)[0] is Verdict.CORRECT
