"""From a configuration to a TOML file that says it, with what each setting means.

Invariant: what is printed reads as the same configuration. A setting that has its default is commented out,
so that who keeps what is printed gets the defaults of later versions too.
"""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from tui.config.places import config_file
from tui.config.settings import SECTIONS, SETTINGS, Setting
from tui.config.toml import to_toml
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.config.config import Config

_WIDTH = 100
_COMMENT = "# "
_HEAD = (
    "The configuration of tcpscope as it is in force: every setting, what it means, and its value. A line "
    "that begins with # and no blank is a default; take the # away to set something else. It is read from "
    "{place}, or from the file that --config names."
)


def config_text(config: Config) -> str:
    """The whole configuration as TOML."""
    return "".join(f"{line}\n" for line in _lines(config))


def _lines(config: Config) -> Iterator[str]:
    values = config.values()
    place = printable(str(config_file() or "no file, as there is no home directory"))
    yield from _comment(_HEAD.format(place=place))
    for section, rows in groupby(SETTINGS.values(), lambda row: row.section):
        lines = [(_line(row, values[row.name]), row.text) for row in rows]
        if section:
            yield from ("", *_comment(SECTIONS[section]), f"[{section}]")
            width = max(len(line) for line, _ in lines)
            yield from (f"{line:<{width}}  {_COMMENT}{text}" for line, text in lines)
        else:
            for line, text in lines:
                yield from ("", *_comment(text), line)


def _line(row: Setting, value: object) -> str:
    mark = "#" if value == row.default else ""
    return f"{mark}{row.key} = {to_toml(row.kind.plain(value))}"


def _comment(text: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=_COMMENT, subsequent_indent=_COMMENT, break_on_hyphens=False)
