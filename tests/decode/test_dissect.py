"""scapy's fields know where they stand, and its failures are told, not raised."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import ip, texts, tree, udp

from tui.decode import protocols
from tui.decode.dissect import Located, Record, dissect
from tui.decode.nodes import Node, walk

QUERY = bytes.fromhex("12340100 00010000 00000000 076578616d706c65 03636f6d 00 0001 0001")
TABLES = (
    protocols.UDP_PORTS,
    protocols.TCP_PORTS,
    protocols.IP_PROTOCOLS,
    protocols.ETHERTYPES,
    protocols.PPP_NUMBERS,
)
DISSECTORS = sorted({row for table in TABLES for row in table.values()}, key=lambda row: row.title)


def find(nodes: tuple[Node, ...], start: str) -> Node:
    """The first node whose text begins so."""
    return next(node for node in walk(nodes) if node.text.startswith(start))


def test_every_field_of_a_dns_query_marks_its_bytes() -> None:
    frame = ip(udp(QUERY, 1000, 53), 17)
    nodes = tree(frame)
    marked = {name: find(nodes, name) for name in ("id:", "rd:", "qdcount:", "qname:", "qtype:")}
    at = 28 * 8
    assert {name: (node.start - at, node.end - at) for name, node in marked.items()} == {
        "id:": (0, 16),
        "rd:": (23, 24),
        "qdcount:": (32, 48),
        "qname:": (96, 200),
        "qtype:": (200, 216),
    }


def test_a_record_behind_a_compressed_name_still_marks_its_bytes() -> None:
    answer = bytes.fromhex("c00c 0001 0001 0000003c 0004 01020304")
    frame = ip(udp(QUERY[:2] + bytes.fromhex("8180 0001 0001 0000 0000") + QUERY[12:] + answer, 53, 1000), 17)
    address = find(tree(frame), "rdata: 1.2.3.4")
    assert frame[address.start // 8 : address.end // 8] == bytes((1, 2, 3, 4))
    name = find(tree(frame), "rrname: example.com.")
    assert frame[name.start // 8 : name.end // 8] == b"\xc0\x0c"


@pytest.mark.parametrize("row", DISSECTORS, ids=lambda row: row.title)
def test_every_row_names_a_layer_that_scapy_has(row: protocols.Dissector) -> None:
    assert callable(getattr(importlib.import_module(row.module), row.layer))


def test_slices_and_neighbours_keep_their_place_and_derived_bytes_lose_it() -> None:
    data = Located.of(b"abcdef", 10, Record(0.0))
    middle = data[2:4]
    assert isinstance(middle, Located)
    assert middle.start == 12
    assert isinstance(middle + data[4:], Located)
    assert not isinstance(middle + data[:2], Located)
    assert not isinstance(data[::-1], Located)


def test_a_payload_that_scapy_refuses_is_called_malformed_and_shown_raw() -> None:
    nodes = tree(ip(udp(b"\xff", 1000, 161), 17))
    assert texts(nodes, "_ws.malformed")[0].startswith("[Malformed Simple Network Management Protocol: ")
    assert texts(nodes, "udp.payload") == ["UDP payload (1 byte)"]


@given(st.sampled_from(DISSECTORS), st.binary(min_size=1, max_size=300))
@settings(deadline=None, max_examples=150)
def test_any_bytes_give_nodes_inside_the_payload(row: protocols.Dissector, data: bytes) -> None:
    for node in walk(dissect(b"xyz" + data, 3, 3 + len(data), row)):
        assert 24 <= node.start <= node.end <= 24 + len(data) * 8
        assert node.text.isprintable()
