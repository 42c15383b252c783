"""The menu of names: which kinds are on; the screen behind it changes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical

from tui.actions import Place
from tui.names.kinds import QUIET, ROWS, Kind
from tui.panes.choices import ChoicePane
from tui.report.explain import Tone
from tui.report.tables import Column
from tui.screens.keyed import KeyedScreen, hint_line
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.names.kinds import Kinds
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen

_COLUMNS = (
    Column(id="state", title="", width=3, text="whether they are shown"),
    Column(id="kind", title="Kind", width=10, text="the kind"),
    Column(id="text", title="", width=70, text="what they name, and who says so"),
)
_ON, _OFF = "on", "off"
_HINTS = (("names_toggle", "on, off"), ("names_all", "all, none"), ("close", "back"))


class NamesMenu(KeyedScreen):
    """Turns kinds of names on and off."""

    PLACES: ClassVar[tuple[Place, ...]] = (Place.NAMES,)

    def __init__(self, main: MainScreen) -> None:
        super().__init__(main.actions)
        self._naming = main.naming
        self._kinds = tuple(ROWS)
        self._pane = ChoicePane(id="kinds")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Names"
            dialog.border_subtitle = hint_line(_HINTS, self.actions)
            yield self._pane

    def on_mount(self) -> None:
        self._show()

    def perform(self, command: Command) -> None:
        motion = MOTIONS.get(command.action.id)
        if motion is not None:
            motion(self._pane, command.count)
        elif command.action.id == "close":
            self.dismiss()
        elif command.action.id == "names_all":
            self._use(frozenset() if self._naming.kinds else QUIET)
        else:
            self._toggle(self._kinds[self._pane.cursor])

    @on(ChoicePane.Chosen)
    def _clicked(self) -> None:
        self._toggle(self._kinds[self._pane.cursor])

    def _toggle(self, kind: Kind) -> None:
        self._use(self._naming.kinds ^ {kind})

    def _use(self, kinds: Kinds) -> None:
        self._naming.use(kinds)
        self._show()

    def _show(self) -> None:
        lines = [
            [
                (_ON, Tone.GOOD) if kind in self._naming.kinds else (_OFF, Tone.MUTED),
                (kind.value, Tone.PLAIN),
                (ROWS[kind].text, Tone.WARN if kind is Kind.REVERSE else Tone.MUTED),
            ]
            for kind in self._kinds
        ]
        self._pane.show(_COLUMNS, self._kinds, lines)
