"""What there is to open is looked at, and put into words."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tui.capture.live.counters import packets_of
from tui.capture.live.filters import load_libpcap
from tui.capture.live.interfaces import Device, devices
from tui.report.start import age_text, look_at_file, look_at_interfaces, size_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (9_600, "9.6 kB"),
        (99_700, "100 kB"),
        (999_999, "1.0 MB"),
        (605_000_000, "605 MB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
def test_sizes_have_the_unit_that_leaves_few_digits(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s ago"), (59, "59 s ago"), (61, "1 min ago"), (7300, "2 h ago"), (90_000, "1 day ago"),
     (9 * 86_400, "9 days ago")],
)  # fmt: skip
def test_ages_have_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


def test_a_file_is_seen_with_its_size_and_age(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(bytes(77))
    os.utime(path, (0, 0))
    seen = look_at_file(path)
    assert seen.size == 77
    assert seen.age is not None
    assert seen.age > 10**9


@pytest.mark.parametrize("name", ["missing", ".", "\0"])
def test_what_is_no_file_counts_as_gone(name: str, tmp_path: Path) -> None:
    assert look_at_file(tmp_path / name).size is None


def _counters(folder: Path, **counts: str) -> Path:
    place = folder / "eth0" / "statistics"
    place.mkdir(parents=True)
    for name, text in counts.items():
        (place / name).write_text(text)
    return folder


@pytest.mark.parametrize(("loopback", "packets"), [(False, 12), (True, 5)])
def test_packets_are_counted_as_a_capture_would_see_them(
    loopback: bool, packets: int, tmp_path: Path
) -> None:
    device = Device("eth0", 1, 1, True, loopback, (), b"")
    assert packets_of(device, _counters(tmp_path, rx_packets="5\n", tx_packets="7\n")) == packets


@pytest.mark.parametrize("counts", [{}, {"rx_packets": "5"}, {"rx_packets": "5", "tx_packets": "many"}])
def test_without_counters_nothing_is_known(counts: dict[str, str], tmp_path: Path) -> None:
    device = Device("eth0", 1, 1, True, False, (), b"")
    assert packets_of(device, _counters(tmp_path, **counts)) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the counters are Linux'")
def test_this_machines_interfaces_are_seen_with_their_counters() -> None:
    seen = look_at_interfaces()
    assert "lo" in seen.names
    assert seen.names[-1] == "any"
    assert seen.counts["any"] == sum(count for name, count in seen.counts.items() if name != "any")


@pytest.mark.skipif(sys.platform != "linux", reason="libpcap and the system have different numbers there")
def test_interfaces_have_the_systems_numbers_once_libpcap_is_loaded() -> None:
    """libpcap numbers them by their place in its list; a ring bound to that would watch another interface."""
    import socket

    load_libpcap()
    assert {each.name: each.index for each in devices()} == {name: at for at, name in socket.if_nameindex()}
