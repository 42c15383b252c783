"""What columns answer for many packets is what a look at each packet gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from examples import share
from hypothesis import example, given, settings
from hypothesis import strategies as st
from viewing import opened

from tui.filter.access import Source, occurrences_of
from tui.filter.fields import FIELDS
from tui.filter.protocols import PROTOCOLS
from tui.filter.quick import PRESENCE, QUICK
from tui.filter.values import count

if TYPE_CHECKING:
    from pathlib import Path

    from tui.filter.chunk import Chunk, View
    from tui.filter.field import Field, Value

NAMES = [name for name in QUICK if (FIELDS.get(name) or PROTOCOLS[name]).column is None]
# Of all kinds: plain, IPv6, tunnels, cut headers, fragments, errors that quote, other link types.
OTHERS = (
    "zeek+zeek/testing/btest/Traces/smtp.pcap",
    "zeek+zeek/testing/btest/Traces/ipv6-http-atomic-frag.pcap",
    "zeek+zeek/testing/btest/Traces/mixed-vlan-mpls.pcap",
    "zeek+zeek/testing/btest/Traces/tcp/truncated-header.pcap",
    "zeek+zeek/testing/btest/Traces/tunnels/gre-sample.pcap",
    "OISF+suricata-verify/tests/vxlan-non-zero-reserved-fields/input.pcap",
    "OISF+suricata-verify/tests/defrag/bug-6887-defrag-ipv4-tcp-syn/frag-ip-tcp-syn.pcap",
    "OISF+suricata-verify/tests/security-4710-02/input.pcap",
    "OISF+suricata-verify/tests/tcp-fastopen-05/tfo.pcap",
    "kbandla+dpkt/examples/data/nb6-http.pcap",
    "seladb+PcapPlusPlus/Tests/Pcap++Test/PcapExamples/many_interfaces-1.pcapng",
    "mozillazg+ptcpdump/testdata/format/ipoptions.pcap",
)


def field_of(name: str) -> Field:
    return FIELDS.get(name) or PROTOCOLS[name]


def by_packet(source: Source, chunk: Chunk) -> list[list[Value]]:
    """Each packet's values, sorted: Wireshark's order does not matter to a filter."""
    found: list[list[Value]] = [[] for _ in range(len(chunk))]
    for part in (part.sparse() for part in source.parts(chunk)):
        assert part.owner is not None
        for row, value in zip(part.owner.tolist(), part.values.tolist(), strict=True):
            found[row].append(value)
    return [sorted(values) for values in found]


def differences(view: View) -> list[str]:
    size = len(view.capture.packets)
    found = []
    for name in NAMES:
        field, chunk = field_of(name), view.chunk(0, size)
        quick, slow = occurrences_of(field, ()), Source(field, None, field.values)
        pairs = zip(by_packet(quick, chunk), by_packet(slow, chunk), strict=True)
        found += [f"{name} #{row + 1}: {one} but {two}" for row, (one, two) in enumerate(pairs) if one != two]
    for name, quick_presence in PRESENCE.items():
        field, chunk = field_of(name), view.chunk(0, size)
        quick = Source(field, quick_presence, field.values)
        there = [
            count(source.parts(chunk), size) > 0 for source in (quick, Source(field, None, field.values))
        ]
        found += [f"{name} is there or not"] if (there[0] != there[1]).any() else []
    return found


@pytest.mark.parametrize(
    "name", ["http-get.pcap", "ipv6.pcap", "unreachable.pcap", "header-fields.pcap", "fast-open.pcap"]
)
def test_our_captures(name: str, captures: Path) -> None:
    with opened(captures / name) as view:
        assert differences(view) == []


@pytest.mark.parametrize("name", OTHERS)
def test_captures_of_others(name: str, shared_captures: Path) -> None:
    with opened(shared_captures / name) as view:
        assert differences(view) == []


@settings(max_examples=share(40), deadline=None)
@example(changes=[(23, 137)])  # MPLS in IP: a pseudowire's Ethernet header stands in it
@example(changes=[(23, 143), (46, 8), (47, 6)])  # Ethernet in IP, ARP in it
@given(changes=st.lists(st.tuples(st.integers(0, 73), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_headers(
    changes: list[tuple[int, int]], captures: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray((captures / "http-get.pcap").read_bytes())
    for at, byte in changes:
        data[24 + 16 + at] = byte
    path = tmp_path_factory.mktemp("damaged") / "damaged.pcap"
    path.write_bytes(data)
    with opened(path) as view:
        assert differences(view) == []


def test_most_packets_of_a_usual_capture_are_answered_by_columns(captures: Path) -> None:
    with opened(captures / "http-get.pcap") as view:
        chunk = view.chunk(0, 10)
        assert all(quick.sure is None or quick.sure(chunk).all() for quick in QUICK.values())
