"""THE table of settings: each with its name, its kind, its default and what it says.

A dot in a name parts the TOML table from the key. The keys of actions and the colours of themes are settings
as well, a row each, made from their own tables. Reading, printing and tests derive from the rows.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from tui.actions import ACTIONS
from tui.capture.live.spec import OnExit
from tui.config.colorfilters import COLOUR_NAMES
from tui.config.colouring import ColouringRules
from tui.config.kinds import (
    Choice,
    Colour,
    Columns,
    DisplayFilter,
    Flag,
    KeyList,
    Kind,
    NamedFilters,
    Several,
    Text,
)
from tui.decode.context import Numbers
from tui.names.kinds import ROWS
from tui.palettes import COLOUR_TEXTS, PALETTES
from tui.report.list_columns import OWN_COLUMNS, PRESETS
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.palettes import Palette

_Member = TypeVar("_Member", bound=Enum)


class Setting(Struct, frozen=True):
    """One thing that can be set; `text` says what it means."""

    name: str
    kind: Kind[Any]
    default: Any
    text: str

    @property
    def section(self) -> str:
        """The TOML table that it stands in; "" is the top level."""
        return self.name.rpartition(".")[0]

    @property
    def key(self) -> str:
        """Its key there."""
        return self.name.rpartition(".")[2]


def _words(enumeration: type[_Member]) -> Mapping[str, _Member | None]:
    """A word for each member, and one for "as it was last", which is None."""
    return {member.name.lower(): member for member in enumeration} | {"last": None}


def _list_of(meanings: Mapping[str, str]) -> str:
    return "; ".join(f"{word}: {meaning}" for word, meaning in meanings.items())


_LAST = {"last": "as it was when tcpscope was left"}

_PLAIN = (
    Setting(
        "theme",
        Choice({name: name for name in PALETTES} | {"last": None}),
        None,
        f"The theme at the start: dark, light, or {_list_of(_LAST)}.",
    ),
    Setting(
        "time",
        Choice(_words(TimeForm)),
        None,
        "What the Time column says at the start: "
        f"{_list_of({form.name.lower(): form.value for form in TimeForm} | _LAST)}.",
    ),
    Setting(
        "numbers",
        Choice(_words(Numbers)),
        None,
        f"How sequence numbers are written at the start: relative, absolute, hex, or {_list_of(_LAST)}.",
    ),
    Setting("checksums", Flag(), False, "Verify checksums from the start."),
    Setting("filter", DisplayFilter(), "", "The display filter at the start."),
    Setting(
        "filters",
        NamedFilters(),
        {},
        "Display filters with names, which the filter bar and the command palette offer. They can stand in a "
        "table of their own at the end of the file: a line [filters], then lines such as "
        'resets = "tcp.flags.reset == 1".',
    ),
    Setting(
        "capture_filter",
        Text(),
        "",
        "The capture filter, in libpcap's language, of a live capture on the screen for which none is given.",
    ),
    Setting(
        "keylog",
        Text(),
        "",
        "The file with the secrets of TLS connections, as browsers write it; --keylog and the environment "
        "variable SSLKEYLOGFILE come first.",
    ),
    Setting("follow", Flag(), True, "A live capture shows the newest packets, until the cursor moves up."),
    Setting(
        "on_exit",
        Choice({each.value: each for each in OnExit}),
        OnExit.ASK,
        "What becomes of captured packets that stand in a temporary file only when tcpscope is left: ask; "
        "keep them in a file of the current folder; delete them. --on-exit comes first.",
    ),
    Setting(
        "columns",
        Columns(),
        None,
        "The columns of the packet list from left to right; the last one takes the room that is left. Or the "
        f"name of a set: {', '.join(PRESETS)}; or {_list_of(_LAST)}. "
        f"{_list_of({column.id: column.text for column in OWN_COLUMNS.values()})}. "
        "Any field that display filters know is a column too. A column can have a title, an exact width, "
        'an alignment, and numbers in place of names: ["number", { column = "tcp.flags.syn", title = "S", '
        'width = 5, align = "right", form = "number" }, "info"].',
    ),
    Setting(
        "colouring",
        Choice({"on": True, "off": False, "last": None}),
        None,
        f"Whether the packet list is coloured by rules at the start: on, off, or {_list_of(_LAST)}.",
    ),
    Setting(
        "colouring_rules",
        ColouringRules(),
        None,
        "The colouring rules: the first whose display filter a packet passes gives it a mark (a character), "
        f"and colours: names of the theme's ({', '.join(COLOUR_NAMES)}), or #rrggbb. "
        '"default": those that tcpscope begins with; the path of a colorfilters file, as Wireshark has it; '
        f"or {_list_of(_LAST)}. They can stand in tables of their own at the end of the file: lines "
        '[[colouring_rules]], below each name = "resets", filter = "tcp.flags.reset == 1", mark = "R", '
        'foreground = "error", and if wanted background and enabled = false.',
    ),
    Setting(
        "names",
        Several({kind.value: kind for kind in ROWS}),
        frozenset(),
        "The names of addresses and ports that are shown from the start: "
        f"{_list_of({kind.value: row.text for kind, row in ROWS.items()})}.",
    ),
)


def _colours(theme: str, palette: Palette) -> tuple[Setting, ...]:
    return tuple(
        Setting(f"colours.{theme}.{name}", Colour(), colour, COLOUR_TEXTS[name])
        for name, colour in asdict(palette).items()
    )


_KEYS = tuple(Setting(f"keys.{action.id}", KeyList(), action.keys, action.help) for action in ACTIONS)

SETTINGS: Mapping[str, Setting] = {
    row.name: row
    for row in (*_PLAIN, *_KEYS, *(row for theme in PALETTES.items() for row in _colours(*theme)))
}
"""All rows by name, in the order in which they are printed: those without a section first."""

SECTIONS: Mapping[str, str] = {
    "keys": 'Keys of actions. A key is a character, or a name such as "f1", "pageup", "ctrl+d", "shift+tab"; '
    '"g g" is g typed twice. Digits are counts. Keys that are set replace all keys of the action, and may '
    "mean nothing else where it applies.",
    **{f"colours.{theme}": f"Colours of the {theme} theme, as #rrggbb." for theme in PALETTES},
}
"""The TOML tables, and what is said of each."""
