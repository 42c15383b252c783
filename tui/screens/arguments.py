"""THE table of what may be typed behind an action's name in the command line: judged, proposed, carried out.

It has a row for each action that `takes` something (tests/screens/test_command_line.py). A letter typed as
the last of several keys comes here too.
"""

from __future__ import annotations

import re
from string import ascii_letters
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import UsageError
from tui.report.listing import TimeForm
from tui.report.moments import Frame, moment_of, row_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui.filter.completion import Completion
    from tui.screens.main import MainScreen

_NUMBER = re.compile(r"[0-9][0-9,]{0,14}")


class Argument(Struct, frozen=True):
    """What becomes of a text behind an action's name.

    `judge` says what `do` would do with it, and raises a TcpscopeError if that is nothing; `propose` gives
    what may stand at a place of it, in a thread.
    """

    do: Callable[[MainScreen, str], None]
    judge: Callable[[MainScreen, str], str]
    propose: Callable[[MainScreen, str, int], Sequence[Completion]] | None = None


def destination(main: MainScreen, text: str) -> int:
    """The packet that a number or a time says; UsageError if there is none."""
    snapshot = main.snapshot
    if snapshot is None or not len(snapshot.packets):
        raise UsageError("there are no packets yet")
    packets = snapshot.packets
    if _NUMBER.fullmatch(text):
        number = int(text.replace(",", ""))
        if 1 <= number <= len(packets):
            return number - 1
        raise UsageError(f"there is no packet {number:,}", f"a number from 1 to {len(packets):,}")
    here = main.packet_list.row
    zero = main.session.notes.zero(here)
    frame = Frame(
        zero=int(packets.time[zero]),
        now=int(packets.time[here]),
        first=int(packets.time[0]),
        last=int(packets.time[-1]),
        utc=main.forms.time is TimeForm.UTC,
    )
    row = row_at(packets, moment_of(text, frame), main.filtering.rows)
    if row is None:
        raise UsageError(f"no packet that is shown came at {text} or later")
    return row


def _go(main: MainScreen, text: str) -> None:
    main.go_to(destination(main, text))


def _judge_place(main: MainScreen, text: str) -> str:
    return f"go to packet {destination(main, text) + 1:,}"


def _filter(main: MainScreen, text: str) -> None:
    from tui.filter.language import compile_filter
    from tui.screens.filter_commands import use

    use(main, compile_filter(text))


def _judge_filter(main: MainScreen, text: str) -> str:
    from tui.filter.language import compile_filter

    notes = compile_filter(text).warnings
    return f"a filter, but {notes[0].message}: {notes[0].hint}" if notes else "show what passes this filter"


def _complete_filter(main: MainScreen, text: str, cursor: int) -> Sequence[Completion]:
    from tui.filter.completion import complete
    from tui.report.filtered import view_of

    view = None if main.snapshot is None else view_of(main.session, main.snapshot)
    return complete(text, cursor, view)


def _search(main: MainScreen, text: str) -> None:
    from tui.filter.search.query import compile_query

    query = main.searching.query(text)
    main.searching.begin(query, compile_query(query))


def _judge_search(main: MainScreen, text: str) -> str:
    from tui.filter.search.query import compile_query

    query = main.searching.query(text)
    compile_query(query)
    return f"search for {query}: {query.meaning}"


def _letter(text: str) -> str:
    if text not in frozenset(ascii_letters):
        raise UsageError(f"a letter from a to z or A to Z expected, found {text!r}")
    return text


def _set_bookmark(main: MainScreen, text: str) -> None:
    main.notebook.set_bookmark(_letter(text))


def _to_bookmark(main: MainScreen, text: str) -> None:
    main.notebook.to_bookmark(_letter(text))


def _comment(main: MainScreen, text: str) -> None:
    main.notebook.add_comment(text)


def _save(main: MainScreen, text: str) -> None:
    from tui.screens.save_commands import save_as

    save_as(main, text)


def _judge_save(main: MainScreen, text: str) -> str:
    from tui.screens.save_commands import judge_request

    return judge_request(main, text)


def _complete_save(main: MainScreen, text: str, cursor: int) -> Sequence[Completion]:
    from tui.screens.save_commands import complete_request

    return tuple(complete_request(text[:cursor]))


ARGUMENTS: Mapping[str, Argument] = {
    "goto": Argument(_go, _judge_place),
    "filter": Argument(_filter, _judge_filter, _complete_filter),
    "search": Argument(_search, _judge_search),
    "bookmark": Argument(
        _set_bookmark, lambda main, text: f"{_letter(text)} remembers this packet from now on"
    ),
    "to_bookmark": Argument(
        _to_bookmark, lambda main, text: f"go to the packet that {_letter(text)} remembers"
    ),
    "save": Argument(_save, _judge_save, _complete_save),
    "comment": Argument(_comment, lambda main, text: "add this comment to the packet's"),
}
"""By the ids of the actions."""
