"""The packet language: what its lines mean, and that nothing else is accepted."""

from __future__ import annotations

import struct

import pytest
from conversation import Expectation, ScriptError, parse, read
from frames import frame
from packets import Checksum, IcmpError, Segment
from pcap_reader import words_sum

HEADER = """date 2020-01-02
end client 10.0.0.1:1000 isn 4294967295 id 65535 cksum partial
end server 10.0.0.2:80
"""
ERROR = "icmp server > client time exceeded quotes"
SYN = "00:00:01.5 client > server [S] seq 0 win 1000"


def segments(*lines: str) -> tuple[Segment, ...]:
    found = parse(HEADER + "\n".join(lines), "test")
    assert all(isinstance(packet, Segment) for packet in found)
    return tuple(packet for packet in found if isinstance(packet, Segment))


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


def test_behind_a_semicolon_stand_the_states_of_the_two_ends() -> None:
    found = segments(SYN, f"{SYN} ; SYN_SENT -")
    assert [segment.states for segment in found] == [(), ("SYN_SENT", "-")]


def test_what_is_left_out_has_its_default() -> None:
    text = "end a 10.0.0.1:1\nend b 10.0.0.2:2 win 7\na > b [S] seq 0\nb > a [S.] seq 0 ack 1"
    first, second = (packet for packet in parse(text, "test") if isinstance(packet, Segment))
    assert (first.time, second.time) == (1_577_836_800_000_000, 1_577_836_800_001_000)
    assert (first.window, second.window, first.urgent, first.ttl) == (64240, 7, 0, 64)


def test_a_segment_has_its_own_window_ttl_and_urgent_pointer() -> None:
    (segment,) = segments(f"{SYN} ttl 3 urg 2")
    sent = frame(segment)
    assert (sent[22], struct.unpack_from(">HHH", sent, 48)) == (3, (1000, segment_checksum(sent), 2))


def segment_checksum(sent: bytes) -> int:
    found: int = struct.unpack_from(">H", sent, 50)[0]
    return found


def test_a_packet_captured_again_is_the_same_frame_later() -> None:
    first, second, again = segments(SYN, SYN, "+0.000003 again #1")
    assert (again.time - second.time, frame(again)) == (3, frame(first))


def test_an_expectation_is_about_the_connection_of_the_packet_before_it() -> None:
    lines = ("expect opening no answer", SYN, SYN, 'expect verdict "no \\"way\\""')
    assert read(HEADER + "\n".join(lines), "test").expectations == (
        Expectation(0, "opening", "no answer"),
        Expectation(1, "verdict", 'no "way"'),
    )


@pytest.mark.parametrize(
    ("words", "encoded"),
    [
        ("nop,nop,sack 1 {1:5}", "0101050a0000000000000004"),
        ("nop,nop,sack 2 {1:5}{9:12}", "010105120000000000000004000000080000000b"),
        ("tfo cookiereq,nop,nop", "22020101"),
        ("tfo cookie 0123456789ab", "22080123456789ab"),
        ("mptcp 0181", "1e040181"),
        (f"md5 {'ab' * 16},nop,nop", f"1312{'ab' * 16}0101"),
        ("kind 29 0102,kind 77,nop,nop", "1d0401024d020101"),
    ],
)
def test_an_option_is_encoded(words: str, encoded: str) -> None:
    line = f"00:00:00 server > client [.] seq 1 ack 1 win 1 options [{words}]"
    assert segments(line)[0].options.hex() == encoded


def test_an_icmp_error_quotes_a_segment_as_it_was_sent() -> None:
    syn, error = parse(
        f"{HEADER}end router 10.0.0.9\n{SYN}\nicmp router > client unreachable host quotes #1", ""
    )
    assert isinstance(error, IcmpError)
    sent = frame(error)
    assert (sent[23], sent[34:36].hex(), sent[42:]) == (1, "0301", frame(syn)[14:])
    assert words_sum(sent[14:34]) == words_sum(sent[34:]) == 0xFFFF


def test_an_icmp_error_may_quote_no_more_than_ports_and_number() -> None:
    syn, error = parse(f"{HEADER}{SYN}\nicmp server > client too big quotes #1 bytes 8 mtu 1400", "")
    sent = frame(error)
    assert (sent[34:36].hex(), struct.unpack_from(">HH", sent, 38), sent[42:]) == (
        "0304",
        (0, 1400),
        frame(syn)[14 : 14 + 28],
    )


def test_ipv6_has_its_own_header_errors_and_pseudo_header() -> None:
    text = (
        "end a [2001:db8::1]:1\nend b [2001:db8::2]:2\na > b [S] seq 0\nicmp b > a unreachable port quotes #1"
    )
    syn, error = (frame(packet) for packet in parse(text, "test"))
    assert (syn[12:14].hex(), syn[20], error[20], error[54:56].hex()) == ("86dd", 6, 58, "0104")
    for sent in (syn, error):
        pseudo_header = sent[22:54] + struct.pack(">II", len(sent) - 54, sent[20])
        assert words_sum(pseudo_header + sent[54:]) == 0xFFFF
    assert error[62:] == syn[14:]


def test_options_are_encoded_in_the_order_given() -> None:
    (segment,) = segments(f"{SYN} options [mss 1460,nop,wscale 8,eol,sackOK,TS val 1 ecr 2,nop,nop,nop]")
    assert segment.options.hex() == "020405b401030308000402080a0000000100000002010101"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("hello", "expected date, end, expect, TIME SENDER > RECEIVER"),
        ("date yesterday", "yesterday"),
        ("end client 10.0.0.9:1", "there is an end 'client' already"),
        ("end x 10.0.0:1", "does not appear to be an IPv4 or IPv6 address"),
        ("end x 10.0.0.9:65536", "expected a number of 16 bits, found 65536"),
        ("end x 10.0.0.9:1 mac 00:01", "a mac has 6 bytes, found 00:01"),
        ("+1 client > server [S] seq 0 win 1", "the first packet needs a time of day"),
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
        ("end router 10.0.0.9\n00:00:00 router > client [S] seq 0", "between ports of one IP version"),
        ("end six [::6]:1\n00:00:00 six > client [S] seq 0", "between ports of one IP version"),
        ("again #1", "expected one of the packets"),
        ("icmp server > client unreachable port quotes #0", "expected one of the packets"),
        (f"{SYN}\nicmp server > client unreachable planet quotes #1", "found 'unreachable planet'"),
        (f"end six [::6]:1\n{SYN}\nicmp six > six unreachable port quotes #1", "not of one IP version"),
        (f"{SYN}\n{ERROR} #1\n{ERROR} #2", "an ICMP error quotes a segment, #2 is none"),
        ("expect fun three-way", "expected one of client, closer, closing, opening, verdict"),
        ("expect opening", "and its value, found 'opening'"),
        (f"{SYN} ; SYN_SENT", "expected the states of two ends behind ;"),
        (f"{SYN} ; SYN_SENT OPEN", "expected the states of two ends behind ;"),
        (f"{SYN} options [nop,nop,sack 2 {{1:5}}]", "expected 2 blocks"),
        (f"{SYN} urgent 2", "at most once, found 'urgent'"),
        (f"{SYN} id", "expected pairs of a key and its value, found"),
        (f"{SYN} cksum wrong", "wrong"),
        (f"{SYN} options [mss]", "expected an option in tcpdump's words, found 'mss'"),
        (f"{SYN} options [mss 65536,nop]", "format requires"),
        (f"{SYN} options [nop]", "[nop] take 1"),
        (f"{SYN} ; SYN_SENT -\n    id 1", "expected pairs of a key and its value"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(line: str, complaint: str) -> None:
    message = refusal("# a comment", *line.split("\n"))
    last = len([each for each in line.split("\n") if not each[0].isspace()])
    assert message.startswith(f"test:{4 + last}: ")
    assert complaint in message


def test_a_wrong_time_since_the_segment_before_is_refused() -> None:
    assert "expected + and seconds, found +soon" in refusal(SYN, "+soon client > server [S] seq 0 win 1")
