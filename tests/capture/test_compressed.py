"""gzip, zstd and lz4: recognised by content, read through all members, and what is whole of a damaged one."""

from __future__ import annotations

import gzip
import random
import sys
from functools import partial
from typing import TYPE_CHECKING

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.capture.compressed import CODECS, decompressed
from tui.capture.source import open_recording
from tui.capture.spool import Spool
from tui.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DATA = b"\xd4\xc3\xb2\xa1" + random.Random(1).randbytes(100_000) + bytes(2_000_000)
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "lz4": partial(lz4.frame.compress, content_checksum=True),
}

every_codec = pytest.mark.parametrize("codec", sorted(COMPRESS))


def pieces_of(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def split(data: bytes, size: int) -> tuple[bytes, str]:
    """What comes out of `data`, given in pieces of `size`, and the error it ends with."""
    out = bytearray()
    try:
        for piece in decompressed("x", pieces_of(data, size)):
            out += piece
    except CaptureError as error:
        return bytes(out), error.message
    return bytes(out), ""


@every_codec
def test_a_compressed_file_is_recognised_whatever_its_name(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.pcap"
    path.write_bytes(COMPRESS[codec](DATA))
    recording = open_recording(str(path))
    assert isinstance(recording, Spool)
    while not recording.complete:
        recording.wait(60)
    assert recording.read(0, recording.size) == DATA
    assert recording.failure is None
    recording.close()


def test_a_name_alone_makes_no_file_compressed(tmp_path: Path) -> None:
    path = tmp_path / "capture.pcap.gz"
    path.write_bytes(DATA)
    recording = open_recording(str(path))
    assert not isinstance(recording, Spool)
    recording.close()


@every_codec
@pytest.mark.parametrize("size", [1, 1000, 10_000_000])
def test_members_one_after_the_other_are_read_through(codec: str, size: int) -> None:
    one, two = DATA[:300], DATA[300:700]
    compress = COMPRESS[codec]
    assert split(compress(one) + compress(b"") + compress(two), size) == (one + two, "")


@every_codec
def test_zeros_after_the_end_are_padding(codec: str) -> None:
    assert split(COMPRESS[codec](DATA) + bytes(5000), 1000) == (DATA, "")


@every_codec
@pytest.mark.parametrize("size", [7, 10_000_000])
def test_data_cut_in_the_middle_gives_what_is_whole_and_says_so(codec: str, size: int) -> None:
    cut = COMPRESS[codec](DATA[:100_000])[:60_000]
    out, message = split(cut, size)
    assert message == f"x: the {codec} data is cut short after byte 60,000"
    assert out == DATA[: len(out)]
    if codec == "gzip":
        assert len(out) > 50_000


@every_codec
def test_data_cut_inside_its_first_header_is_cut_short(codec: str) -> None:
    assert split(COMPRESS[codec](DATA)[:5], 1) == (b"", f"x: the {codec} data is cut short after byte 5")


@every_codec
def test_rubbish_after_the_end_is_damage_with_a_place(codec: str) -> None:
    out, message = split(COMPRESS[codec](b"abcd") + b"rubbish" * 10, 10_000)
    assert out == b"abcd"
    assert message.startswith(f"x: the {codec} data is damaged near byte 0: ")


@every_codec
def test_changed_bytes_are_noticed(codec: str) -> None:
    changed = bytearray(COMPRESS[codec](DATA))
    changed[40_000:40_100] = bytes(100)
    out, message = split(bytes(changed), 1000)
    assert f"the {codec} data is damaged near byte" in message
    assert DATA.startswith(out[:20_000])


@every_codec
def test_a_bomb_is_let_out_in_bounded_pieces(codec: str) -> None:
    bomb = COMPRESS[codec](bytes(200_000_000))
    sizes = [len(piece) for piece in decompressed("x", iter([bomb]))]
    assert sum(sizes) == 200_000_000
    assert max(sizes) <= 32 * 2**20


def test_what_is_not_compressed_is_handed_through() -> None:
    assert split(DATA, 3) == (DATA, "")
    assert split(b"", 3) == (b"", "")
    assert split(b"\x1f", 3) == (b"\x1f", "")


@pytest.mark.parametrize(("codec", "module"), [("zstd", "zstandard"), ("lz4", "lz4.frame")])
def test_a_missing_module_is_named_with_what_installs_it(
    codec: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "capture"
    path.write_bytes(COMPRESS[codec](DATA))
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(CaptureError) as caught:
        open_recording(str(path))
    assert module.partition(".")[0] in caught.value.message
    assert caught.value.hint == "pip install 'tcpscope[compressed]'"


@settings(deadline=None, max_examples=200)
@given(lead=st.sampled_from([codec.lead for codec in CODECS]), rest=st.binary(max_size=200))
def test_any_bytes_give_bytes_or_a_capture_error(lead: bytes, rest: bytes) -> None:
    split(lead + rest, 50)
