"""What the environment tells of the terminal."""

from __future__ import annotations

import pytest

from tui.errors import ExitCode, UsageError
from tui.screens.terminal import check_terminal, speaks_utf8


@pytest.mark.parametrize("environment", [{}, {"TERM": ""}, {"TERM": "dumb"}])
def test_a_terminal_without_a_cursor_is_refused_in_one_line_that_says_what_to_do(
    environment: dict[str, str],
) -> None:
    with pytest.raises(UsageError) as caught:
        check_terminal(environment)
    assert "-T text" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("term", ["xterm-256color", "linux", "vt100", "screen"])
def test_any_other_terminal_is_accepted(term: str) -> None:
    check_terminal({"TERM": term})


@pytest.mark.parametrize(
    ("environment", "utf8"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C.UTF-8"}, True),
        ({"LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, True),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "en_US.UTF-8"}, True),
    ],
)
def test_the_locale_says_whether_the_terminal_speaks_utf8(environment: dict[str, str], utf8: bool) -> None:
    assert speaks_utf8(environment) is utf8


def test_what_python_puts_into_a_c_locale_says_nothing_of_the_terminal() -> None:
    assert not speaks_utf8({"LC_CTYPE": "C.UTF-8", "LANG": "C"})
    assert speaks_utf8({"LC_CTYPE": "C.UTF-8", "LANG": "en_US.UTF-8"})
