"""An open capture: whatever is in the files, packets come out, or one clear sentence."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
import tshark
import wire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.errors import CaptureError, TcpscopeError
from tui.index import reader
from tui.session import Session, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FRAME = wire.ethernet(wire.ip4(wire.tcp()))
RECORD = 16 + len(FRAME)
PCAPNG = wire.section() + wire.interface()
SECONDS = 10.0  # what is waited for comes long before


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def read(*names: str) -> Snapshot:
    session = Session(names)
    snapshot = session.wait()
    session.close()
    return snapshot


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


# Damage


def test_a_file_cut_in_the_middle_gives_all_whole_packets_and_says_where(tmp_path: Path) -> None:
    data = wire.pcap([FRAME] * 1300)
    name = write(tmp_path / "f", data[: 24 + 1234 * RECORD + 20])
    session = Session([name])
    snapshot = session.wait()
    session.close()
    assert len(snapshot.packets) == 1234
    assert snapshot.notices == (f"{name}: cut short after packet 1,234 at byte {24 + 1234 * RECORD:,}",)
    assert isinstance(session.damage, CaptureError)


@pytest.mark.parametrize("cut", [1, 4, 15, 16, 17, RECORD - 1])
def test_a_cut_is_told_wherever_in_the_record_it_is(cut: int, tmp_path: Path) -> None:
    snapshot = read(write(tmp_path / "f", wire.pcap([FRAME] * 2)[: 24 + RECORD + cut]))
    assert len(snapshot.packets) == 1
    assert "cut short after packet 1 at byte 94" in snapshot.notices[0]


def test_a_cut_between_two_records_is_an_end(tmp_path: Path) -> None:
    assert read(write(tmp_path / "f", wire.pcap([FRAME]))).notices == ()


@pytest.mark.parametrize(
    ("damage", "notice"),
    [
        (
            struct.pack("<IIII", 0, 0, 300_000, 300_000),
            "a packet of 300,000 bytes is claimed, 262,144 are possible",
        ),
        (b"\xff" * 40, "a packet of 4,294,967,295 bytes is claimed"),
        (b"\0" * 7, "cut short"),
    ],
)
def test_an_absurd_record_ends_a_pcap_file_with_its_place(damage: bytes, notice: str, tmp_path: Path) -> None:
    snapshot = read(write(tmp_path / "f", wire.pcap([FRAME] * 3) + damage))
    assert len(snapshot.packets) == 3
    assert notice in snapshot.notices[0]
    assert f"after packet 3 at byte {24 + 3 * RECORD}" in snapshot.notices[0]


BLOCK_DAMAGE = {
    "an odd length": (
        struct.pack("<II", 6, 33) + bytes(40),
        "a pcapng block claims 33 bytes, which cannot be",
    ),
    "a length too short": (struct.pack("<II", 6, 8) + bytes(40), "a pcapng block claims 8 bytes"),
    "an absurd length": (
        struct.pack("<II", 6, 1 << 30) + bytes(40),
        "a pcapng block claims 1,073,741,824 bytes",
    ),
    "an unknown interface": (
        wire.enhanced(FRAME, 0, 7),
        "a packet names interface 7, which is not described",
    ),
    "a packet longer than its block": (
        wire.block(6, struct.pack("<IIIII", 0, 0, 0, 999, 999)),
        "a pcapng block claims 32 bytes",
    ),
    "an absurd packet": (wire.block(6, struct.pack("<IIIII", 0, 0, 0, 1 << 20, 1 << 20)), "1,048,576 bytes"),
    "a block without room for a packet": (wire.block(6, b""), "a pcapng block claims 12 bytes"),
    "an interface cut short": (wire.block(1, b"\1\0"), "Interface Description Block"),
    "no magic in a section": (wire.block(0x0A0D0D0A, bytes(16)), "byte-order magic expected"),
    "two lengths that differ": (wire.enhanced(FRAME)[:-4] + bytes(4), "a pcapng block claims 88 bytes"),
    "a cut": (wire.enhanced(FRAME)[:-5], "cut short"),
}


@pytest.mark.parametrize("name", BLOCK_DAMAGE)
def test_a_bad_block_ends_a_pcapng_file_with_its_place(name: str, tmp_path: Path) -> None:
    damage, notice = BLOCK_DAMAGE[name]
    whole = PCAPNG + wire.enhanced(FRAME) * 2
    snapshot = read(write(tmp_path / "f", whole + damage))
    assert len(snapshot.packets) == 2
    assert len(snapshot.notices) == 1
    assert notice in snapshot.notices[0]
    assert f"byte {len(whole)}" in snapshot.notices[0]


def test_a_compressed_file_cut_in_the_middle_gives_what_was_there(tmp_path: Path) -> None:
    noise = wire.ethernet(wire.ip4(wire.tcp(data=os.urandom(500))))
    packed = gzip.compress(wire.pcap([noise[:54] + os.urandom(500) for _ in range(200)]))
    snapshot = read(write(tmp_path / "f", packed[: len(packed) // 2]))
    assert 50 < len(snapshot.packets) < 150
    assert "gzip data is cut short" in snapshot.notices[0]


def test_what_is_no_capture_is_refused_at_once(tmp_path: Path) -> None:
    for data in (b"", b"hello, world, this is text", b"\xd4\xc3\xb2\xa1", wire.header(magic=0x12345678)):
        with pytest.raises(CaptureError, match=r"^\S*f: "):
            Session([write(tmp_path / "f", data)])


def _mutations() -> st.SearchStrategy[list[tuple[float, int]]]:
    return st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8)


@given(place=st.integers(0, 6), flips=_mutations(), cut=st.one_of(st.just(1.0), st.floats(0, 1)))
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_capture_gives_packets_or_a_clear_error(
    place: int, flips: list[tuple[float, int]], cut: float, tmp_path: Path, captures: Path
) -> None:
    sources = sorted(captures.glob("*.pcap"))
    data = bytearray(PCAPNG + wire.enhanced(FRAME, 5, 0, "<", (1, b"comment")) * 5)
    if place < len(sources):
        data = bytearray(sources[place].read_bytes())
    for where, value in flips:
        data[round(where * (len(data) - 1))] = value
    try:
        session = Session([write(tmp_path / "f", bytes(data[: round(len(data) * cut)]))])
    except TcpscopeError:
        return
    snapshot = session.wait()
    for row in range(len(snapshot.packets)):
        assert len(session.frame(row)) == snapshot.packets.caplen[row]
        assert session.context(snapshot, row).number == row + 1
    session.close()


# Files that change while they are open


def test_a_file_that_shrinks_is_an_error_and_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.session.CHECK_SECONDS", 0.0)
    name = write(tmp_path / "f", wire.pcap([FRAME] * 100))
    session = Session([name], follow=True)
    wait_for(lambda: len(session.snapshot().packets) == 100)
    os.truncate(name, 1000)
    assert session.frame(3) == FRAME
    with pytest.raises(CaptureError, match="bytes expected"):
        session.frame(90)
    wait_for(lambda: any("shrank" in notice for notice in session.snapshot().notices))
    session.close()


def test_a_file_that_grows_is_followed_to_every_whole_packet(tmp_path: Path) -> None:
    data = wire.pcap([FRAME] * 30)
    path = tmp_path / "f"
    path.write_bytes(data[:30])
    session = Session([str(path)], follow=True)
    with path.open("ab", buffering=0) as file:
        for start in range(30, len(data), 97):
            file.write(data[start : start + 97])
            whole = (min(start + 97, len(data)) - 24) // RECORD
            wait_for(lambda whole=whole: len(session.snapshot().packets) == whole)  # type: ignore[misc]
    snapshot = session.snapshot()
    assert not snapshot.finished
    assert snapshot.notices == ()
    assert snapshot.total is None
    session.close()


@pytest.mark.parametrize(
    "data", [wire.pcap([FRAME] * 9), PCAPNG + wire.enhanced(FRAME) * 9], ids=["pcap", "pcapng"]
)
def test_a_fifo_that_is_written_slowly_gives_all_packets(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)

    def feed() -> None:
        with path.open("wb", buffering=0) as file:
            for start in range(0, len(data), 50):
                file.write(data[start : start + 50])
                time.sleep(0.005)

    feeder = threading.Thread(target=feed)
    feeder.start()
    snapshot = read(str(path))
    feeder.join()
    assert len(snapshot.packets) == 9
    assert snapshot.notices == ()


def test_bytes_in_a_fifo_that_are_no_capture_are_a_notice_and_not_a_crash(tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        os.mkfifo(path)
    whole = write(tmp_path / "whole", wire.pcap([FRAME] * 4))
    session = Session([str(paths[0]), whole, str(paths[1])])
    for path in paths:
        path.write_bytes(b"this is no capture at all, but somebody wrote it")
    snapshot = session.wait()
    session.close()
    assert len(snapshot.packets) == 4
    assert len(snapshot.notices) == 2


def test_waiting_for_a_pipe_costs_no_processor_time(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    session = Session([write(tmp_path / "f", wire.pcap([FRAME] * 4)), str(path)])
    before = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - before < 0.1
    path.write_bytes(wire.pcap([FRAME]))
    assert len(session.wait().packets) == 5
    session.close()


# Several files


def test_one_damaged_file_of_several_leaves_the_others_complete(tmp_path: Path) -> None:
    good = write(tmp_path / "good", wire.pcap([FRAME] * 10))
    bad = write(tmp_path / "bad", wire.pcap([FRAME] * 10)[:-3])
    snapshot = read(bad, good)
    assert len(snapshot.packets) == 19
    assert len(snapshot.notices) == 1
    assert "bad: cut short after packet 9" in snapshot.notices[0]


def test_files_whose_interfaces_come_in_turns_keep_them_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interfaces are described between packets, in both files, while the packets are merged."""
    monkeypatch.setattr(reader, "FIRST_BLOCK", 1)
    monkeypatch.setattr(reader, "BLOCK", 1)
    other = wire.ip4(wire.tcp(2, 1))
    one = (
        PCAPNG + wire.enhanced(FRAME, 1) + wire.interface("<", 101, (2, b"late")) + wire.enhanced(other, 5, 1)
    )
    two = PCAPNG + wire.enhanced(FRAME, 2) + wire.enhanced(FRAME, 3) + wire.interface("<", 228)
    two += wire.enhanced(other, 4, 1) + wire.enhanced(FRAME, 6, 0)
    names = [write(tmp_path / "one", one), write(tmp_path / "two", two)]
    session = Session(names)
    snapshot = session.wait()
    found = [snapshot.interfaces[number] for number in snapshot.packets.interface]
    assert [(interface.recording, interface.link_type) for interface in found] == [
        (0, 1),
        (1, 1),
        (1, 1),
        (1, 228),
        (0, 101),
        (1, 1),
    ]
    assert [session.frame(row) for row in range(6)] == [FRAME, FRAME, FRAME, other, other, FRAME]
    session.close()


TIMES = st.lists(st.integers(0, 12), max_size=12)


@tshark.needs_tshark
@given(files=st.lists(TIMES, min_size=2, max_size=3), block=st.integers(1, 4))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_files_are_merged_in_mergecaps_order(
    files: list[list[int]], block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where clocks go back, and where times are equal; ports tell which packet it is."""
    monkeypatch.setattr(reader, "FIRST_BLOCK", block)
    monkeypatch.setattr(reader, "BLOCK", block)
    names = []
    for number, times in enumerate(files):
        records = [
            wire.record(wire.ethernet(wire.ip4(wire.tcp(100 * number + 1, place + 1))), 1000 * moment)
            for place, moment in enumerate(times)
        ]
        names.append(write(tmp_path / str(number), wire.header() + b"".join(records)))
    merged = str(tmp_path / "merged")
    subprocess.run(["mergecap", "-F", "pcap", "-w", merged, *names], check=True)
    ours, theirs = read(*names).packets, read(merged).packets
    assert list(ours.time) == list(theirs.time)
    assert list(ours.srcport) == list(theirs.srcport)
    assert list(ours.dstport) == list(theirs.dstport)


# The session itself


def test_no_more_packets_are_read_than_asked_for(tmp_path: Path) -> None:
    name = write(tmp_path / "f", wire.pcap([FRAME] * 1000))
    for count in (1, 256, 300, 5000):
        session = Session([name], count=count)
        snapshot = session.wait()
        session.close()
        assert len(snapshot.packets) == min(count, 1000)
        assert snapshot.finished


def test_snapshots_grow_and_old_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(wire.pcap([FRAME] * 3))
    session = Session([str(path)], follow=True)
    wait_for(lambda: len(session.snapshot().packets) == 3)
    old = session.snapshot()
    with path.open("ab") as file:
        file.write(wire.record(FRAME) * 500)
    wait_for(lambda: len(session.snapshot().packets) == 503)
    assert len(old.packets) == 3
    assert old.version < session.snapshot().version
    assert session.snapshot().done == path.stat().st_size
    session.close()


def test_after_the_first_rows_a_session_may_rest_until_it_is_told_to_go_on(tmp_path: Path) -> None:
    name = write(tmp_path / "f", wire.pcap([FRAME] * 40_000))
    session = Session([name], rest=True)
    wait_for(lambda: len(session.snapshot().packets) > 0)
    time.sleep(0.1)  # the rest is read in less
    resting = session.snapshot()
    assert 0 < len(resting.packets) < 40_000
    assert not resting.finished
    session.go_on()
    assert len(session.wait().packets) == 40_000
    session.close()


def test_a_session_that_rests_can_be_closed(tmp_path: Path) -> None:
    session = Session([write(tmp_path / "f", wire.pcap([FRAME] * 40_000))], rest=True)
    wait_for(lambda: len(session.snapshot().packets) > 0)
    session.close()
    assert not session.snapshot().finished


def test_a_missing_file_among_several_lets_go_of_the_others(tmp_path: Path) -> None:
    name = write(tmp_path / "f", wire.pcap([FRAME]))
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH208, PTH112
    with pytest.raises(CaptureError, match="no such file"):
        Session([name, str(tmp_path / "missing")])
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH208, PTH112
    assert after == before


def test_the_repositorys_captures_are_read_to_their_end(captures: Path) -> None:
    for path in sorted(captures.glob("*.pcap")):
        snapshot = read(str(path))
        assert snapshot.notices == ()
        assert snapshot.done == snapshot.total == path.stat().st_size
        assert len(snapshot.packets) > 0
