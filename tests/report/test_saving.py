"""What is kept of packets and of what stands between them when they are saved."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from saving import of_us, save

from tui.capture import pcapng
from tui.capture.formats import Format
from tui.capture.pcapng_writer import block
from tui.capture.save.little_endian import swapped
from tui.capture.save.target import Output
from tui.errors import CaptureError, UsageError
from tui.report.save.saving import Cancelled, Saving
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

CAPTURE = Path(__file__).parents[2] / "captures" / "three-way-close.pcap"
LITTLE, BIG = "<", ">"
COMMENT, FLAGS, HASH, DROPS = 1, 2, 3, 4
PACKET = bytes(range(61))
TIME = 1_600_000_000_123_456


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """The blocks of a little-endian file: types and bodies."""
    found, position = [], 0
    while position < len(data):
        kind, length = struct.unpack_from("<II", data, position)
        assert struct.unpack_from("<I", data, position + length - 4)[0] == length
        found.append((kind, data[position + 8 : position + length - 4]))
        position += length
    return found


def whole(kind: int, body: bytes, order: str = LITTLE) -> bytes:
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def option(code: int, value: bytes, order: str = LITTLE) -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = LITTLE, *options: bytes) -> bytes:
    head = struct.pack(f"{order}IHHQ", pcapng.BYTE_ORDER_MAGIC, 1, 0, 2**64 - 1)
    return whole(pcapng.SECTION_HEADER, head + b"".join(options), order)


def interface(order: str = LITTLE, *options: bytes, link_type: int = 1) -> bytes:
    body = struct.pack(f"{order}HHI", link_type, 0, 0) + b"".join(options)
    return whole(pcapng.INTERFACE_DESCRIPTION, body, order)


def enhanced(order: str = LITTLE, *options: bytes, number: int = 0, data: bytes = PACKET) -> bytes:
    head = struct.pack(f"{order}5I", number, TIME >> 32, TIME & 0xFFFFFFFF, len(data), 99)
    return whole(pcapng.ENHANCED_PACKET, head + data + bytes(-len(data) % 4) + b"".join(options), order)


def packet_options(order: str) -> tuple[bytes, ...]:
    return (
        option(COMMENT, b"first", order),
        option(FLAGS, struct.pack(f"{order}I", 2), order),
        option(HASH, b"\x02\x01\x02\x03\x04", order),
        option(DROPS, struct.pack(f"{order}Q", 7), order),
        option(2988, struct.pack(f"{order}I", 32473) + b"theirs", order),
        option(0, b"", order),
    )


def statistics(order: str, number: int) -> bytes:
    times = struct.pack(f"{order}III", number, TIME >> 32, TIME & 0xFFFFFFFF)
    received = option(4, struct.pack(f"{order}Q", 12), order)
    return whole(pcapng.INTERFACE_STATISTICS, times + received + option(0, b"", order), order)


def names(order: str, one: bytes = b"\x0a\0\0\x01abc\0") -> bytes:
    record = struct.pack(f"{order}HH", 1, len(one)) + one + bytes(-len(one) % 4)
    return whole(pcapng.NAMERESOLUTION, record + bytes(4), order)


def secrets(order: str) -> bytes:
    return whole(pcapng.DECRYPTION_SECRETS, struct.pack(f"{order}II", 0x544C534B, 5) + b"keys\n\0\0\0", order)


def custom(order: str, kind: int = pcapng.CUSTOM) -> bytes:
    return whole(kind, struct.pack(f"{order}I", 32473) + b"1234", order)


def between(order: str) -> bytes:
    """All that stands between packets, and is kept."""
    return names(order) + secrets(order) + custom(order) + statistics(order, 0)


def file_of(order: str) -> bytes:
    return b"".join(
        (
            section(
                order,
                option(COMMENT, b"of the file", order),
                option(4, b"tool", order),
                option(0, b"", order),
            ),
            interface(
                order,
                option(2, b"eth0", order),
                option(9, b"\x09", order),
                option(14, struct.pack(f"{order}q", -5), order),
            ),
            enhanced(order, *packet_options(order)),
            between(order),
            enhanced(order),
        )
    )


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., bytes]:
    def make(*files: bytes, **options: object) -> bytes:
        """What these files are saved as."""
        paths = []
        for number, data in enumerate(files):
            paths.append(tmp_path / f"{number}.in")
            paths[-1].write_bytes(data)
        save(paths, tmp_path / "out", **options)  # type: ignore[arg-type]  # as the test says
        return (tmp_path / "out").read_bytes()

    return make


def test_a_little_endian_file_is_saved_byte_by_byte(saved: Callable[..., bytes]) -> None:
    assert saved(file_of(LITTLE)) == file_of(LITTLE)


def test_a_big_endian_file_is_saved_as_the_little_endian_one_that_says_the_same(
    saved: Callable[..., bytes],
) -> None:
    assert saved(file_of(BIG)) == file_of(LITTLE)


@pytest.mark.parametrize("make", [enhanced, names, secrets, custom, interface, section])
def test_a_block_is_swapped_whole(make: Callable[[str], bytes]) -> None:
    assert swapped(make(BIG)) == make(LITTLE)


@given(st.binary(max_size=80), st.sampled_from([1, 2, 3, 4, 5, 6, 9, 10, 0xBAD, 0x0A0D0D0A, 77]))
@settings(deadline=None, max_examples=200)
def test_whatever_is_swapped_keeps_its_length(body: bytes, kind: int) -> None:
    found = whole(kind, body + bytes(-len(body) % 4), BIG)
    assert len(swapped(found)) == len(found)


def test_of_some_packets_names_and_secrets_are_saved_but_no_counts_of_all(
    saved: Callable[..., bytes],
) -> None:
    kinds = [kind for kind, _ in blocks(saved(file_of(LITTLE), numbers="2"))]
    assert kinds == [
        pcapng.SECTION_HEADER,
        pcapng.INTERFACE_DESCRIPTION,
        pcapng.NAMERESOLUTION,
        pcapng.DECRYPTION_SECRETS,
        pcapng.ENHANCED_PACKET,
    ]


@pytest.mark.parametrize("numbers", ["1-", "2"])
@pytest.mark.parametrize("order", [LITTLE, BIG])
def test_names_that_were_read_are_read_again_though_editcap_forgets_them(
    saved: Callable[..., bytes], tmp_path: Path, order: str, numbers: str
) -> None:
    other = section(order) + interface(order) + names(order, b"\x0a\0\0\x02other\0") + enhanced(order)
    (tmp_path / "again").write_bytes(saved(file_of(order), other, numbers=numbers))
    session = Session([str(tmp_path / "again")])
    try:
        session.wait()
        assert session.readers[0].names == {b"\x0a\0\0\x01": ("abc",), b"\x0a\0\0\x02": ("other",)}
    finally:
        session.close()


def test_a_custom_block_that_asks_not_to_be_copied_is_not(saved: Callable[..., bytes]) -> None:
    kept = section() + interface() + enhanced()
    assert saved(kept + custom(LITTLE, pcapng.CUSTOM_NOT_TO_BE_COPIED)) == kept


def test_sections_become_one_with_interfaces_and_comments_of_all(saved: Callable[..., bytes]) -> None:
    first = section(LITTLE, option(COMMENT, b"one")) + interface(LITTLE, option(2, b"a")) + enhanced()
    second = (
        section(BIG, option(COMMENT, b"two", BIG))
        + interface(BIG, option(2, b"b", BIG))
        + enhanced(BIG)
        + statistics(BIG, 0)
    )
    out = blocks(saved(first + second))
    assert [kind for kind, _ in out] == [pcapng.SECTION_HEADER, 1, 1, 6, 6, pcapng.INTERFACE_STATISTICS]
    assert out[0][1][16:] == option(COMMENT, b"one") + option(COMMENT, b"two") + bytes(4)
    assert [struct.unpack_from("<I", body)[0] for _, body in out[3:]] == [0, 1, 1]


def test_merged_files_keep_their_interfaces(saved: Callable[..., bytes], captures: Path) -> None:
    pcap = (captures / "three-way-close.pcap").read_bytes()
    other = section() + interface(LITTLE, option(2, b"eth9"), link_type=113) + enhanced()
    out = blocks(saved(pcap, other))
    described = [body for kind, body in out if kind == pcapng.INTERFACE_DESCRIPTION]
    assert [struct.unpack_from("<H", body)[0] for body in described] == [1, 113]
    numbers = [struct.unpack_from("<I", body)[0] for kind, body in out if kind == pcapng.ENHANCED_PACKET]
    assert numbers == [0] * 10 + [1]


def test_simple_packets_become_enhanced_ones(saved: Callable[..., bytes]) -> None:
    simple = whole(pcapng.SIMPLE_PACKET, struct.pack("<I", 99) + PACKET + bytes(3))
    out = blocks(saved(section() + interface() + simple))
    assert out[-1] == (6, struct.pack("<5I", 0, 0, 0, 61 + 3, 99) + PACKET + bytes(3))


@pytest.mark.parametrize("order", [LITTLE, BIG])
@pytest.mark.parametrize("drops", [3, 0xFFFF])
def test_obsolete_packets_become_enhanced_ones(saved: Callable[..., bytes], order: str, drops: int) -> None:
    head = struct.pack(f"{order}HH4I", 0, drops, TIME >> 32, TIME & 0xFFFFFFFF, 61, 99)
    options = option(FLAGS, struct.pack(f"{order}I", 1), order) + option(0, b"", order)
    obsolete = whole(pcapng.OBSOLETE_PACKET, head + PACKET + bytes(3) + options, order)
    counted = (option(DROPS, struct.pack("<Q", 3)),) if drops == 3 else ()
    expected = enhanced(LITTLE, option(FLAGS, struct.pack("<I", 1)), *counted, option(0, b""))
    assert saved(section(order) + interface(order) + obsolete).endswith(expected)


def test_changed_comments_replace_those_of_the_packet_and_nothing_else(saved: Callable[..., bytes]) -> None:
    before = packet_options(LITTLE)
    after = (option(COMMENT, b"new"), option(COMMENT, "größer".encode()), *before[1:])
    out = saved(file_of(LITTLE), comments={0: ("new", "größer"), 1: ()})
    assert out == file_of(LITTLE).replace(enhanced(LITTLE, *before), enhanced(LITTLE, *after))


def test_packets_of_a_pcap_file_get_comments(captures: Path, tmp_path: Path) -> None:
    save([captures / "three-way-close.pcap"], tmp_path / "out", comments={4: ("a", "b")})
    assert [each[5] for each in of_us(tmp_path / "out")] == [()] * 4 + [("a", "b")] + [()] * 5


def test_options_longer_than_what_is_read_with_a_packet_are_kept(saved: Callable[..., bytes]) -> None:
    long = enhanced(LITTLE, option(COMMENT, b"x" * 60_000), option(0, b""))
    data = section() + interface() + long + enhanced() + long
    assert saved(data) == data


def test_pcap_of_several_link_types_is_refused_with_what_to_do(saved: Callable[..., bytes]) -> None:
    data = section() + interface() + interface(link_type=113) + enhanced() + enhanced(number=1)
    with pytest.raises(UsageError, match=r"LINKTYPE_ETHERNET and LINKTYPE_LINUX_SLL \(save it as pcapng\)"):
        saved(data, form=Format.PCAP)


def test_pcap_needs_one_link_type_among_the_packets_that_are_saved(saved: Callable[..., bytes]) -> None:
    data = section() + interface() + interface(link_type=113) + enhanced() + enhanced(number=1)
    assert saved(data, form=Format.PCAP, numbers="2")[20:24] == struct.pack("<I", 113)


@pytest.mark.parametrize(("resolution", "magic"), [(9, 0xA1B23C4D), (6, 0xA1B2C3D4), (3, 0xA1B2C3D4)])
def test_pcap_has_nanoseconds_where_the_capture_has_them(
    saved: Callable[..., bytes], resolution: int, magic: int
) -> None:
    data = section() + interface(LITTLE, option(9, bytes([resolution]))) + enhanced(data=b"")
    data = data.replace(struct.pack("<II", TIME >> 32, TIME & 0xFFFFFFFF), struct.pack("<II", 0, 5))
    assert struct.unpack_from("<I", saved(data, form=Format.PCAP))[0] == magic


def test_a_time_that_pcap_cannot_say_is_refused(saved: Callable[..., bytes]) -> None:
    data = section() + interface(LITTLE, option(14, struct.pack("<q", -(10**10)))) + enhanced()
    with pytest.raises(UsageError, match=r"the time of packet 1 has no place in pcap \(save it as pcapng\)"):
        saved(data, form=Format.PCAP)


def test_a_file_without_packets_is_saved(tmp_path: Path, captures: Path) -> None:
    session = Session([str(captures / "three-way-close.pcap")])
    try:
        for form in Format:
            written = BytesIO()
            saving = Saving(session, session.wait(), np.zeros(0, np.int64), form)
            assert saving.write(Output(written, None)).packets == 0
            (tmp_path / "empty").write_bytes(written.getvalue())
            assert of_us(tmp_path / "empty") == []
    finally:
        session.close()


@given(st.lists(st.integers(0, 9), unique=True).map(sorted), st.sampled_from(Format))
@settings(deadline=None, max_examples=30)
def test_any_packets_can_be_saved(rows: list[int], form: Format) -> None:
    session = Session([str(CAPTURE)])
    try:
        written = BytesIO()
        snapshot = session.wait()
        Saving(session, snapshot, np.array(rows, np.int64), form).write(Output(written, None))
        data = written.getvalue()
        position = 0
        for row in rows:
            position = data.index(session.frame(row), position) + 1
    finally:
        session.close()


def test_a_file_that_lost_packets_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(section() + interface() + enhanced() * 5)
    session = Session([str(path)])
    snapshot = session.wait()
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(CaptureError, match="bytes expected at byte"):
        Saving(session, snapshot, np.arange(5), Format.PCAPNG).write(Output(BytesIO(), None))
    session.close()


def test_what_is_cancelled_ends(captures: Path) -> None:
    session = Session([str(captures / "three-way-close.pcap")])
    saving = Saving(session, session.wait(), np.arange(10), Format.PCAPNG)
    saving.stop()
    with pytest.raises(Cancelled):
        saving.write(Output(BytesIO(), None))
    session.close()


def test_a_block_that_is_made_is_a_block() -> None:
    assert block(77, b"1234") == whole(77, b"1234")
