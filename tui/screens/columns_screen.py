"""The dialog that arranges the columns of the packet list, which shows each change behind it at once.

Invariant: there is always a column, and none twice in the same form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.containers import Vertical
from textual.content import Content

from tui.actions import Place
from tui.config.kinds import WIDEST_COLUMN
from tui.errors import TcpscopeError, printable
from tui.panes.choices import ChoicePane
from tui.report.explain import Tone
from tui.report.list_columns import PRESETS, column_of
from tui.report.tables import Column
from tui.screens.columns_field import ColumnField, column_proposals
from tui.screens.motions import MOTIONS
from tui.screens.pane_screen import PaneScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from tui.report.explain import Piece
    from tui.report.list_columns import ListColumn
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen

_HEADINGS = (
    Column(id="title", title="Heading", width=16, text=""),
    Column(id="name", title="Shows", width=30, text=""),
    Column(id="width", title="Width", width=9, align="right", text=""),
    Column(id="align", title="Align", width=5, text=""),
    Column(id="form", title="Values", width=6, text=""),
)


class ColumnsPane(ChoicePane):
    """The columns, a line each."""


class ColumnsScreen(PaneScreen):
    """Arranges the columns of `main`."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.COLUMNS,)
    HINTS = (
        ("add_column", "add"),
        ("remove_column", "remove"),
        ("column_down", "on"),
        ("column_up", "back"),
        ("wider", "wider"),
        ("narrower", "narrower"),
        ("preset", "preset"),
        ("close", "done"),
    )

    def __init__(self, main: MainScreen) -> None:
        super().__init__(main.actions)
        self._main = main
        self.pane: ColumnsPane = ColumnsPane()
        self._commands: dict[str, Callable[[int], object]] = {
            "add_column": lambda _: self._add(),
            "remove_column": lambda _: self._remove(),
            "column_down": lambda _: self._move(1),
            "column_up": lambda _: self._move(-1),
            "wider": self._widen,
            "narrower": lambda count: self._widen(-count),
            "any_width": lambda _: self._change(width=column_of(self._column.id).width, fixed=False),
            "alignment": lambda _: self._change(align="left" if self._column.align == "right" else "right"),
            "column_form": lambda _: self._change_form(),
            "column_title": lambda _: self._ask_title(),
            "preset": lambda _: self._take_preset(),
            "usual_columns": lambda _: self._choose(None),
            "help": lambda _: self.open_help(),
            "close": lambda _: self._close(),
        }

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield from super().compose()

    def on_mount(self) -> None:
        self.pane.cursor = self._main.packet_list.columns.marked or 0
        self._show()

    def perform(self, command: Command) -> None:
        own = self._commands.get(command.action.id)
        if own is not None:
            own(command.count or 1)
        else:
            MOTIONS[command.action.id](self.pane, command.count)

    @property
    def _columns(self) -> tuple[ListColumn, ...]:
        return self._main.columns.shown

    @property
    def _column(self) -> ListColumn:
        """The column under the cursor."""
        return self._columns[self.pane.cursor]

    def _choose(self, columns: tuple[ListColumn, ...] | None, cursor: int | None = None) -> None:
        """Show these columns, and go to one of them."""
        self._main.columns.choose(columns)
        self._show()
        if cursor is not None:
            self.pane.select(cursor)

    def _change(self, **changes: object) -> None:
        """Change members of the column under the cursor."""
        here = self.pane.cursor
        changed = replace(self._column, **changes)  # whoever calls names members
        self._choose((*self._columns[:here], changed, *self._columns[here + 1 :]))

    def _change_form(self) -> None:
        form = "name" if self._column.form == "number" else "number"
        if any((each.id, each.form) == (self._column.id, form) for each in self._columns):
            self.say("it is shown so already")
        else:
            self._change(form=form)

    def _widen(self, cells: int) -> None:
        column, here = self._column, self.pane.cursor
        now = column.width if column.fixed else self._main.packet_list.columns.widths[here] or column.width
        self._change(width=max(1, min(now + cells, WIDEST_COLUMN)), fixed=True)

    def _move(self, step: int) -> None:
        here, columns = self.pane.cursor, list(self._columns)
        there = here + step
        if 0 <= there < len(columns):
            columns.insert(there, columns.pop(here))
            self._choose(tuple(columns), there)

    def _remove(self) -> None:
        here, columns = self.pane.cursor, self._columns
        if len(columns) == 1:
            self.say("the last column stays")
        else:
            self._choose((*columns[:here], *columns[here + 1 :]), min(here, len(columns) - 2))

    def _take_preset(self) -> None:
        """The set behind the one that is shown."""
        presets = list(PRESETS.values())
        place = presets.index(self._columns) + 1 if self._columns in presets else 0
        self._choose(presets[place % len(presets)], 0)

    def _add(self) -> None:
        def add(name: str | None) -> None:
            if name is not None:
                here = self.pane.cursor + 1
                self._choose((*self._columns[:here], column_of(name), *self._columns[here:]), here)

        self.app.push_screen(
            ColumnField("Add a column", "", self._refusal, self.actions, column_proposals), add
        )

    def _refusal(self, name: str) -> str:
        """Why there can be no such column; "" if there can."""
        try:
            column = column_of(name)
        except TcpscopeError as error:
            return str(error)
        taken = any((each.id, each.form) == (column.id, column.form) for each in self._columns)
        return "that column is there already" if taken else ""

    def _ask_title(self) -> None:
        def give(title: str | None) -> None:
            if title is not None:
                self._change(title=title)

        def refusal(title: str) -> str:
            return "" if printable(title) == title else "a heading is a line of plain text"

        self.app.push_screen(ColumnField("Heading", self._column.title, refusal, self.actions), give)

    def _close(self) -> None:
        self.dismiss()
        if self._main.columns.chosen is not None and self._main.config.columns is not None:
            self._main.say("the next start has the columns of the configuration again")

    def _show(self) -> None:
        columns = self._columns
        widths = self._main.packet_list.columns.widths
        cells = [_cells(column, width) for column, width in zip(columns, widths, strict=True)]
        self.pane.show(_HEADINGS, [(column.id, column.form) for column in columns], cells)
        name = next((name for name, preset in PRESETS.items() if preset == columns), "")
        self.pane.border_title = Content(f"Columns: {name}" if name else "Columns")
        self.show_hints()


def _cells(column: ListColumn, width: int) -> tuple[Piece, ...]:
    shown = f"{column.width}" if column.fixed else f"({width})" if width else "(hidden)"
    return (
        (column.title, Tone.STRONG),
        (column.id, Tone.PLAIN),
        (shown, Tone.PLAIN if column.fixed else Tone.MUTED),
        (column.align, Tone.PLAIN),
        (column.form, Tone.MUTED if column.form == "name" else Tone.PLAIN),
    )
