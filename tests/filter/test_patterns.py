"""Perl's regular expressions in Python's terms."""

from __future__ import annotations

import pytest

from tui.errors import FilterError
from tui.filter.language.patterns import compile_pattern


def matches(pattern: str, text: str) -> bool:
    compiled = compile_pattern(pattern.encode(), pattern, 0, len(pattern))
    return bool(compiled.each([text.encode()], lambda: False)[0])


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("get", "GET", True),
        ("(?-i)get", "GET", False),
        ("a(?-i)get|GET", "AGET", True),
        ("(a(?-i)b)C", "abc", True),
        ("(a(?-i)b)C", "aBc", False),
        ("[[:alpha:]]+[[:digit:]]", "ab1", True),
        ("^[[:digit:]]", "a1", False),
        ("(?<year>20[0-9]{2})", "in 2026", True),
        (r"\x{41}", "A", True),
        (r"a\h+b", "a \tb", True),
        (r"\(", "(", True),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
    ],
)
def test_it_means_what_it_means_to_perl(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found


@pytest.mark.parametrize(
    "pattern", ["(", "a{2,1}", r"\Qa.b\E", "(?R)", "[[:nope:]]", "*", r"\p{L}", "(" * 2000]
)
def test_what_python_has_no_word_for_is_an_error(pattern: str) -> None:
    with pytest.raises(FilterError) as refused:
        compile_pattern(pattern.encode(), pattern, 0, len(pattern))
    assert refused.value.length == len(pattern)
