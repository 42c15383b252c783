"""The dialog in which a packet's comments are written: a field for each, and an empty one for one more.

Invariant: what is typed is in its field before the key that ends the dialog is heeded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import BindingsMap
from textual.containers import Vertical, VerticalScroll
from textual.widgets import TextArea

from tui.actions import Place
from tui.capture.pcapng_writer import LONGEST_VALUE
from tui.screens.dialog import Dialog
from tui.screens.keyed import field_bindings, hint_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from tui.actions import Actions

_HINTS = (("write_comment", "keep"), ("new_line", "new line"), ("next_pane", "next"), ("close", "leave"))


class CommentField(TextArea):
    """A comment, of as many lines as it needs."""

    def __init__(self, text: str) -> None:
        super().__init__(text, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self.move_cursor(self.document.end)


class CommentScreen(Dialog[tuple[str, ...] | None]):
    """Returns the packet's comments as they are to be; None to leave them."""

    AUTO_FOCUS = "CommentField"

    def __init__(self, row: int, comments: Sequence[str], actions: Actions) -> None:
        super().__init__()
        self._commands: Mapping[str, Callable[[], object]] = {
            "write_comment": self._keep,
            "new_line": self._break,
            "close": self._leave,
        }
        keys = field_bindings(Place.COMMENT, self._commands, actions)
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(keys)])
        self._title = f"Comments on packet {row + 1:,}"
        self._actions = actions
        self._comments = (*comments, "")
        self._fields = [CommentField(text) for text in self._comments]

    def action_perform(self, action: str) -> None:
        """Carry out an action of the table, when the field has got what was typed before."""
        (self.focused or self).call_later(self._commands[action])

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = hint_line(_HINTS, self._actions)
            with VerticalScroll(can_focus=False):
                yield from self._fields

    def _keep(self) -> None:
        texts = (
            before if field.text == before else field.text.strip()
            for field, before in zip(self._fields, self._comments, strict=True)
        )
        kept = tuple(text for text in texts if text)
        longest = max((len(text.encode()) for text in kept), default=0)
        if longest > LONGEST_VALUE:
            dialog = self.query_one(Vertical)
            dialog.border_title = f"{longest:,} bytes: pcapng takes {LONGEST_VALUE:,} for a comment"
        else:
            self.dismiss(kept)

    def _break(self) -> None:
        if isinstance(self.focused, CommentField):
            self.focused.insert("\n")

    def _leave(self) -> None:
        self.dismiss(None)  # which the field must not wait for: it waits for the field
