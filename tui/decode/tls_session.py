"""A TLS connection whose records are opened with the secrets of a key log (TLS 1.3 and 1.2, sealed ciphers).

Records are handed in in the order of delivery, as both ends saw them. Invariant: what cannot be opened says
why; nothing is raised, whatever the bytes are.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field

from tui.decode.tls_keys import SUITES, Keys, Suite, expand_label, keys_of_master, keys_of_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui.decode.tls_keys import KeyLog

CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _FINISHED, _KEY_UPDATE = 1, 2, 20, 24
_SUPPORTED_VERSIONS = 43
_TLS_1_3 = 0x0304
_LONGEST_MESSAGE = 1 << 17
_ROLES = ("CLIENT", "SERVER")
_MISSING = "the Python package cryptography is not there: install tcpscope[tls]"
# RFC 8446 §4.1.3: a Server Hello with this random is a Hello Retry Request.
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class Opened(NamedTuple):
    """A record: its type and its bytes in plain; `problem` says why they are not, "" if they are."""

    kind: int
    data: bytes
    problem: str = ""


class _End(Struct):
    """What is known of one end's records."""

    sealed: bool = False  # they are encrypted from now on
    keys: Keys | None = None
    secret: bytes = b""
    number: int = 0  # of the next record under these keys
    messages: bytearray = field(default_factory=bytearray)  # of the handshake, not looked at yet


class TlsSession:
    """Opens the records of one connection; ends are 0, the client, and 1, the server."""

    def __init__(self, log: KeyLog) -> None:
        self._log = log
        self._ends = (_End(), _End())
        self._client_random = b""
        self._server_random = b""
        self._suite: Suite | None = None
        self._number_of_suite = 0
        self._tls_1_3 = False

    def open(self, end: int, record: bytes) -> Opened:
        """The next record of an end, with its header of 5 bytes."""
        kind, body = record[0], record[5:]
        state = self._ends[end]
        if kind == CHANGE_CIPHER:
            if not self._tls_1_3:
                state.sealed, state.number = True, 0
            return Opened(kind, body)
        if not state.sealed or (self._tls_1_3 and kind != DATA):
            opened = Opened(kind, body)
        else:
            opened = self._unseal(state, end, record)
        if opened.kind == HANDSHAKE and not opened.problem:
            state.messages += opened.data
            for message, content in _messages(state.messages):
                self._hear(end, message, content)
        return opened

    def _unseal(self, state: _End, end: int, record: bytes) -> Opened:
        kind, body = record[0], record[5:]
        if self._suite is None:
            return Opened(kind, body, f"the cipher suite {self._number_of_suite:#06x} is not supported")
        if state.keys is None and not self._tls_1_3:
            self._derive_keys()
        if state.keys is None:
            return Opened(kind, body, "the key log has no secret for it")
        try:
            cipher: Any = getattr(importlib.import_module(_AEAD), self._suite.cipher)
        except ImportError:
            return Opened(kind, body, _MISSING)
        nonce, sealed = _nonce(state, body)
        size = (len(body) if self._tls_1_3 else max(len(sealed) - _TAG, 0)).to_bytes(2)
        header = record[:3] + size
        data = header if self._tls_1_3 else state.number.to_bytes(8) + header
        state.number += 1
        try:
            plain: bytes = cipher(state.keys.key).decrypt(nonce, sealed, data)
        except Exception:  # noqa: BLE001 the library has exceptions of its own, for bytes of any kind
            return Opened(kind, body, "the secret does not open it")
        if not self._tls_1_3:
            return Opened(kind, plain)
        inner = plain.rstrip(b"\0")  # RFC 8446 §5.4: the type stands before the padding
        return Opened(inner[-1], inner[:-1]) if inner else Opened(kind, b"", "it has no type")

    def _hear(self, end: int, message: int, content: bytes) -> None:
        """A message of the handshake changes what is known."""
        if message == _CLIENT_HELLO and end == 0:
            self._client_random = content[2:34]
        elif message == _SERVER_HELLO and end == 1 and content[2:34] != _RETRY:
            self._hear_server(content)
        elif self._tls_1_3 and message == _FINISHED:
            self._use(end, f"{_ROLES[end]}_TRAFFIC_SECRET_0")
        elif self._tls_1_3 and message == _KEY_UPDATE and self._suite:  # RFC 8446 §7.2
            secret = self._ends[end].secret
            length = len(secret)
            self._use_secret(end, expand_label(secret, "traffic upd", length, self._suite.hash))

    def _hear_server(self, content: bytes) -> None:
        self._server_random = content[2:34]
        session = content[34] if len(content) > 34 else 0
        self._number_of_suite = int.from_bytes(content[35 + session : 37 + session])
        self._suite = SUITES.get(self._number_of_suite)
        extensions = dict(_extensions(content[40 + session :]))
        self._tls_1_3 = int.from_bytes(extensions.get(_SUPPORTED_VERSIONS, b"")) == _TLS_1_3
        if self._tls_1_3:
            for end, role in enumerate(_ROLES):
                self._ends[end].sealed = True
                self._use(end, f"{role}_HANDSHAKE_TRAFFIC_SECRET")

    def _use(self, end: int, label: str) -> None:
        secret = self._secrets.get(label)
        if secret is None:
            self._ends[end].keys = None
        else:
            self._use_secret(end, secret)

    def _use_secret(self, end: int, secret: bytes) -> None:
        state = self._ends[end]
        state.secret, state.number = secret, 0
        state.keys = keys_of_secret(secret, self._suite) if self._suite and secret else None

    def _derive_keys(self) -> None:
        """The keys of TLS 1.2, if the log has the connection's master secret."""
        master = self._secrets.get("CLIENT_RANDOM")
        if master and self._suite:
            keys = keys_of_master(master, self._client_random, self._server_random, self._suite)
            self._ends[0].keys, self._ends[1].keys = keys

    @property
    def _secrets(self) -> Mapping[str, bytes]:
        return self._log.of(self._client_random)


_AEAD = "cryptography.hazmat.primitives.ciphers.aead"
_TAG = 16


def _nonce(state: _End, body: bytes) -> tuple[bytes, bytes]:
    """The nonce of a record, and what was sealed with it (RFC 8446 §5.3, RFC 5288 §3)."""
    assert state.keys is not None, "they were found before"
    iv = state.keys.iv
    if len(iv) == 4:
        return iv + body[:8], body[8:]
    return bytes(a ^ b for a, b in zip(iv, state.number.to_bytes(12), strict=True)), body


def _messages(held: bytearray) -> Iterator[tuple[int, bytes]]:
    """The messages that are there whole, taken away from what is held."""
    while len(held) >= 4:
        length = int.from_bytes(held[1:4])
        if length > _LONGEST_MESSAGE:
            held.clear()
        if len(held) < 4 + length:
            return
        message, content = held[0], bytes(held[4 : 4 + length])
        del held[: 4 + length]
        yield message, content


def _extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at + 2 : at + 4])
        yield int.from_bytes(data[at : at + 2]), data[at + 4 : at + 4 + length]
        at += 4 + length
