"""DNS messages are told in Wireshark's words, and no pointer leads astray."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.decode.dns import dns_info, read_name

NAME = b"\x07example\x03com\x00"


def message(flags: int, *records: bytes, others: int = 0) -> bytes:
    """One question for example.com's address, and what follows."""
    head = b"\x12\x34" + flags.to_bytes(2) + b"\0\x01" + others.to_bytes(2) + bytes(4)
    return head + NAME + b"\0\x01\0\x01" + b"".join(records)


def record(kind: int, value: bytes) -> bytes:
    """A record whose name points to the question's."""
    return b"\xc0\x0c" + kind.to_bytes(2) + b"\0\x01" + bytes(4) + len(value).to_bytes(2) + value


def test_a_query_names_what_it_asks_for() -> None:
    assert dns_info(message(0x0100)) == "Standard query 0x1234 A example.com"


def test_a_response_gives_its_answers() -> None:
    answers = record(5, b"\x01w\xc0\x0c"), record(1, bytes((1, 2, 3, 4)))
    text = "Standard query response 0x1234 A example.com CNAME w.example.com A 1.2.3.4"
    assert dns_info(message(0x8180, *answers, others=2)) == text


def test_a_failure_is_named() -> None:
    assert dns_info(message(0x8183)) == "Standard query response 0x1234 No such name A example.com"


def test_a_pointer_to_itself_ends() -> None:
    assert read_name(b"\xc0\x00", 0) == ("<Root>", 2)


def test_a_name_that_would_steer_the_terminal_is_made_harmless() -> None:
    text = dns_info(message(0x0100).replace(b"example", b"ex\x1b[2Je"))
    assert text is not None
    assert text.isprintable()


@given(st.binary(max_size=120))
def test_any_bytes_give_a_printable_text_or_none(data: bytes) -> None:
    text = dns_info(data)
    assert text is None or text.isprintable()
