"""The fields of HTTP, DNS and TLS that people filter by, with Wireshark's names.

Invariant: one packet is looked at by itself, as the header tree does: what a message has in a later segment
is not there. Every length is checked against the payload, and what is repeated is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.decode.dns import MAX_RECORDS, read_name
from tui.filter.field import Effort, Field, Type, Value
from tui.filter.payloads import CANDIDATES, payloads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.filter.chunk import Chunk
    from tui.filter.field import Values

Found = Mapping[str, list[Value]]
"""The values of a message's fields, by name."""

_LONGEST_HEAD = 16_384  # bytes of an HTTP head that are looked at
_MAX_LINES = 200
_HTTP_HEADERS: Mapping[str, str] = {
    "host": "http.host",
    "user-agent": "http.user_agent",
    "content-type": "http.content_type",
    "content-encoding": "http.content_encoding",
    "transfer-encoding": "http.transfer_encoding",
    "server": "http.server",
    "location": "http.location",
    "referer": "http.referer",
    "cookie": "http.cookie",
    "set-cookie": "http.set_cookie",
    "authorization": "http.authorization",
    "connection": "http.connection",
    "accept": "http.accept",
    "date": "http.date",
}


def _http(message: bytes) -> Found:
    """RFC 9112: a start line and header lines."""
    found: defaultdict[str, list[Value]] = defaultdict(list)
    lines = message[:_LONGEST_HEAD].split(b"\n", _MAX_LINES)
    first = lines[0].rstrip(b"\r").decode("utf-8", "replace").split(" ", 2)
    if first[0].startswith("HTTP/"):
        names = ("http.response.version", "http.response.code", "http.response.phrase")
        found["http.response"].append(1)
    else:
        names = ("http.request.method", "http.request.uri", "http.request.version")
        found["http.request"].append(1)
    for name, word in zip(names, first, strict=False):
        if name == "http.response.code":
            found[name] += [int(word)] if word.isdecimal() and word.isascii() else []
        elif word:
            found[name].append(word)
    for line in lines[1:]:
        title, colon, text = line.rstrip(b"\r").partition(b":")
        if not title:
            break
        name = title.decode("latin-1").lower()
        value = text.strip().decode("utf-8", "replace")
        if colon and name in _HTTP_HEADERS:
            found[_HTTP_HEADERS[name]].append(value)
        elif colon and name == "content-length" and value.isdecimal() and value.isascii():
            found["http.content_length"].append(int(value[:19]))
    return found


_DNS_COUNTS = ("dns.count.queries", "dns.count.answers", "dns.count.auth_rr", "dns.count.add_rr")
_DNS_NAMES = {2: "dns.ns", 5: "dns.cname", 12: "dns.ptr.domain_name"}
_DNS_ADDRESSES = {1: ("dns.a", 4), 28: ("dns.aaaa", 16)}


def _dns(message: bytes) -> Found:
    """RFC 1035: a header, questions, and records of three kinds."""
    found: defaultdict[str, list[Value]] = defaultdict(list)
    if len(message) < 12:
        return found
    number, flags, *counts = (int.from_bytes(message[at : at + 2]) for at in range(0, 12, 2))
    found["dns.id"] = [number]
    found["dns.flags"] = [flags]
    found["dns.flags.response"] = [flags >> 15]
    found["dns.flags.opcode"] = [flags >> 11 & 15]
    if flags & 0x8000:
        found["dns.flags.rcode"] = [flags & 15]
    for name, count in zip(_DNS_COUNTS, counts, strict=True):
        found[name] = [count]
    at = 12
    for _ in range(min(counts[0], MAX_RECORDS)):
        name, at = read_name(message, at)
        if at + 4 > len(message):
            return found
        found["dns.qry.name"].append(name)
        found["dns.qry.type"].append(int.from_bytes(message[at : at + 2]))
        found["dns.qry.class"].append(int.from_bytes(message[at + 2 : at + 4]))
        at += 4
    for _ in range(min(sum(counts[1:]), MAX_RECORDS)):
        at = _record(message, at, found)
        if at > len(message):
            break
    return found


def _record(message: bytes, at: int, found: defaultdict[str, list[Value]]) -> int:
    """Note a resource record; where the next begins."""
    name, at = read_name(message, at)
    if at + 10 > len(message):
        return len(message) + 1
    kind, length = int.from_bytes(message[at : at + 2]), int.from_bytes(message[at + 8 : at + 10])
    found["dns.resp.name"].append(name)
    found["dns.resp.type"].append(kind)
    found["dns.resp.ttl"].append(int.from_bytes(message[at + 4 : at + 8]))
    found["dns.resp.len"].append(length)
    at += 10
    if kind in _DNS_NAMES:
        found[_DNS_NAMES[kind]].append(read_name(message, at)[0])
    field, size = _DNS_ADDRESSES.get(kind, ("", 0))
    if size and size == length and at + size <= len(message):
        found[field].append(message[at : at + size])
    return at + length


_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME = 22, 1, 0
_MAX_MESSAGES = 50


def _tls(message: bytes) -> Found:
    """RFC 8446 5.1 and 4: records, the handshake messages that stand in clear, RFC 6066's server name."""
    found: defaultdict[str, list[Value]] = defaultdict(list)
    at = 0
    for _ in range(_MAX_MESSAGES):
        if at + 5 > len(message) or message[at + 1] != 3:
            break
        kind, length = message[at], int.from_bytes(message[at + 3 : at + 5])
        found["tls.record.content_type"].append(kind)
        found["tls.record.version"].append(int.from_bytes(message[at + 1 : at + 3]))
        found["tls.record.length"].append(length)
        body = message[at + 5 : at + 5 + length]
        size = int.from_bytes(body[1:4])
        if kind == _HANDSHAKE and len(body) >= 4 and size + 4 <= length:
            found["tls.handshake.type"].append(body[0])
            found["tls.handshake.length"].append(size)
            if body[0] == _CLIENT_HELLO:
                found["tls.handshake.extensions_server_name"] += _server_names(body[4:])
        at += 5 + length
    return found


def _server_names(hello: bytes) -> Iterator[str]:
    """The names in a client hello's extension server_name."""
    at = 34  # version, random
    at += 1 + int.from_bytes(hello[at : at + 1])  # session
    at += 2 + int.from_bytes(hello[at : at + 2])  # cipher suites
    at += 1 + int.from_bytes(hello[at : at + 1])  # compression methods
    at += 2
    for _ in range(_MAX_MESSAGES):
        if at + 4 > len(hello):
            return
        kind, length = (int.from_bytes(hello[first : first + 2]) for first in (at, at + 2))
        body = hello[at + 4 : at + 4 + length]
        if kind == _SERVER_NAME and len(body) >= 5:
            yield body[5 : 5 + int.from_bytes(body[3:5])].decode("utf-8", "replace")
        at += 4 + length


READERS: Mapping[str, Callable[[bytes], Found]] = {"http": _http, "dns": _dns, "mdns": _dns, "tls": _tls}
"""By protocol what makes the values of its fields of a message's bytes."""

_READ_BY: Mapping[str, str] = {"mdns": "dns"}


def _values(name: str, protocol: str) -> Callable[[Chunk], Values]:
    reader = READERS[protocol]

    def values(chunk: Chunk) -> Values:
        return [
            tuple(
                value
                for payload in payloads(headers)
                if _READ_BY.get(payload.protocol, payload.protocol) == protocol
                for value in reader(payload.message).get(name, ())
            )
            for headers in chunk.headers
        ]

    return values


# THE fields: name, label, type, bits.
_ROWS: tuple[tuple[str, str, Type, int], ...] = (
    ("http.request", "Request", Type.BOOL, 0),
    ("http.response", "Response", Type.BOOL, 0),
    ("http.request.method", "Request Method", Type.STRING, 0),
    ("http.request.uri", "Request URI", Type.STRING, 0),
    ("http.request.version", "Request Version", Type.STRING, 0),
    ("http.response.version", "Response Version", Type.STRING, 0),
    ("http.response.code", "Status Code", Type.UINT, 16),
    ("http.response.phrase", "Response Phrase", Type.STRING, 0),
    ("http.content_length", "Content length", Type.UINT, 64),
    *((name, title.title(), Type.STRING, 0) for title, name in _HTTP_HEADERS.items()),
    ("dns.id", "Transaction ID", Type.HEX, 16),
    ("dns.flags", "Flags", Type.HEX, 16),
    ("dns.flags.response", "Response", Type.BOOL, 0),
    ("dns.flags.opcode", "Opcode", Type.UINT, 16),
    ("dns.flags.rcode", "Reply code", Type.UINT, 16),
    ("dns.count.queries", "Questions", Type.UINT, 16),
    ("dns.count.answers", "Answer RRs", Type.UINT, 16),
    ("dns.count.auth_rr", "Authority RRs", Type.UINT, 16),
    ("dns.count.add_rr", "Additional RRs", Type.UINT, 16),
    ("dns.qry.name", "Name", Type.STRING, 0),
    ("dns.qry.type", "Type", Type.UINT, 16),
    ("dns.qry.class", "Class", Type.HEX, 16),
    ("dns.resp.name", "Name", Type.STRING, 0),
    ("dns.resp.type", "Type", Type.UINT, 16),
    ("dns.resp.ttl", "Time to live", Type.UINT, 32),
    ("dns.resp.len", "Data length", Type.UINT, 16),
    ("dns.a", "Address", Type.IPV4, 0),
    ("dns.aaaa", "AAAA Address", Type.IPV6, 0),
    ("dns.cname", "CNAME", Type.STRING, 0),
    ("dns.ns", "Name Server", Type.STRING, 0),
    ("dns.ptr.domain_name", "Domain Name", Type.STRING, 0),
    ("tls.record.content_type", "Content Type", Type.UINT, 8),
    ("tls.record.version", "Version", Type.HEX, 16),
    ("tls.record.length", "Length", Type.UINT, 16),
    ("tls.handshake.type", "Handshake Type", Type.UINT, 8),
    ("tls.handshake.length", "Length", Type.UINT, 24),
    ("tls.handshake.extensions_server_name", "Server Name", Type.STRING, 0),
)

FIELDS = tuple(
    Field(
        name,
        label,
        kind,
        values=_values(name, name.partition(".")[0]),
        digits=bits // 4,
        bits=bits,
        effort=Effort.HEADERS,
        verbatim=name.startswith(("http.", "tls.")) and kind is Type.STRING,
        candidates=CANDIDATES[name.partition(".")[0]],
    )
    for name, label, kind, bits in _ROWS
)
