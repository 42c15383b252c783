"""A client and a server that speak TLS with each other, over memory, and write their secrets down."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
SAID = ((0, b"GET / HTTP/1.1\r\n\r\n"), (1, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 40_000), (0, b"bye"))

Records = list[tuple[int, bytes]]


def talk(certificate: Path, log: Path, version: ssl.TLSVersion, ciphers: str = "") -> Records:
    """What a client and a server send each other that handshake and then say SAID."""
    contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)]
    contexts[0].check_hostname, contexts[0].verify_mode = False, ssl.CERT_NONE
    contexts[0].keylog_filename = str(log)
    contexts[1].load_cert_chain(certificate)
    for context in contexts:
        context.minimum_version = context.maximum_version = version
        if ciphers:
            context.set_ciphers(ciphers)
    incoming, outgoing = [[ssl.MemoryBIO() for _ in range(2)] for _ in range(2)]
    ends = [contexts[end].wrap_bio(incoming[end], outgoing[end], server_side=end == 1) for end in (0, 1)]
    sent: Records = []

    def carry(end: int) -> None:
        data = outgoing[end].read()
        incoming[1 - end].write(data)
        sent.extend((end, record) for record in records(data))

    for end in (0, 1, 0, 1):
        with contextlib.suppress(ssl.SSLWantReadError):
            ends[end].do_handshake()
        carry(end)
    for end, said in SAID:
        ends[end].write(said)
        carry(end)
        with contextlib.suppress(ssl.SSLWantReadError):
            while ends[1 - end].read(1 << 16):
                pass
    return sent


def records(data: bytes) -> Iterator[bytes]:
    """The records that stand one behind the other."""
    while data:
        length = 5 + int.from_bytes(data[3:5])
        yield data[:length]
        data = data[length:]


def make_certificate(folder: Path) -> Path:
    """A key and a certificate in one file."""
    path = folder / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    command += ["-keyout", str(path.with_suffix(".key")), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    path.write_bytes(path.with_suffix(".key").read_bytes() + path.with_suffix(".crt").read_bytes())
    return path
