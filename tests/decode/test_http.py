"""HTTP/1 messages are parted as RFC 9112 says, and their bodies decoded within bounds."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.decode import bodies
from tui.decode.bodies import decode, unchunk
from tui.decode.http import messages

if TYPE_CHECKING:
    from tui.decode.http import Message

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


def read(data: bytes, *asked: str) -> list[Message]:
    return list(messages(data, asked))


def test_messages_stand_one_behind_the_other() -> None:
    found = read(GET + b"POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc" + GET)
    assert [(each.method, each.body) for each in found] == [("GET", b""), ("POST", b"abc"), ("GET", b"")]


def test_a_chunked_body_is_joined_and_its_trailer_belongs_to_it() -> None:
    chunks = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
    )
    first, second = read(chunks + OK + b"hi")
    assert (first.body, first.chunked, first.whole) == (b"abcde", True, True)
    assert second.body == b"hi"


def test_a_response_without_a_length_goes_on_to_the_end() -> None:
    (found,) = read(b"HTTP/1.0 200 OK\r\n\r\nall of this")
    assert found.body == b"all of this"


@pytest.mark.parametrize("status", [b"100 Continue", b"204 No Content", b"304 Not Modified"])
def test_some_responses_have_no_body(status: bytes) -> None:
    found = read(b"HTTP/1.1 " + status + b"\r\nContent-Length: 9\r\n\r\n" + OK + b"hi", "GET")
    assert [each.body for each in found] == [b"", b"hi"]


def test_what_answers_head_has_no_body() -> None:
    found = read(OK + OK + b"hi", "HEAD", "GET")
    assert [each.body for each in found] == [b"", b"hi"]


def test_behind_a_change_of_protocol_there_is_no_http() -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
    assert [each.status for each in read(switch + OK + b"hi")] == [101]
    assert [each.status for each in read(OK.replace(b"2\r\n\r\n", b"0\r\n\r\n") + OK, "CONNECT")] == [200]


def test_a_message_that_is_cut_off_says_so() -> None:
    assert [each.whole for each in read(OK + b"h")] == [False]
    assert [each.whole for each in read(GET[:-2])] == [False]


@pytest.mark.parametrize(("coding", "coded"), [
    ("gzip", gzip.compress(b"hello", mtime=0)),
    ("x-gzip", gzip.compress(b"hello", mtime=0)),
    ("deflate", zlib.compress(b"hello")),
    ("deflate", zlib.compress(b"hello")[2:-4]),
    ("identity", b"hello"),
    ("deflate, gzip", gzip.compress(zlib.compress(b"hello"), mtime=0)),
])  # fmt: skip
def test_codings_are_taken_off(coding: str, coded: bytes) -> None:
    assert decode(coded, coding) == (b"hello", "")


def test_zstd_is_decoded_where_its_package_is() -> None:
    zstandard = pytest.importorskip("zstandard")
    assert decode(zstandard.ZstdCompressor().compress(b"hello"), "zstd") == (b"hello", "")


def test_brotli_is_decoded_where_its_package_is() -> None:
    brotli = pytest.importorskip("brotli", minversion="1.2")
    assert decode(brotli.compress(b"hello"), "br") == (b"hello", "")
    bomb = brotli.compress(bytes(100_000_000))
    assert len(decode(bomb, "br").data) == bodies.MOST


def test_what_cannot_be_decoded_stays_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decode(b"hello", "gzip") == (b"hello", "the bytes are not compressed as the header says")
    assert decode(b"hello", "rot13") == (b"hello", "the content coding rot13 is unknown")
    assert decode(gzip.compress(b"hello" * 99)[:-9], "gzip").problem == "the compressed bytes end too soon"
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    assert decode(b"hello", "br") == (b"hello", "to decode it, install brotli 1.2 or newer, a Python package")


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST", 1000)
    bomb = gzip.compress(bytes(10_000_000))
    found = decode(bomb, "gzip")
    assert (len(found.data), found.problem) == (1000, "only the first 1,000 bytes are decoded")
    assert len(decode(gzip.compress(bomb), "gzip, gzip").data) <= 1000


@given(
    st.binary(max_size=200),
    st.sampled_from([GET, OK, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]),
)
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_messages_one_behind_the_other(rest: bytes, head: bytes) -> None:
    at = 0
    for message in messages(head + rest + GET):
        assert at == message.start < message.body_at <= message.end <= len(head + rest + GET)
        at = message.end
    assert at


@given(st.binary(max_size=100))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_unchunked_within_themselves(data: bytes) -> None:
    found = unchunk(data, 0)
    assert len(found.data) <= found.end <= len(data)


@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip,gzip", ",", "x"]))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_decoded_or_say_why_not(data: bytes, coding: str) -> None:
    found = decode(data, coding)
    assert found.problem or len(found.data) <= bodies.MOST
