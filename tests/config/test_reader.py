"""Whatever a file holds, there is a configuration; what is wrong keeps its default, and is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from examples import share
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.actions import Place, at
from tui.config.config import DEFAULT, DEFAULTS, Config
from tui.config.keys import is_key
from tui.config.reader import load, parse
from tui.config.settings import SETTINGS
from tui.config.toml import to_toml
from tui.decode.context import Numbers
from tui.errors import UsageError
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WRONG = {
    "theme = 'drak'": 'theme: expected "dark", "light" or "last", found "drak" (did you mean "dark"?)',
    "time = 5": '"stream", "absolute", "utc" or "last", found 5',
    "numbers = ['hex']": 'numbers: expected "relative", "absolute", "hex" or "last", found ["hex"]',
    "checksums = 1": "checksums: expected true or false, found 1",
    "follow = 'yes'": 'follow: expected true or false, found "yes"',
    "capture_filter = 2026-11-21": "capture_filter: expected a line of text in quotes, found 2026-11-21",
    "capture_filter = 'tcp\tport 5'": (
        'capture_filter: expected a line of text in quotes, found "tcp\\tport 5"'
    ),
    "filter = 'tcp.prot == 5'": ('filter: expected a display filter, found "tcp.prot == 5": '),
    "columns = 'info'": (
        'columns: expected a list of columns such as ["number", "info"], or "wireshark", "tcpscope", "sre" '
        'or "last", found "info"'
    ),
    "columns = 'wire'": 'found "wire" (did you mean "wireshark"?)',
    "names = 'hosts'": 'names: expected a list of words such as ["services"], found "hosts"',
    "names = ['host']": 'found "host" (did you mean "hosts"?)',
    "columns = []": 'or "last", found []',
    "columns = ['info', 'tme']": 'expected a column or a field, found "tme" (did you mean time',
    "columns = ['info', 'tcp.windowsize']": 'found "tcp.windowsize" (did you mean tcp.window_size',
    "columns = [{ column = 'time', title = 5 }]": "columns: expected a line of text in quotes, found 5",
    "columns = [{ column = 'tcp.len', form = 'hex' }]": 'columns: expected "name" or "number", found "hex"',
    "columns = ['info', 'time', 'info']": 'columns: expected each column once, found "info" twice',
    "columns = [{ width = 5 }]": "found nothing",
    "columns = [{ column = 'time', widht = 5 }]": (
        'expected "column", "title", "width", "align" or "form", found "widht" (did you mean "width"?)'
    ),
    "columns = [{ column = 'time', width = 0 }]": "columns: expected a width from 1 to 200, found 0",
    "columns = [{ column = 'time', width = true }]": "columns: expected a width from 1 to 200, found true",
    "columns = [{ column = 'time', align = 'mid' }]": 'columns: expected "left" or "right", found "mid"',
    "colours.dark.primary = 'red'": 'colours.dark.primary: expected a colour such as "#5fb3f9", found "red"',
    "colors = 1": 'colors: expected a setting, found "colors" (did you mean "colours"?)',
    "colours.dark = 1": "colours.dark: expected a table, [colours.dark], found a value",
    "colours.drak.primary = '#000000'": 'found "colours.drak" (did you mean "colours.dark"?)',
    "colours.dark.primry = '#000000'": ('found "colours.dark.primry" (did you mean "colours.dark.primary"?)'),
    "theme.name = 'dark'": 'found { name = "dark" }',
    "keys = 5": "keys: expected a table, [keys], found a value",
    "keys.don = ['j']": 'keys.don: expected a setting, found "keys.don" (did you mean "keys.down"?)',
    "keys.down = []": 'keys.down: expected a list of keys such as ["down", "j"], found []',
    "keys.down = ['j', 5]": "found 5",
    "keys.down = 'ctl+d'": 'found "ctl+d" (did you mean "ctrl+d"?)',
    "keys.down = 'PageDwn'": '(did you mean "pagedown"?)',
    "keys.down = '5'": 'no digit, or several with blanks between, found "5"',
    "keys.down = 'z  z'": 'found ""',
    "keys.down = 'k'": (
        'keys.down: expected keys that mean nothing else (everywhere), found "k", and up has ["up", "k"] '
        "(give up other keys as well)"
    ),
    "keys.down = 'g'": 'found "g", and previous_comment has ["g C"]',
    "keys.down = 'q q'": 'found "q", and quit has ["q", "ctrl+c"]',
    "keys.copy = 'space'": '(header tree), found "space", and toggle has ["enter", "space"]',
}
RIGHT: dict[str, Mapping[str, object]] = {
    "theme = 'light'": {"theme": "light"},
    "time = 'utc'\nnumbers = 'hex'": {"time": TimeForm.UTC, "numbers": Numbers.HEX},
    "filter = 'tcp.port == 80'": {"filter": "tcp.port == 80"},
    "checksums = true\nfollow = false": {"checksums": True, "follow": False},
    "[colours.light]\ncursor = '#ABCDEF'": {"colours.light.cursor": "#abcdef"},
    "keys.down = 'f9'": {"keys.down": ("f9",)},
    "keys.down = ['f8 x', 'f9', 'f9']": {"keys.down": ("f8 x", "f9")},
    "[keys]\ndown = ['k']\nup = ['j']": {"keys.down": ("k",), "keys.up": ("j",)},
}


def changed(config: Config) -> Mapping[str, object]:
    """The settings that are no defaults."""
    return {name: value for name, value in config.values().items() if value != DEFAULTS[name]}


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_set(text: str) -> None:
    config = parse(text.encode(), "config.toml")
    assert (config.notices, changed(config)) == ((), RIGHT[text])


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_of_and_keeps_its_default(text: str) -> None:
    (notice,) = parse(text.encode(), "config.toml").notices
    assert notice.startswith("config.toml: ")
    assert WRONG[text] in notice
    assert not changed(parse(text.encode(), "config.toml"))


def test_beside_a_wrong_entry_the_others_count() -> None:
    config = parse(b"theme = 'light'\ntime = 5\n[keys]\nup = 'j'\ncopy = 'f9'", "config.toml")
    assert len(config.notices) == 2
    assert changed(config) == {"theme": "light", "keys.copy": ("f9",)}


def test_of_two_wishes_that_clash_the_first_in_the_table_is_granted() -> None:
    config = parse(b"[keys]\ncopy = 'X'\nlast = 'X'", "config.toml")
    assert changed(config) == {"keys.last": ("X",)}
    assert "keys.copy" in config.notices[0]


def test_a_wish_that_is_refused_can_take_another_one_with_it() -> None:
    """`up` may not have "y"; so it keeps "k", and `down` may not have that."""
    config = parse(b"[keys]\nup = 'y'\ndown = 'k'", "config.toml")
    assert not changed(config)
    assert len(config.notices) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"theme =", "Invalid value"),
        (b"a = 1\nb = = 2", "line 2, column 5"),
        (b"theme = '\xff'", "utf-8"),
        (b"a = " + b"[" * 100_000, "recursion"),
        (b"a = " + b"9" * 5_000, "digits"),
    ],
    ids=["no value", "two signs", "no UTF-8", "without end", "a long number"],
)
def test_what_is_no_toml_leaves_all_defaults_and_one_notice(data: bytes, reason: str) -> None:
    config = parse(data, "config.toml")
    assert not changed(config)
    (notice,) = config.notices
    assert notice.startswith("config.toml: expected TOML")
    assert reason in notice


def test_a_notice_cannot_steer_the_terminal() -> None:
    (notice,) = parse(rb'"\u001b[2J" = 1', "config.toml").notices
    assert notice.isprintable()


JSON = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.datetimes() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["column", "width", "align", "form", "down"]), inner, max_size=3)
    ),
)
KEYS = st.dictionaries(
    st.sampled_from(sorted(DEFAULT.actions)),
    st.lists(st.sampled_from(["a", "g", "g g", "g a", "j", "k", "q", "enter", "escape"]), max_size=3),
    max_size=8,
)


@given(JSON, st.sampled_from(sorted(DEFAULTS)))
@settings(deadline=None, max_examples=share(200))
def test_any_value_gives_a_configuration(value: object, name: str) -> None:
    config = parse(f"{name} = {to_toml(value)}".encode("utf-8", "replace"), "config.toml")
    assert config.notices or config.values()[name] == SETTINGS[name].kind.read(value)


@given(KEYS)
@settings(deadline=None, max_examples=share(100))
def test_any_wishes_leave_a_table_in_which_each_key_means_one_thing(wishes: dict[str, list[str]]) -> None:
    lines = "".join(f"{name} = {keys}\n" for name, keys in wishes.items())
    actions = parse(f"[keys]\n{lines}".encode(), "config.toml").actions
    for place in Place:
        typed = [tuple(keys.split(" ")) for row in at(place, actions) for keys in row.keys]
        begun = {keys[:length] for keys in typed for length in range(1, len(keys))}
        assert len(set(typed)) == len(typed)
        assert not begun & set(typed)


def test_who_has_no_file_has_the_defaults(home: Path) -> None:
    assert load() is DEFAULT


def test_the_users_own_file_is_read(home: Path) -> None:
    folder = home / "config" / "tcpscope"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("theme = 'light'")
    assert load().theme == "light"


def test_an_own_file_that_cannot_be_read_is_told_of(home: Path) -> None:
    (home / "config" / "tcpscope" / "config.toml").mkdir(parents=True)
    config = load()
    assert not changed(config)
    assert "Is a directory" in config.notices[0]


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        *((name, True) for name in ("a", "Z", "é", ",", "+", "\\", "ctrl+a", "alt+z", "f24", "shift+tab")),
        *((name, True) for name in ("ctrl+shift+left", "alt+enter", "ctrl+pageup")),
        *((name, False) for name in ("", "5", " ", "\t", "ab", "F1", "ctrl+", "ctrl+A", "ctrl+5", "shift+a")),
        *(
            (name, False)
            for name in ("shift+ctrl+left", "ctrl+ctrl+a", "f25", "+a", "+f1", "hyper+a", "\x1b")
        ),
    ],
)
def test_a_key_is_what_a_terminal_can_send(name: str, known: bool) -> None:
    assert is_key(name) is known


def test_filters_with_names_can_stand_in_a_table() -> None:
    config = parse(
        b'[filters]\nresets = "tcp.flags.reset == 1"\n"with data" = "tcp.len > 0"\n', "config.toml"
    )
    assert config.filters == {"resets": "tcp.flags.reset == 1", "with data": "tcp.len > 0"}
    assert config.notices == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('filters = "tcp"', "expected a table of filters"),
        ('[filters]\nbad = "tcpp"', '"bad": expected a display filter, found "tcpp"'),
        ("[filters]\nbad = 1", '"bad": expected a line of text in quotes, found 1'),
        ('[filters]\n"\\u001b" = "tcp"', "expected a line of text"),
    ],
)
def test_what_is_no_named_filter_is_told_with_its_name(text: str, told: str) -> None:
    config = parse(text.encode(), "config.toml")
    assert config.filters == {}
    assert told in config.notices[0]
