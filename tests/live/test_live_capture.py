"""What is captured live is what was on the wire: beside tcpdump, frame by frame."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from captured_frames import frames_of
from hosts import SECONDS, TCPSCOPE, TRAFFIC, Host, capturing, settle, two_hosts
from lab import two_namespaces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from captured_frames import Frame

pytestmark = pytest.mark.slow

LATE = 10**8  # ns

BACKENDS = pytest.mark.parametrize("backend", ["ring", "pcap"])


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@contextmanager
def _both(host: Host, device: str, folder: Path, *arguments: str, backend: str = "ring") -> Iterator[None]:
    """tcpdump and tcpscope capture at once, into tcpdump.pcap and tcpscope.pcapng."""
    if shutil.which("tcpdump") is None:
        pytest.skip("needs tcpdump, to compare with")
    theirs = (
        "tcpdump",
        "-i",
        device,
        "-n",
        "-U",
        "--immediate-mode",
        "--time-stamp-precision=nano",
        "-Z",
        "root",
        *arguments,
    )
    with host.start(*theirs, "-w", str(folder / "tcpdump.pcap")) as tcpdump:
        assert tcpdump.stderr is not None
        while "listening on" not in tcpdump.stderr.readline():
            assert tcpdump.poll() is None
        ours = ("--no-drop", "--backend", backend, "-w", str(folder / "tcpscope.pcapng"))
        with capturing(host, "-i", device, *ours, *arguments) as capture:
            yield
            settle(folder / "tcpdump.pcap")
            tcpdump.send_signal(signal.SIGINT)
            tcpdump.communicate(timeout=SECONDS)
            assert capture.end(signal.SIGINT) == 0


def _assert_equal(folder: Path, count: int) -> None:
    theirs, ours = map(_between_datagrams, (frames_of(folder / "tcpdump.pcap"), _ours(folder)))
    assert len(theirs) >= count
    assert [(frame.length, frame.data) for frame in ours] == [(frame.length, frame.data) for frame in theirs]
    # The kernel looks at its clock for each of the two; somebody else may run in between.
    late = [frame for frame, other in zip(ours, theirs, strict=True) if abs(frame.time - other.time) > LATE]
    assert late == []


def _ours(folder: Path) -> list[Frame]:
    return frames_of(folder / "tcpscope.pcapng")


def _between_datagrams(frames: list[Frame]) -> list[Frame]:
    """From the first to the last: one of the two began earlier and ended later than the other."""
    places = [place for place, frame in enumerate(frames) if b"datagram" in frame.data]
    return frames[places[0] : places[-1] + 1]


@BACKENDS
def test_frames_are_those_that_tcpdump_captures(
    hosts: tuple[Host, Host], tmp_path: Path, backend: str
) -> None:
    near, far = hosts
    with _both(far, far.device, tmp_path, backend=backend):
        near.datagrams(far.address, 1)
        near.conversation(far, far.address)
        near.conversation(far, far.address6)
        near.datagrams(far.address, 50, size=1400)
    _assert_equal(tmp_path, 70)


@BACKENDS
def test_loopback_packets_are_captured_once(hosts: tuple[Host, Host], tmp_path: Path, backend: str) -> None:
    near, _ = hosts
    with _both(near, "lo", tmp_path, "udp", backend=backend):
        near.datagrams("127.0.0.1", 20)
    _assert_equal(tmp_path, 20)
    assert len({frame.data for frame in _ours(tmp_path)}) == 20


@BACKENDS
@pytest.mark.parametrize(
    ("wanted", "count"), [("udp or vlan", 4), ("vlan", 3), ("vlan 5 and udp", 2), ("vlan 6", 1)]
)
def test_vlan_tags_are_in_the_frames_and_can_be_filtered(
    hosts: tuple[Host, Host], tmp_path: Path, backend: str, wanted: str, count: int
) -> None:
    near, far = hosts
    with _both(far, far.device, tmp_path, wanted, backend=backend):
        for vlan in (5, 5, 6):
            near.run(sys.executable, TRAFFIC, "tagged", near.device, str(vlan))
        near.datagrams(far.address, 1)
    _assert_equal(tmp_path, count)
    vlans = [frame.data[14:16].hex() for frame in _ours(tmp_path) if frame.data[12:14] == b"\x81\x00"]
    assert vlans == ["0005", "0005", "0006"][-min(count, 3) if wanted == "vlan 6" else 0 :][: min(count, 3)]


@BACKENDS
@pytest.mark.parametrize("wanted", ["", "udp"])
def test_a_snap_length_cuts_frames_and_keeps_their_length(
    hosts: tuple[Host, Host], tmp_path: Path, backend: str, wanted: str
) -> None:
    near, far = hosts
    path = tmp_path / "cut.pcapng"
    options = ("-s", "60", "--no-drop", "--backend", backend, "-w", str(path))
    with capturing(far, "-i", "far0", *options, *filter(None, [wanted])) as capture:
        near.datagrams(far.address, 5, size=500)
        near.run(sys.executable, TRAFFIC, "tagged", near.device, "5")
        assert capture.end(signal.SIGTERM) == 0
    cut = [(frame.length, len(frame.data)) for frame in frames_of(path) if b"datagram" in frame.data]
    assert cut == [(542, 60)] * 5 + [(116, 60)]


def test_times_are_nanoseconds(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "times.pcapng"
    with capturing(far, "-i", "far0", "--no-drop", "-w", str(path)) as capture:
        near.datagrams(far.address, 10)
        assert capture.end(signal.SIGTERM) == 0
    assert any(frame.time % 1000 for frame in frames_of(path))


def test_any_names_each_packets_interface(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "any.pcapng"
    with capturing(far, "-i", "any", "--no-drop", "-w", str(path), "udp and port 9") as capture:
        near.datagrams(far.address, 3)
        far.datagrams("127.0.0.1", 3)
        assert capture.end(signal.SIGTERM) == 0
    assert _interfaces(path) == ["far0"] * 3 + ["lo"] * 3


def test_several_interfaces_are_one_capture_in_order(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "two.pcapng"
    with capturing(far, "-i", "lo,far0", "--no-drop", "-w", str(path), "udp and port 9") as capture:
        for _ in range(3):
            near.datagrams(far.address, 1)
            far.datagrams("127.0.0.1", 1)
        assert capture.end(signal.SIGTERM) == 0
    assert _interfaces(path) == ["far0", "lo"] * 3


def test_the_direction_is_told(hosts: tuple[Host, Host], tmp_path: Path) -> None:
    near, far = hosts
    path = tmp_path / "both.pcapng"
    with capturing(far, "-i", "far0", "--no-drop", "-w", str(path), "udp and port 9") as capture:
        near.datagrams(far.address, 1)
        far.datagrams(near.address, 1)
        assert capture.end(signal.SIGTERM) == 0
    assert _tshark(path, "frame.packet_flags_direction") == ["0x00000001", "0x00000002"]


def test_packets_of_a_tunnel_begin_with_ip(tmp_path: Path) -> None:
    path = tmp_path / "tunnel.pcapng"
    packet = bytes.fromhex("4500001c000100004011000a0a6300020a6300010009000900080000")
    with two_namespaces() as (client, _):
        tunnel = Host(client.name, "cable", client.address, "")
        with capturing(tunnel, "-i", "any", "--no-drop", "-w", str(path), "udp") as capture:
            os.write(client.cable, packet)
            assert capture.end(signal.SIGTERM) == 0
    assert [frame.data for frame in frames_of(path)] == [packet]
    assert _interfaces(path) == ["cable"]


def test_what_is_captured_is_printed_as_it_comes(hosts: tuple[Host, Host]) -> None:
    near, far = hosts
    with capturing(far, "-i", "far0", "-T", "fields", "-e", "udp.length", "-c", "3", "udp") as capture:
        near.datagrams(far.address, 1, size=20)
        assert capture.process.stdout is not None
        assert capture.process.stdout.readline() == "28\n"
        near.datagrams(far.address, 2, size=30)
        assert capture.end() == 0
    assert capture.out == "38\n38\n"


def test_packets_can_be_piped_on(hosts: tuple[Host, Host]) -> None:
    near, far = hosts
    ours = shlex.join([*TCPSCOPE, "-i", "far0", "-c", "3", "-w", "-", "udp"])
    with far.start("sh", "-c", f"{ours} | tcpdump -n -r -") as pipeline:
        assert pipeline.stderr is not None
        while "capturing on" not in pipeline.stderr.readline():
            assert pipeline.poll() is None
        near.datagrams(far.address, 5)
        out, _ = pipeline.communicate(timeout=SECONDS)
    assert len(out.splitlines()) == 3


def _interfaces(path: Path) -> list[str]:
    return _tshark(path, "frame.interface_name")


def _tshark(path: Path, field: str) -> list[str]:
    if shutil.which("tshark") is None:
        pytest.skip("needs tshark")
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", field]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
