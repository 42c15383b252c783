"""The kinds of values that settings have: how each is read from TOML, and written.

Invariant: `read` takes anything that TOML can say; what is not of the kind is a UsageError that says what was
expected and what was found. `read(plain(value))` is `value`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Generic, Literal, NoReturn, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from tui.config.keys import KEY_NAMES, Keys, is_key
from tui.config.toml import Plain, to_toml
from tui.errors import FilterError, UsageError, printable
from tui.report.list_columns import PRESETS, ListColumn, column_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")
_LONGEST_QUOTE = 60
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
WIDEST_COLUMN = 200
_ALIGNS: Mapping[str, Literal["left", "right"]] = {"left": "left", "right": "right"}
_FORMS: Mapping[str, Literal["name", "number"]] = {"name": "name", "number": "number"}
_COLUMN_KEYS = ("column", "title", "width", "align", "form")
_LAST = "last"


class Kind(Struct, Generic[T], frozen=True):
    """A kind of values."""

    def read(self, found: Plain) -> T:
        """The value that `found` says; UsageError if it says none."""
        raise NotImplementedError

    def plain(self, value: T) -> Plain:
        """The value as TOML can say it."""
        return value

    def doubt(self, value: T) -> UsageError | None:
        """What is odd about a value that is taken all the same; None if nothing is."""
        return None


class Choice(Kind[T], frozen=True):
    """One of some words, each with what it means."""

    words: Mapping[str, T]

    def read(self, found: Plain) -> T:
        if not isinstance(found, str) or found not in self.words:
            _refuse(_one_of(self.words), found, self.words)
        return self.words[found]

    def plain(self, value: T) -> Plain:
        return next(word for word, meaning in self.words.items() if meaning == value)


class Several(Kind["frozenset[T]"], frozen=True):
    """Any number of some words, each with what it means."""

    words: Mapping[str, T]

    def read(self, found: Plain) -> frozenset[T]:
        if not isinstance(found, list):
            _refuse(f"a list of words such as [{to_toml(next(iter(self.words)))}]", found, self.words)
        return frozenset(map(Choice(self.words).read, found))

    def plain(self, value: frozenset[T]) -> Plain:
        return [word for word, meaning in self.words.items() if meaning in value]


class Flag(Kind[bool], frozen=True):
    """Yes or no."""

    def read(self, found: Plain) -> bool:
        if not isinstance(found, bool):
            _refuse("true or false", found)
        return found


class Text(Kind[str], frozen=True):
    """A line of text."""

    def read(self, found: Plain) -> str:
        if not isinstance(found, str) or printable(found) != found:
            _refuse("a line of text in quotes", found)
        return found


class DisplayFilter(Text, frozen=True):
    """A display filter, or nothing."""

    def read(self, found: Plain) -> str:
        text = super().read(found)
        if text.strip():
            from tui.filter.language import compile_filter  # not at every start: it is long

            try:
                compile_filter(text)
            except FilterError as error:
                raise UsageError(
                    f"expected a display filter, found {to_toml(text)}: {error.message}", error.hint
                ) from error
        return text


class NamedFilters(Kind["Mapping[str, str]"], frozen=True):
    """Display filters, each with a name."""

    def read(self, found: Plain) -> Mapping[str, str]:
        if not isinstance(found, dict):
            _refuse('a table of filters such as resets = "tcp.flags.reset == 1"', found)
        return {Text().read(name): self._filter(name, each) for name, each in found.items()}

    def _filter(self, name: str, found: Plain) -> str:
        try:
            return DisplayFilter().read(found)
        except UsageError as error:
            raise UsageError(f"{to_toml(name)}: {error.message}", error.hint) from error


class Colour(Kind[str], frozen=True):
    """A colour as it is written on the web."""

    def read(self, found: Plain) -> str:
        if not isinstance(found, str) or not _COLOUR.fullmatch(found):
            _refuse('a colour such as "#5fb3f9"', found)
        return found.lower()


class KeyList(Kind[Keys], frozen=True):
    """The keys of an action, at least one."""

    def read(self, found: Plain) -> Keys:
        several = [found] if isinstance(found, str) else found
        if not isinstance(several, list) or not several:
            _refuse('a list of keys such as ["down", "j"]', found)
        return tuple(dict.fromkeys(map(self._keys, several)))

    def _keys(self, found: Plain) -> str:
        for key in found.split(" ") if isinstance(found, str) else (found,):
            if not isinstance(key, str) or not is_key(key):
                _refuse(
                    'a key such as "j", "ctrl+d" or "pageup", no digit, or several with blanks between',
                    key,
                    KEY_NAMES,
                )
        return cast(str, found)


class Columns(Kind["tuple[ListColumn, ...] | None"], frozen=True):
    """Columns of the packet list in their order, or the name of a preset; None is "last".

    A column is a name, or a table with what is to be otherwise than usual.
    """

    def read(self, found: Plain) -> tuple[ListColumn, ...] | None:
        sets = {**PRESETS, _LAST: None}
        if isinstance(found, str) and found in sets:
            return sets[found]
        if not isinstance(found, list) or not found:
            _refuse(f'a list of columns such as ["number", "info"], or {_one_of(sets)}', found, sets)
        columns = tuple(map(self._column, found))
        names = [(column.id, column.form) for column in columns]
        for name in names:
            if names.count(name) > 1:
                raise UsageError(f"expected each column once, found {to_toml(name[0])} twice")
        return columns

    def _column(self, found: Plain) -> ListColumn:
        entry = found if isinstance(found, dict) else {"column": found}
        for unknown in entry.keys() - set(_COLUMN_KEYS):
            _refuse(_one_of(_COLUMN_KEYS), unknown, _COLUMN_KEYS)
        name = entry.get("column")
        if not isinstance(name, str):
            _refuse('the name of a column or a field such as "tcp.len"', name)
        column = column_of(name)
        width, align = entry.get("width", column.width), entry.get("align", column.align)
        if type(width) is not int or not 0 < width <= WIDEST_COLUMN:
            _refuse(f"a width from 1 to {WIDEST_COLUMN}", width)
        return replace(
            column,
            title=Text().read(entry.get("title", column.title)),
            width=width,
            fixed="width" in entry,
            align=Choice(_ALIGNS).read(align),
            form=Choice(_FORMS).read(entry.get("form", column.form)),
        )

    def plain(self, value: tuple[ListColumn, ...] | None) -> Plain:
        return _LAST if value is None else [self._entry(column) for column in value]

    def _entry(self, column: ListColumn) -> Plain:
        usual = column_of(column.id)
        entry: dict[str, Plain] = {"column": column.id}
        if column.fixed:
            entry["width"] = column.width
        for key in ("title", "align", "form"):
            if getattr(column, key) != getattr(usual, key):
                entry[key] = getattr(column, key)
        return entry if len(entry) > 1 else column.id


def suggestion(name: Plain, names: Iterable[str]) -> str:
    """A question that names the nearest of `names`; "" if none is near."""
    near = get_close_matches(name.lower(), names, 1) if isinstance(name, str) and len(name) > 1 else ()
    return f"did you mean {to_toml(near[0])}?" if near else ""


def _one_of(words: Iterable[str]) -> str:
    *most, last = map(to_toml, words)
    return f"{', '.join(most)} or {last}"


def _refuse(expected: str, found: Plain, near: Iterable[str] = ()) -> NoReturn:
    quote = "nothing" if found is None else to_toml(found)
    if len(quote) > _LONGEST_QUOTE:
        quote = f"{quote[:_LONGEST_QUOTE]}…"
    raise UsageError(f"expected {expected}, found {quote}", suggestion(found, near))
