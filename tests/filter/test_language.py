"""The display filter language by itself: what it says of what is wrong, warns of, and asks of packets."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from viewing import numbers, opened

from tui.errors import ExitCode, FilterError
from tui.filter.field import Effort, Type
from tui.filter.fields import FIELDS
from tui.filter.language import Filter, compile_filter, entities
from tui.filter.language.functions import FUNCTIONS
from tui.filter.language.literals import literal
from tui.filter.language.tokens import SIGNS
from tui.filter.language.tree import Span, Word
from tui.filter.language.types import TRAITS, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import Chunk, View
    from tui.filter.field import Values


@pytest.fixture(scope="module")
def view(captures: Path) -> Iterator[View]:
    with opened(captures / "http-get.pcap") as found:
        yield found


def filter_or_error(text: str) -> Filter | FilterError:
    try:
        return compile_filter(text)
    except FilterError as error:
        return error


def refusal(text: str) -> FilterError:
    with pytest.raises(FilterError) as refused:
        compile_filter(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "meant", "hint"),
    [
        ("tcp.prot == 80", "tcp.prot", "tcp.port"),
        ("ip and Tcp.Port == 80", "Tcp.Port", "did you mean tcp.port?"),
        ("tcp.port == tcp.scrport", "tcp.scrport", "tcp.srcport"),
        ("tcp.port == http", "http", "both sides must be of one type"),
        ("tcp.port == 70000", "70000", "its maximum is 65535"),
        ('tcp.port == "80"', '"80"', "leave the quotes out"),
        ("ip.addr == 10.0.0.0/40", "10.0.0.0/40", "/32"),
        ("ip.addr == 10.0.0", "10.0.0", "10.0.0.1"),
        ("tcp.flags.syn == yes", "yes", "tcp.flags.syn == 1"),
        ("tcp == 80 AND ip", "AND", "write it small: and"),
        ("tcp xor ip", "xor", "(a and not b) or (not a and b)"),
        ("tcp.port = 80", "=", "=="),
        ("tcp.port contains 80", "tcp.port", "string(tcp.port)"),
        ("tcp.port in {80 443}", "443", ""),
        ("tcp.port in 80", "80", "{80, 443, 8000..8080}"),
        ("tcp.port[0] == 1", "tcp.port", "tcp[13]"),
        ("lenght(tcp) > 1", "lenght", "did you mean len?"),
        ("len(tcp)", "len(tcp)", "len(tcp) > 0"),
        ("tcp[2:0] == 1", "2:0", "[0:2]"),
        ("1 + tcp.port == 81", "1", "tcp.srcport + 1"),
        ("frame matches GET", "GET", '"^GET"'),
        ('frame matches "("', '"("', "^GET"),
        (r'frame contains "\q"', r"\q", r"\x47"),
        ("tcp.analysis.retransmission == 1", "tcp.analysis.retransmission", "where it is there"),
        ('frame contains "GET', '"GET', 'end it with "'),
        ("(tcp", "", ""),
        ("tcp.port ==", "", ""),
        ("tcp)", ")", "opening"),
    ],
)
def test_an_error_points_at_what_is_wrong_and_says_what_to_do(text: str, meant: str, hint: str) -> None:
    error = refusal(text)
    assert text[error.start : error.start + error.length] == meant
    assert hint in error.hint


def test_what_is_missing_at_the_end_is_pointed_at_there() -> None:
    error = refusal("tcp.port == 80 and")
    assert (error.start, error.length) == (18, 0)
    assert "found the end" in error.message


def test_a_filter_error_is_a_usage_error_that_underlines_its_place() -> None:
    error = refusal("ip and tcp.prt == 1")
    assert error.exit_code == ExitCode.USAGE
    assert str(error).splitlines()[1:] == ["  ip and tcp.prt == 1", "         ^^^^^^^"]


@pytest.mark.parametrize("text", ["tcp.flags.syn", "not tcp.flags.syn", "ip and tcp.flags.syn"])
def test_a_flag_alone_warns_that_it_is_always_there(text: str) -> None:
    (warning,) = compile_filter(text).warnings
    assert text[warning.start : warning.start + warning.length] == "tcp.flags.syn"
    assert "tcp.flags.syn == 1" in warning.hint


@pytest.mark.parametrize("text", ["tcp.flags.syn == 1", "tcp", "tcp.analysis.retransmission", "http.request"])
def test_what_is_meant_does_not_warn(text: str) -> None:
    assert compile_filter(text).warnings == ()


def test_a_filter_knows_the_fields_that_it_names_and_where() -> None:
    uses = compile_filter("tcp.port == 80 and len(tcp) > ip.ttl").uses
    assert [(use.name, use.start, use.length) for use in uses] == [
        ("tcp.port", 0, 8),
        ("tcp", 23, 3),
        ("ip.ttl", 30, 6),
    ]


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_blank_filter_lets_every_packet_pass(text: str, view: View) -> None:
    assert numbers(view, text) == "1-10"


@pytest.mark.parametrize("sign", [sign for sign in SIGNS if sign.replace("_", "").isalpha()])
def test_no_field_is_called_like_an_operator(sign: str) -> None:
    assert sign not in FIELDS


def test_every_type_has_a_row_in_the_table_of_types() -> None:
    assert set(Type) - TRAITS.keys() == {Type.HEX}, "HEX says how a number is written"


@pytest.mark.parametrize("kind", list(TRAITS))
def test_every_type_reads_a_value_or_says_what_it_expects(kind: Type) -> None:
    with pytest.raises(FilterError) if kind is not Type.STRING else nullcontext():
        literal(Word(Span(0, 3), "???"), Shape(kind), "???")


@pytest.mark.parametrize(
    "text", ["(" * 5000, "!" * 5000 + "tcp", "tcp.port == " + "-" * 5000, "tcp" + "[0]" * 999]
)
def test_depth_is_bounded(text: str) -> None:
    refusal(text)


def test_a_long_chain_is_no_depth(view: View) -> None:
    assert numbers(view, " or ".join(f"frame.number == {number}" for number in range(2, 2000))) == "2-10"


def test_two_negations_cancel(view: View) -> None:
    assert numbers(view, "not not tcp.srcport == 8080") == numbers(view, "tcp.srcport == 8080")


class _Asked:
    """A field's values, noting of which packets they were asked."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def __call__(self, chunk: Chunk) -> Values:
        self.rows += chunk.rows
        return [(row,) for row in chunk.rows]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> _Asked:
    """What is asked of a field "x.spied" that takes decoding."""
    spy = _Asked()
    field = replace(FIELDS["tcp.urgent_pointer"], name="x.spied", values=spy, effort=Effort.DECODING)
    monkeypatch.setattr(entities, "FIELDS", {**FIELDS, "x.spied": field})
    return spy


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("x.spied >= 0 and tcp.srcport == 8080", [1, 4, 5, 8]),
        ("tcp.srcport == 8080 and x.spied >= 0", [1, 4, 5, 8]),
        ("x.spied >= 0 or tcp.srcport == 8080", [0, 2, 3, 6, 7, 9]),
        ("tcp.srcport == 1 and x.spied >= 0", []),
        ("(tcp.srcport == 8080 and x.spied >= 0) and frame.number < 3", [1]),
        ("not (tcp.srcport == 8080 or x.spied < 0)", [0, 2, 3, 6, 7, 9]),
    ],
)
def test_an_expensive_field_is_asked_only_for_packets_that_are_still_open(
    text: str, rows: list[int], view: View, asked: _Asked
) -> None:
    compile_filter(text).run(view)
    assert asked.rows == rows


def test_searching_frames_decodes_nothing(captures: Path) -> None:
    with opened(captures / "http-get.pcap") as fresh:
        chunk = fresh.chunk(0, 10)
        found = compile_filter('frame contains "GET"')
        assert found.effort is Effort.BYTES
        assert found.run(fresh).nonzero()[0].tolist() == [3]
        assert "headers" not in chunk.__dict__


def test_progress_counts_packets_and_may_end_the_run(view: View) -> None:
    seen: list[int] = []
    compile_filter("tcp.option_kind == 2").run(view, 2, 9, seen.append)
    assert seen[-1] == 7

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_filter("tcp").run(view, progress=stop)


@pytest.mark.parametrize(
    "text",
    [
        "tcp.flags.syn == 1",
        "tcp.port#1 == 8080",
        'tcp contains "GET"',
        "ip.addr == 192.168.101.5",
        "ip.ttl == 64",
    ],
)
def test_parts_of_a_capture_give_what_the_whole_gives(text: str, view: View) -> None:
    found = compile_filter(text)
    parts = [found.run(view, start, min(start + 3, 10)) for start in range(0, 10, 3)]
    assert np.concatenate(parts).tolist() == found.run(view).tolist()


def test_what_depends_on_the_filter_itself_is_refused() -> None:
    error = refusal("tcp and frame.time_delta_displayed > 1")
    assert (error.start, error.length) == (8, len("frame.time_delta_displayed"))


WORDS = st.one_of(
    st.sampled_from(
        [
            *SIGNS,
            *FUNCTIONS,
            "tcp.port",
            "tcp",
            "ip.addr",
            "tcp.flags.syn",
            "frame",
            "http.host",
            "#1",
            "[0:2]",
        ]
    ),
    st.sampled_from(
        ["80", "0x1f", "10.0.0.0/8", "::1", '"a"', r'r"\d"', "'a'", "1f:90", "1.5", "frame.time", "eth.src"]
    ),
    st.text(max_size=4),
)


@settings(max_examples=300, deadline=None)
@given(words=st.lists(WORDS, max_size=12), between=st.sampled_from(["", " "]))
def test_any_words_make_a_filter_that_runs_or_a_filter_error(
    words: list[str], between: str, view: View
) -> None:
    text = between.join(words)
    found = filter_or_error(text)
    if isinstance(found, Filter):
        assert found.run(view).shape == (10,)
    else:
        assert 0 <= found.start <= found.start + found.length <= len(text)
        assert found.message


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    found = filter_or_error(text)
    assert isinstance(found, Filter) or 0 <= found.start <= found.start + found.length <= len(text)
