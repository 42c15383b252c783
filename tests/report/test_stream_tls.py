"""A stream of TLS says what its records are, and with a key log what is in them."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from streams import Sent, stream_of
from tls_talk import make_certificate, needs_openssl, talk

from tui.decode.tls_keys import KeyLog, read_key_log
from tui.report.stream.tls import tls_lines

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.stream.data import StreamData
    from tui.session import Session

pytestmark = needs_openssl


def tls_stream(folder: Path) -> tuple[Session, StreamData]:
    """A connection over which a client and a server speak TLS 1.3; their secrets stand in the file `keys`."""
    at, sent = [1, 1], []
    for end, record in talk(make_certificate(folder), folder / "keys", ssl.TLSVersion.TLSv1_3):
        for cut in (record[:1000], record[1000:]):
            sent += [Sent(end, at[end], cut, ack=at[1 - end])] * bool(cut)
            at[end] += len(cut)
    return stream_of(folder, sent)


def texts(data: StreamData, end: int | None, log: KeyLog | None) -> list[str]:
    lines = tls_lines(data, end, 76, log)
    return [lines.line(index).text for index in range(len(lines))]


def test_without_a_key_log_the_records_are_named_and_how_to_open_them(tmp_path: Path) -> None:
    session, data = tls_stream(tmp_path)
    found = texts(data, None, None)
    assert "Handshake: Client Hello" in found[0]
    assert "Handshake: Server Hello" in found[1]
    assert sum("--keylog FILE" in text for text in found) == 2  # once an end
    assert not any("GET /" in text for text in found)
    session.close()


def test_with_a_key_log_it_is_read_what_was_said_and_by_whom(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    session, data = tls_stream(tmp_path)
    log = read_key_log(tmp_path / "keys")
    assert "GET / HTTP/1.1" in texts(data, 0, log)
    assert "HTTP/1.1 200 OK" in texts(data, 1, log)
    assert "GET / HTTP/1.1" not in texts(data, 1, log)
    session.close()


def test_a_key_log_without_its_secret_is_said(tmp_path: Path) -> None:
    session, data = tls_stream(tmp_path)
    assert "[not opened: the key log has no secret for it]" in texts(data, None, KeyLog({}))
    session.close()
