"""With the secrets of a key log the records of TLS 1.2 and 1.3 are opened; what is not opened says why."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tls_talk import SAID, Records, make_certificate, needs_openssl, talk

from tui.decode.tls_keys import KeyLog, expand_label, read_key_log
from tui.decode.tls_session import DATA, TlsSession

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def heard(session: TlsSession, sent: Records) -> tuple[list[bytes], set[str]]:
    """What each end says in plain, and what hinders it."""
    said, problems = [b"", b""], set()
    for end, record in sent:
        opened = session.open(end, record)
        if opened.problem:
            problems.add(opened.problem)
        elif opened.kind == DATA:
            said[end] += opened.data
    return said, problems


@needs_openssl
@pytest.mark.parametrize(("version", "ciphers"), [
    (ssl.TLSVersion.TLSv1_3, ""),
    (ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES128-GCM-SHA256"),
    (ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES256-GCM-SHA384"),
    (ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-CHACHA20-POLY1305"),
], ids=str)  # fmt: skip
def test_what_was_said_is_heard(
    version: ssl.TLSVersion, ciphers: str, certificate: Path, tmp_path: Path
) -> None:
    pytest.importorskip("cryptography")
    sent = talk(certificate, tmp_path / "keys", version, ciphers)
    said, problems = heard(TlsSession(read_key_log(tmp_path / "keys")), sent)
    assert said == [b"".join(text for end, text in SAID if end == each) for each in (0, 1)]
    assert problems == set()


@needs_openssl
def test_without_its_secret_a_connection_stays_closed(certificate: Path, tmp_path: Path) -> None:
    sent = talk(certificate, tmp_path / "keys", ssl.TLSVersion.TLSv1_3)
    assert heard(TlsSession(KeyLog({})), sent) == ([b"", b""], {"the key log has no secret for it"})


@needs_openssl
def test_a_cipher_that_is_not_supported_is_named(certificate: Path, tmp_path: Path) -> None:
    sent = talk(certificate, tmp_path / "keys", ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES128-SHA256")
    _, problems = heard(TlsSession(read_key_log(tmp_path / "keys")), sent)
    assert problems == {"the cipher suite 0xc027 is not supported"}


def test_a_key_log_is_read_line_by_line_and_what_is_no_secret_is_passed_over(tmp_path: Path) -> None:
    random, path = bytes(range(32)), tmp_path / "keys"
    path.write_bytes(
        b"# a comment\nCLIENT_RANDOM " + random.hex().encode() + b" 0102\n\xff\xfe\nX 00 00\nLABEL zz 00\n"
    )
    assert read_key_log(path).of(random) == {"CLIENT_RANDOM": b"\1\2"}


def test_labels_are_expanded_as_rfc_8448_has_them() -> None:
    secret = bytes.fromhex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    assert expand_label(secret, "key", 16, "sha256").hex() == "3fce516009c21727d0f2e4e86ee403bc"
    assert expand_label(secret, "iv", 12, "sha256").hex() == "5d313eb2671276ee13000b30"


@given(st.lists(st.tuples(st.integers(0, 1), st.binary(min_size=5, max_size=80)), max_size=20))
@settings(deadline=None, max_examples=100)
def test_any_records_are_opened_or_say_why_not(sent: Records) -> None:
    session = TlsSession(KeyLog({}))
    for end, record in sent:
        session.open(end, bytes([20 + record[0] % 4]) + record[1:])
