"""The help page: every action with its keys, from the table of actions, and a legend of the signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.actions import ACTIONS, Action, Group, Place, keys_text
from tui.panes.lines import Line, LinePane, Look
from tui.screens.keyed import KeyedScreen, key_bindings
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.screens.keyboard import Command

LEGEND = (
    ("*", "a number typed before the key counts: 5j, 12gg"),
    ("✓ ✗", "the arithmetic of a handshake's step holds, or does not"),
    ("[ ]", "computed, not in the bytes of the packet"),
    ("!", "something is damaged or missing: a packet, or the capture"),
)

_WIDTH = max(len(keys_text(action)) for action in ACTIONS) + 4


def help_lines() -> tuple[Line, ...]:
    """The lines of the page."""
    lines: list[Line] = []
    for group in Group:
        lines.append([(group.value, Look.TITLE)])
        lines += [_action_line(action) for action in ACTIONS if action.group is group]
        lines.append([])
    lines.append([("Signs", Look.TITLE)])
    lines += [_entry(sign, text) for sign, text in LEGEND]
    return tuple(lines)


def _action_line(action: Action) -> Line:
    place = "" if action.place is Place.MAIN else f" ({action.place.value})"
    star = " *" if action.counted else ""
    return [*_entry(keys_text(action) + star, action.help), (place, Look.MUTED)]


def _entry(key: str, text: str) -> Line:
    return [(f"  {key:<{_WIDTH}}", Look.ACCENT), (text, "")]


class HelpPage(LinePane):
    """Shows the lines."""

    CURSOR_LINE: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__(classes="dialog")
        self._page_lines = help_lines()
        self.border_title = "Help"

    def line_count(self) -> int:
        return len(self._page_lines)

    def line(self, index: int, width: int) -> Line:
        return self._page_lines[index]

    def select(self, index: int, center: bool = False) -> None:
        """Scroll to line `index`: the page has no cursor to be seen, its cursor is the first visible line."""
        self.set_top(index)
        self.cursor = self.top
        self.repaint()


class HelpScreen(KeyedScreen):
    """The page as a screen of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [*key_bindings([Place.DIALOG])]

    def compose(self) -> ComposeResult:
        yield HelpPage()

    @property
    def place(self) -> Place:
        return Place.DIALOG

    def perform(self, command: Command) -> None:
        motion = MOTIONS.get(command.action.id)
        if motion is None:
            self.dismiss()
        else:
            motion(self.query_one(HelpPage), command.count)
