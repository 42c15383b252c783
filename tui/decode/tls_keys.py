"""The secrets of TLS connections that a browser or server wrote down (SSLKEYLOGFILE), and the keys they give.

The file's format is draft-ietf-tls-keylogfile's: a label, the client's random bytes, a secret; in hex, one a
line. Keys are derived as RFC 8446 §7 and RFC 5246 §6.3 say.

Invariant: of a file only well-formed lines are taken, and of those a bounded number.
"""

from __future__ import annotations

import hmac
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tui.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MOST_LINES = 1_000_000
_LONGEST_LINE = 400
_RANDOM = 32  # bytes


class Suite(NamedTuple):
    """A cipher suite with authenticated encryption: its hash, its key's bytes, its cipher."""

    hash: str
    key: int
    cipher: str  # the class in cryptography.hazmat.primitives.ciphers.aead


_AES_128, _AES_256 = Suite("sha256", 16, "AESGCM"), Suite("sha384", 32, "AESGCM")
_CHACHA = Suite("sha256", 32, "ChaCha20Poly1305")
SUITES: Mapping[int, Suite] = (
    {0x1301: _AES_128, 0x1302: _AES_256, 0x1303: _CHACHA}
    | dict.fromkeys((0x009C, 0x009E, 0x00A2, 0xC02B, 0xC02D, 0xC02F, 0xC031), _AES_128)
    | dict.fromkeys((0x009D, 0x009F, 0x00A3, 0xC02C, 0xC02E, 0xC030, 0xC032), _AES_256)
    | dict.fromkeys((0xCCA8, 0xCCA9, 0xCCAA), _CHACHA)
)
"""The suites of TLS 1.3 and 1.2 that can be decrypted, by number (IANA)."""


class Keys(Struct, frozen=True):
    """What one end's records are sealed with: a key, and 12 bytes that make each nonce, or the first 4."""

    key: bytes
    iv: bytes


class KeyLog:
    """The secrets of a file, by the client's random bytes and by label."""

    def __init__(self, secrets: Mapping[bytes, Mapping[str, bytes]]) -> None:
        self._secrets = secrets

    def of(self, client_random: bytes) -> Mapping[str, bytes]:
        """The secrets of a connection, by label."""
        return self._secrets.get(client_random, {})


def read_key_log(path: Path) -> KeyLog:
    """Read a file. AccessError if that is not possible."""
    secrets: dict[bytes, dict[str, bytes]] = {}
    try:
        with path.open("rb") as file:
            for _ in range(_MOST_LINES):
                line = file.readline(_LONGEST_LINE)
                if not line:
                    break
                _take(line, secrets)
    except OSError as error:
        message = f"the key log {path.name} cannot be read: {error.strerror or error}"
        raise AccessError(message, "--keylog names it") from error
    return KeyLog(secrets)


def _take(line: bytes, secrets: dict[bytes, dict[str, bytes]]) -> None:
    try:
        label, random, secret = line.decode("ascii").split()
        client_random, value = bytes.fromhex(random), bytes.fromhex(secret)
    except ValueError:  # a comment, or no line of the format
        return
    if len(client_random) == _RANDOM:
        secrets.setdefault(client_random, {})[label] = value


def expand_label(secret: bytes, label: str, length: int, name: str) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 §7.1); `name` is the hash's."""
    text = b"tls13 " + label.encode("ascii")
    info = length.to_bytes(2) + bytes([len(text)]) + text + b"\0"
    found, block, number = b"", b"", 0
    while len(found) < length:
        number += 1
        block = hmac.digest(secret, block + info + bytes([number]), name)
        found += block
    return found[:length]


def keys_of_secret(secret: bytes, suite: Suite) -> Keys:
    """What a traffic secret of TLS 1.3 gives (RFC 8446 §7.3)."""
    return Keys(
        expand_label(secret, "key", suite.key, suite.hash), expand_label(secret, "iv", 12, suite.hash)
    )


def keys_of_master(
    master: bytes, client_random: bytes, server_random: bytes, suite: Suite
) -> tuple[Keys, Keys]:
    """The client's and the server's keys of TLS 1.2 (RFC 5246 §6.3, RFC 5288 §3, RFC 7905 §2)."""
    iv = 4 if suite.cipher == "AESGCM" else 12
    seed = b"key expansion" + server_random + client_random
    wanted, found, a = 2 * (suite.key + iv), b"", seed
    while len(found) < wanted:
        a = hmac.digest(master, a, suite.hash)
        found += hmac.digest(master, a + seed, suite.hash)
    edges = (0, suite.key, 2 * suite.key, 2 * suite.key + iv, wanted)
    parts = [found[start:stop] for start, stop in pairwise(edges)]
    return Keys(parts[0], parts[2]), Keys(parts[1], parts[3])
