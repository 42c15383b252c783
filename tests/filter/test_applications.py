"""The fields of HTTP, DNS and TLS, out of the bytes of one message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.filter.applications import FIELDS, READERS

REQUEST = b"GET /a?b HTTP/1.1\r\nHost: example.org\r\nUser-Agent:  x y \r\n\r\nHost: body\r\n"
RESPONSE = b"HTTP/1.0 404 Not Found\r\nContent-Length: 12\r\nContent-Type: text/html\r\n\r\n"
QUESTION = b"\x07example\x03org\x00\x00\x01\x00\x01"
QUERY = bytes.fromhex("1234 0100 0001 0000 0000 0000") + QUESTION
ANSWER = (
    bytes.fromhex("1234 8183 0001 0002 0000 0000")
    + QUESTION
    + bytes.fromhex("c00c 0005 0001 0000003c 0006 03 777777 c00c")
    + bytes.fromhex("c00c 0001 0001 0000003c 0004 c0000201")
)


def client_hello(name: bytes) -> bytes:
    """A record with a client hello that has a server name."""
    names = b"\x00" + len(name).to_bytes(2) + name
    listed = len(names).to_bytes(2) + names
    extension = b"\x00\x00" + len(listed).to_bytes(2) + listed
    other = bytes.fromhex("002b 0003 02 0304")
    extensions = other + extension
    hello = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    hello += len(extensions).to_bytes(2) + extensions
    message = b"\x01" + len(hello).to_bytes(3) + hello
    return b"\x16\x03\x01" + len(message).to_bytes(2) + message


def test_a_request_has_its_start_line_and_headers_and_nothing_of_its_body() -> None:
    found = READERS["http"](REQUEST)
    assert found == {
        "http.request": [1],
        "http.request.method": ["GET"],
        "http.request.uri": ["/a?b"],
        "http.request.version": ["HTTP/1.1"],
        "http.host": ["example.org"],
        "http.user_agent": ["x y"],
    }


def test_a_response_has_its_code_as_a_number() -> None:
    found = READERS["http"](RESPONSE)
    assert found["http.response.code"] == [404]
    assert found["http.response.phrase"] == ["Not Found"]
    assert found["http.content_length"] == [12]
    assert "http.request" not in found


def test_a_query_has_its_name_and_no_reply_code() -> None:
    found = READERS["dns"](QUERY)
    assert found["dns.qry.name"] == ["example.org"]
    assert found["dns.flags.response"] == [0]
    assert "dns.flags.rcode" not in found


def test_an_answer_has_its_records() -> None:
    found = READERS["dns"](ANSWER)
    assert found["dns.flags.rcode"] == [3]
    assert found["dns.resp.type"] == [5, 1]
    assert found["dns.cname"] == ["www.example.org"]
    assert found["dns.a"] == [bytes((192, 0, 2, 1))]


def test_a_client_hello_has_the_name_that_it_asks_for() -> None:
    found = READERS["tls"](client_hello(b"example.org"))
    assert found["tls.handshake.type"] == [1]
    assert found["tls.handshake.extensions_server_name"] == ["example.org"]


@pytest.mark.parametrize("protocol", list(READERS))
@settings(max_examples=60, deadline=None)
@given(
    message=st.one_of(st.binary(max_size=80), st.sampled_from([REQUEST, ANSWER, client_hello(b"a")])),
    cut=st.integers(0, 90),
)
def test_any_bytes_give_values_of_known_fields(protocol: str, message: bytes, cut: int) -> None:
    names = {field.name for field in FIELDS}
    found = READERS[protocol](message[:cut])
    assert {name for name, values in found.items() if values} <= names
