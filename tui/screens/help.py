"""The help page: every action with its keys, from the table of actions, and a legend of the signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.actions import BY_ID, Action, Actions, Group, Place, keys_text
from tui.panes.lines import Line, LinePane, Look
from tui.screens.keyed import KeyedScreen
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.screens.keyboard import Command

LEGEND = (
    ("*", "a number typed before the key counts: 5j, 12gg"),
    ("✓ ✗", "the arithmetic of a handshake's step holds, or does not"),
    ("[ ]", "computed, not in the bytes of the packet"),
    ("!", "something is damaged or missing: a packet, or the capture"),
)


def help_lines(actions: Actions = BY_ID) -> tuple[Line, ...]:
    """The lines of the page."""
    width = max(len(keys_text(action)) for action in actions.values()) + 4
    lines: list[Line] = []
    for group in Group:
        lines.append([(group.value, Look.TITLE)])
        lines += [_action_line(action, width) for action in actions.values() if action.group is group]
        lines.append([])
    lines.append([("Signs", Look.TITLE)])
    lines += [_entry(sign, text, width) for sign, text in LEGEND]
    return tuple(lines)


def _action_line(action: Action, width: int) -> Line:
    place = "" if action.place is Place.MAIN else f" ({action.place.value})"
    star = " *" if action.counted else ""
    return [*_entry(keys_text(action) + star, action.help, width), (place, Look.MUTED)]


def _entry(key: str, text: str, width: int) -> Line:
    return [(f"  {key:<{width}}", Look.ACCENT), (text, "")]


class HelpPage(LinePane):
    """Shows the lines."""

    CURSOR_LINE: ClassVar[bool] = False

    def __init__(self, actions: Actions) -> None:
        super().__init__(classes="dialog")
        self._page_lines = help_lines(actions)
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

    PLACES: ClassVar[tuple[Place, ...]] = (Place.DIALOG,)

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions)
        self._page = HelpPage(actions)  # there before it is shown: keys may come in haste

    def compose(self) -> ComposeResult:
        yield self._page

    def perform(self, command: Command) -> None:
        motion = MOTIONS.get(command.action.id)
        if motion is None:
            self.dismiss()
        else:
            motion(self._page, command.count)
