"""Wireshark's file of colouring rules, "colorfilters": read and written.

A line is @name@filter@[red,green,blue][red,green,blue], ground before text, each 16 bits, with ! in front if
the rule is off (Wireshark's epan/color_filters.c); # begins a comment. What such a file cannot say of a rule,
its mark and names of colours, stands in a comment before it: # tcpscope: mark|foreground|background.
Invariant: whatever a file holds, the lines that are rules are read, without control characters; those that
are none are counted.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tui.errors import AccessError, UsageError, printable
from tui.palettes import Palette
from tui.report.colouring_rules import DEFAULT_RULES, NO_MARK, ColouringRule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLOUR_NAMES = Palette.__struct_fields__
"""The colours of a theme, which a rule may name."""
_COLOUR = r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]"
_RULE = re.compile(rf"(!?)@([^@]*)@(.*)@{_COLOUR}\s*{_COLOUR}")
_OURS = "# tcpscope: "
_WEB_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MOST_BYTES = 1 << 20
_MOST_RULES = 1000
_MOST_16, _PER_8 = 0xFFFF, 0x101  # 8 bits become 16 as each byte is written twice
_OWN_MARKS = {rule.name: rule.mark for rule in DEFAULT_RULES}
_HEAD = "# Colouring rules, for tcpscope and Wireshark\n"


class Imported(NamedTuple):
    """The rules of a file, and how many lines are none."""

    rules: tuple[ColouringRule, ...]
    refused: int


def read_colorfilters(path: Path) -> Imported:
    """The rules of a file; AccessError if it cannot be read, UsageError if it has none."""
    from tui.capture.live.privileges import as_invoker

    try:
        with as_invoker(), path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode(errors="replace")
    except OSError as error:
        raise AccessError(f"{path} cannot be read: {error.strerror or error}") from error
    found = parse_colorfilters(text)
    if not found.rules:
        raise UsageError(
            f"expected colouring rules in {path}, found none",
            "a line is @name@filter@[red,green,blue][red,green,blue], as in Wireshark's colorfilters",
        )
    return found


def write_colorfilters(path: Path, rules: Iterable[ColouringRule], palette: Palette) -> None:
    """Write a file in the place of what is there; AccessError if that cannot be done."""
    from tui.capture.live.privileges import as_invoker
    from tui.capture.save.target import saved_to

    with as_invoker(), saved_to(path, None, replace=True) as output:
        output.write(colorfilters(rules, palette).encode())


def parse_colorfilters(text: str) -> Imported:
    """The rules that a file's text says."""
    rules: list[ColouringRule] = []
    ours, refused = "", 0
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(_OURS):
            ours = stripped.removeprefix(_OURS)
        elif stripped and not stripped.startswith("#"):
            match = _RULE.fullmatch(stripped)
            if match is None or len(rules) >= _MOST_RULES:
                refused += 1
            else:
                rules.append(_with_ours(_rule(match), ours))
            ours = ""
    return Imported(tuple(rules), refused)


def colorfilters(rules: Iterable[ColouringRule], palette: Palette) -> str:
    """A file's text: colours of the theme are written as what they are in `palette`."""
    return _HEAD + "".join(
        f"{_OURS}{rule.mark}|{rule.foreground}|{rule.background}\n"
        f"{'' if rule.enabled else '!'}@{rule.name.replace('@', '_')}@{rule.filter}@"
        f"{_sixteen_bits(rule.background or 'background', palette)}"
        f"{_sixteen_bits(rule.foreground or 'foreground', palette)}\n"
        for rule in rules
    )


def is_mark(text: str) -> bool:
    """Whether it is one cell that can be seen, or a blank."""
    alone = len(text) == 1 and printable(text) == text
    return alone and not unicodedata.combining(text) and unicodedata.east_asian_width(text) not in "WF"


def is_colour(text: str) -> bool:
    """Whether it is the name of one of the theme's colours, a colour as on the web, or nothing."""
    return text in ("", *COLOUR_NAMES) or _WEB_COLOUR.fullmatch(text) is not None


def mark_of(name: str) -> str:
    """That of our rule of this name, else its first letter: colour is never all that tells."""
    letters = (char for char in name if char.isalnum() and is_mark(char))
    return _OWN_MARKS.get(name, NO_MARK).strip() or next(letters, "*")


def _rule(match: re.Match[str]) -> ColouringRule:
    off, name, text, *numbers = match.groups()
    name = printable(name).strip()
    background, foreground = _web_colour(numbers[:3]), _web_colour(numbers[3:])
    return ColouringRule(
        name, printable(text).strip(), mark_of(name), foreground, background, enabled=not off
    )


def _with_ours(rule: ColouringRule, ours: str) -> ColouringRule:
    """The rule as we wrote it, if the comment before it is one of ours."""
    mark, *colours = ours.rsplit("|", 2)
    if len(colours) != 2 or not is_mark(mark) or not all(map(is_colour, colours)):
        return rule
    return replace(rule, mark=mark, foreground=colours[0], background=colours[1])


def _web_colour(numbers: Iterable[str]) -> str:
    return "#" + "".join(f"{min(int(number[:6]), _MOST_16) // 256:02x}" for number in numbers)


def _sixteen_bits(colour: str, palette: Palette) -> str:
    web = colour if colour.startswith("#") else getattr(palette, colour)
    return f"[{','.join(str(int(web[at : at + 2], 16) * _PER_8) for at in (1, 3, 5))}]"
