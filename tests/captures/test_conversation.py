"""The packet language: what its lines mean, and that nothing else is accepted."""

from __future__ import annotations

import struct

import pytest
from conversation import Checksum, ScriptError, Segment, parse
from frames import frame

HEADER = """date 2020-01-02
end client 10.0.0.1:1000 isn 4294967295 id 65535 cksum partial
end server 10.0.0.2:80
"""
SYN = "00:00:01.5 client > server [S] seq 0 win 1000"


def segments(*lines: str) -> tuple[Segment, ...]:
    return parse(HEADER + "\n".join(lines), "test")


def refusal(*lines: str) -> str:
    with pytest.raises(ScriptError) as caught:
        segments(*lines)
    return str(caught.value)


def test_numbers_count_from_the_isn_and_wrap() -> None:
    (segment,) = segments("00:00:00 client > server [.] seq 1 ack 7 win 1")
    assert (segment.seq, segment.ack) == (0, 7)


def test_a_number_may_lie_before_the_isn() -> None:
    (segment,) = segments("00:00:00 server > client [.] seq -1 ack -1 win 1")
    assert (segment.seq, segment.ack) == (4294967295, 4294967294)


def test_a_time_is_of_the_day_in_utc_or_since_the_segment_before() -> None:
    first, second = segments(SYN, "+0.000001 client > server [S] seq 0 win 1")
    assert (first.time, second.time) == (1_577_923_201_500_000, 1_577_923_201_500_001)


def test_ip_identifications_count_up_from_the_ends_and_a_given_one_does_not_count() -> None:
    found = segments(SYN, f"{SYN} id 7", SYN, "00:00:02 server > client [S] seq 0 win 1")
    assert [segment.identification for segment in found] == [65535, 7, 0, 1]


def test_a_segments_checksum_stands_in_place_of_its_ends() -> None:
    found = segments(SYN, f"{SYN} cksum right", f"{SYN} cksum 0x1234")
    assert [segment.checksum for segment in found] == [Checksum.PARTIAL, Checksum.RIGHT, 0x1234]
    assert struct.unpack_from(">H", frame(found[2]), 50) == (0x1234,)


def test_strings_of_data_are_joined_over_lines() -> None:
    (segment,) = segments('00:00:00 client > server [P.] seq 1:6 ack 1 win 1 data "a;\\n"', '    "\\"\\x00"')
    assert segment.payload == b'a;\n"\0'


def test_a_note_is_kept() -> None:
    assert segments(f"{SYN} ; client SYN_SENT, server LISTEN")[0].note == "client SYN_SENT, server LISTEN"


def test_options_are_encoded_in_the_order_given() -> None:
    (segment,) = segments(f"{SYN} options [mss 1460,nop,wscale 8,eol,sackOK,TS val 1 ecr 2,nop,nop,nop]")
    assert segment.options.hex() == "020405b401030308000402080a0000000100000002010101"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("hello", "expected date, end, or TIME SENDER > RECEIVER"),
        ("date yesterday", "yesterday"),
        ("end client 10.0.0.9:1", "there is an end 'client' already"),
        ("end x 10.0.0:1", "Expected 4 octets"),
        ("end x 10.0.0.9:65536", "expected a number of 16 bits, found 65536"),
        ("end x 10.0.0.9:1 mac 00:01", "a mac has 6 bytes, found 00:01"),
        ("+1 client > server [S] seq 0 win 1", "the first segment needs a time of day"),
        ("noon client > server [S] seq 0 win 1", "noon"),
        ("00:00:00 client > nobody [S] seq 0 win 1", "no end is named 'nobody'; there are: client, server"),
        ("00:00:00 client > server [X] seq 0 win 1", "found [X]"),
        ("00:00:00 client > server [S] win 1", "a segment needs seq"),
        ("00:00:00 client > server [.] seq 0 win 1", "there is no ack"),
        ("00:00:00 client > server [S] seq 0:1 win 1", "seq 0:1 does not span the 0 bytes of data"),
        ('00:00:00 client > server [S] seq 0 win 1 data "a"', "seq 0 does not span the 1 bytes of data"),
        ('00:00:00 client > server [S] seq 0 win 1 data "a', "expected"),
        ('00:00:00 client > server [S] seq 0:1 win 1 data "é"', "bytes can only contain ASCII"),
        ("00:00:00 client > server [S] seq 0 win 1 data a", "expected data in quotes, found a"),
        (f"{SYN} win 2", "at most once, found 'win'"),
        (f"{SYN} urgent 2", "at most once, found 'urgent'"),
        (f"{SYN} id", "expected pairs of a key and its value, found"),
        (f"{SYN} cksum wrong", "wrong"),
        (f"{SYN} options [mss]", "expected an option in tcpdump's words, found 'mss'"),
        (f"{SYN} options [mss 65536,nop]", "format requires"),
        (f"{SYN} options [nop]", "[nop] take 1"),
        (f"{SYN} ; a note\n    id 1", "expected pairs of a key and its value"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(line: str, complaint: str) -> None:
    message = refusal("# a comment", line)
    assert message.startswith("test:5: ")
    assert complaint in message


def test_a_wrong_time_since_the_segment_before_is_refused() -> None:
    assert "expected + and seconds, found +soon" in refusal(SYN, "+soon client > server [S] seq 0 win 1")


def test_a_time_of_day_needs_a_date() -> None:
    with pytest.raises(ScriptError, match="test:2: the time of day 00:00:00 needs a line `date"):
        parse("end a 10.0.0.1:1\n00:00:00 a > a [S] seq 0 win 1", "test")
