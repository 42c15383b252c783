"""What the header tree says of packets made by hand."""

from __future__ import annotations

import pytest
from made import ETHERNET, RAW, context, ethernet, ip, ip6, tcp, texts, tree, udp

from tui.decode.context import Numbers
from tui.decode.nodes import walk
from tui.decode.packet import decode

SCENARIO_3 = bytes.fromhex("fe1e22c31212fb2a000000008002faf0275b0000020405b40103030801010402")
SYN_TO_206 = bytes.fromhex("4500003400010000400600 00c0a8ce6ac0a8cee9".replace(" ", "")) + SCENARIO_3


def span(frame: bytes, name: str) -> bytes:
    """The bytes that the first node of that name marks."""
    node = next(node for node in walk(tree(frame)) if node.name == name)
    return frame[node.start // 8 : -(-node.end // 8)]


@pytest.mark.parametrize(
    ("name", "marked", "text"),
    [
        ("tcp.srcport", "fe1e", "Source Port: 65054 (fe1e)"),
        ("tcp.dstport", "22c3", "Destination Port: 8899 (22c3)"),
        ("tcp.seq_raw", "1212fb2a", "Sequence Number (raw): 303233834 (1212fb2a)"),
        ("tcp.ack_raw", "00000000", "Acknowledgment number (raw): 0 (00000000)"),
        ("tcp.hdr_len", "80", "1000 .... = Header Length: 32 bytes (8)"),
        ("tcp.flags.syn", "02", ".... .... ..1. = Syn: Set"),
        ("tcp.window_size_value", "faf0", "Window: 64240 (faf0)"),
        ("tcp.checksum", "275b", "Checksum: 0x275b [unverified]"),
        ("tcp.urgent_pointer", "0000", "Urgent Pointer: 0 (0000)"),
    ],
)
def test_each_field_of_a_syn_marks_its_bytes(name: str, marked: str, text: str) -> None:
    assert span(SYN_TO_206, name).hex() == marked
    assert texts(tree(SYN_TO_206), name) == [text]


def test_flags_and_data_offset_are_marked_to_the_bit() -> None:
    nodes = {node.name: (node.start - 160, node.end - 160) for node in walk(tree(SYN_TO_206))}
    assert nodes["tcp.hdr_len"] == (96, 100)
    assert nodes["tcp.flags"] == (100, 112)
    assert nodes["tcp.flags.syn"] == (110, 111)


def test_a_checksum_is_judged_only_when_asked() -> None:
    assert texts(tree(SYN_TO_206, verify=True), "tcp.checksum") == ["Checksum: 0x275b [correct]"]
    wrong = SYN_TO_206.replace(b"\x27\x5b", b"\x27\x5c")
    assert texts(tree(wrong, verify=True), "tcp.checksum") == [
        "Checksum: 0x275c [incorrect, should be 0x275b]"
    ]


def test_a_checksum_that_is_the_pseudo_headers_sum_was_left_to_the_network_card() -> None:
    client = bytes.fromhex("4500002800010000400600 00c0a86519c0a86505".replace(" ", ""))
    frame = client + tcp(checksum=0x4B8A)
    (text,) = texts(tree(frame, verify=True), "tcp.checksum")
    assert text.startswith("Checksum: 0x4b8a [incorrect, likely checksum offload, should be 0x")


def test_a_checksum_over_bytes_that_were_not_captured_is_not_judged() -> None:
    assert texts(tree(SYN_TO_206[:-4], verify=True), "tcp.checksum") == ["Checksum: 0x275b [unverified]"]


def test_relative_numbers_say_so_and_absolute_ones_do_not() -> None:
    frame = ip(tcp(flags=16, seq=1001, ack=501, data=b"get"))
    known = context(frame, base_seq=1000, base_ack=500, seglen=3)
    nodes = decode(frame, known, Numbers.RELATIVE, verify=False)
    assert texts(nodes, "tcp.seq") == ["Sequence Number: 1    (relative sequence number)"]
    assert texts(nodes, "tcp.nxtseq") == ["[Next Sequence Number: 4    (relative sequence number)]"]
    assert texts(nodes, "tcp.ack") == ["Acknowledgment Number: 1    (relative ack number)"]
    (_, _, absolute, *_) = decode(frame, known, Numbers.ABSOLUTE, verify=False)
    assert absolute.text.endswith("Seq: 1001, Ack: 501, Len: 3")
    (_, _, in_hex, *_) = decode(frame, known, Numbers.HEX, verify=False)
    assert in_hex.text.endswith("Seq: 0x000003e9, Ack: 0x000001f5, Len: 3")


@pytest.mark.parametrize(
    ("scale", "size", "factor"),
    [(7, 8192 << 7, "128"), (-1, 8192, "-2 (no window scaling used)"), (None, 8192, "-1 (unknown)")],
)
def test_the_window_is_scaled_as_the_handshake_agreed(scale: int | None, size: int, factor: str) -> None:
    nodes = tree(ip(tcp(flags=16)), scale=scale)
    assert texts(nodes, "tcp.window_size") == [f"[Calculated window size: {size}]"]
    assert texts(nodes, "tcp.window_size_scalefactor") == [f"[Window size scaling factor: {factor}]"]


def test_a_syns_window_is_never_scaled() -> None:
    assert texts(tree(ip(tcp(flags=2)), scale=7), "tcp.window_size") == ["[Calculated window size: 8192]"]


def test_an_unknown_link_type_is_its_number_and_raw_bytes() -> None:
    _, unknown, data = tree(b"abc", link_type=147)
    assert unknown.text == "Unknown link type 147"
    assert data.text == "Data (3 bytes)"


def test_ethernet_padding_is_no_payload() -> None:
    frame = ethernet(ip(tcp(flags=16))) + bytes(6)
    assert texts(tree(frame, ETHERNET), "eth.padding") == ["Padding: 000000000000"]
    assert texts(tree(frame, ETHERNET), "tcp.len") == ["[TCP Segment Len: 0]"]


def test_arp_is_told_from_its_padding() -> None:
    request = bytes.fromhex("0001080006040001 020000000001 0a000001 000000000000 0a000002")
    nodes = tree(ethernet(request, 0x0806) + bytes(18), ETHERNET)
    assert texts(nodes, "arp") == ["Address Resolution Protocol (request)"]
    assert texts(nodes, "arp.dst.proto_ipv4") == ["Target IP address: 10.0.0.2"]
    assert len(texts(nodes, "eth.padding")) == 1


def test_a_header_that_an_icmp_error_quotes_shows_raw_numbers() -> None:
    frame = ip(b"\x03\x03\0\0" + bytes(4) + ip(tcp(seq=7)), protocol=1)
    nodes = tree(frame, base_seq=5)
    assert texts(nodes, "tcp.seq") == ["Sequence Number: 7"]
    assert texts(nodes, "tcp.len") == []


def test_a_neighbor_solicitation_shows_its_options() -> None:
    message = bytes.fromhex("87000000 00000000 fe800000000000000000000000000007 0101020000000001")
    nodes = tree(ip6(message, 58))
    assert texts(nodes, "icmpv6.nd.ns.target_address") == ["Target Address: fe80::7"]
    assert texts(nodes, "icmpv6.opt") == ["ICMPv6 Option (Source link-layer address : 02:00:00:00:00:01)"]


def test_a_reassembled_segment_is_shown_and_marks_nothing() -> None:
    frame = ip(b"tail", fragment=2)
    nodes = decode(frame, context(frame), Numbers.RELATIVE, False, reassembled=tcp())
    assert texts(nodes, "tcp.srcport") == ["Source Port: 1234 (04d2)"]
    assert all(node.start == node.end for node in walk(nodes) if node.name.startswith("tcp"))


def test_http_is_shown_line_by_line() -> None:
    request = b"GET /a HTTP/1.1\r\nHost: b\r\n\r\nbody"
    frame = ip(tcp(flags=24, data=request))
    (http,) = (node for node in tree(frame) if node.name == "http")
    lines = ["GET /a HTTP/1.1\\r\\n", "Host: b\\r\\n", "\\r\\n", "File Data: 4 bytes"]
    assert [node.text for node in http.children] == lines
    assert frame[http.children[1].start // 8 : http.children[1].end // 8] == b"Host: b\r\n"


def test_a_tls_record_names_its_message() -> None:
    hello = bytes.fromhex("1603010008 01000004 03030000")
    nodes = tree(ip(tcp(flags=24, data=hello)))
    assert texts(nodes, "tls.record") == ["TLS 1.0 Record Layer: Handshake: Client Hello"]


def test_a_payload_that_nobody_knows_is_data() -> None:
    assert texts(tree(ip(udp(b"abc"), 17)), "udp.payload") == ["UDP payload (3 bytes)"]
    assert texts(tree(ip(tcp(data=b"get")), RAW), "tcp.payload") == ["TCP payload (3 bytes)"]


def test_the_frame_says_when_and_how_much() -> None:
    frame = tree(ip(tcp()))[0]
    assert frame.text == "Frame 1: 40 bytes on wire (320 bits), 40 bytes captured (320 bits)"
    assert texts((frame,), "frame.time") == ["Arrival Time: Jan  1, 1970 00:00:00.000000000 UTC"]
