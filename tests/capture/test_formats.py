"""What a file is, by its first bytes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from bytes_of import pcap
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.formats import STRANGERS, Format, Stranger, detect
from tui.errors import CaptureError


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34])
def test_every_magic_of_pcap_is_known_in_both_byte_orders(magic: int, order: str) -> None:
    assert detect(pcap(magic, order)) is Format.PCAP


def test_a_section_header_begins_a_pcapng_file() -> None:
    assert detect(b"\x0a\x0d\x0d\x0a") is Format.PCAPNG


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_another_kind_of_file_is_called_by_its_name(stranger: Stranger) -> None:
    with pytest.raises(CaptureError) as caught:
        detect(stranger.lead + bytes(64))
    assert f"found {stranger.name} ({stranger.lead[:2].hex(' ')}" in caught.value.message
    assert caught.value.hint == stranger.hint


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "the file is empty: 0 bytes, expected a pcap or pcapng header"),
        (b"\xd4\xc3\xb2", "found only d4 c3 b2"),
        (b"12:00:01.5 IP 10.0.0.1.80 > ", "found text (31 32 3a 30 30 3a 30 31)"),
        (b"\x80\x81\x82\x83\x84", "found unknown data (80 81 82 83 84)"),
    ],
)
def test_what_is_no_file_of_any_known_kind_is_described(head: bytes, words: str) -> None:
    with pytest.raises(CaptureError) as caught:
        detect(head)
    assert words in caught.value.message


def test_printed_packets_come_with_advice_how_to_capture() -> None:
    with pytest.raises(CaptureError) as caught:
        detect(b"12:00:01.5 IP 10.0.0.1.80 > ")
    assert "tcpdump -w" in caught.value.hint


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_format_or_a_capture_error(head: bytes) -> None:
    with suppress(CaptureError):
        assert detect(head) in Format
