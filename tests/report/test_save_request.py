"""What is typed behind `save`: the file first, then which packets."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.report.save.choice import Which
from tui.report.save.request import WORDS, Request, request_of


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("x.pcap", Request("x.pcap")),
        ("x.pcap all", Request("x.pcap", Which.ALL)),
        (" x.pcap   displayed ", Request("x.pcap", Which.SHOWN)),
        ("my trace.pcap marked", Request("my trace.pcap", Which.MARKED)),
        ("my trace.pcap", Request("my trace.pcap")),
        ("x packets 1-20, 30", Request("x", Which.NUMBERS, "1-20, 30")),
        ("x packets 7-", Request("x", Which.NUMBERS, "7-")),
        ("x connection 3", Request("x", Which.CONNECTION, "3")),
        ("x connection", Request("x", Which.CONNECTION)),
        ("all", Request("all")),
        ("all all", Request("all", Which.ALL)),
        ("packets of monday", Request("packets of monday")),
        ("not all of it.pcap", Request("not all of it.pcap")),
        ("'we want all'", Request("we want all")),
        ('"a b" marked', Request("a b", Which.MARKED)),
        ("it's", Request("it's")),
    ],
)
def test_a_text_is_read_as_it_is_meant(text: str, request_: Request) -> None:
    assert request_of(text) == request_


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a file to save to expected"),
        ('""', "a file to save to expected"),
        ("' ' all", "a file to save to expected"),
        ("x all 3", "all has no numbers behind it, found 3"),
        ("x packets", "the numbers of packets expected"),
        ("'x' some", "'some' says no packets"),
    ],
)
def test_what_says_no_packets_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        request_of(text)
    assert "packets 1-20,30" in refused.value.hint


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=20), st.sampled_from(sorted(set(WORDS) - {"packets"})))
def test_a_quoted_file_is_the_one_that_is_quoted(file: str, word: str) -> None:
    if not file.strip() or '"' in file or "\n" in file:
        return
    assert request_of(f'"{file}" {word}') == Request(file, WORDS[word])


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with suppress(UsageError):
        assert request_of(text).file.strip()
