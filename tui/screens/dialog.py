"""Dialogs: screens over another one, which give a result when they are left.

Invariant: a dialog is left once. Keys that come in haste may ask for it again before it is gone, and Textual
would then take away the screen below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from typing import Any

    from textual.screen import Screen

Result = TypeVar("Result")


def is_left(screen: Screen[Any]) -> bool:
    """Whether a screen that was shown is not any more, though its messages may still come."""
    return screen not in screen.app.screen_stack


class Dialog(ModalScreen[Result]):
    """A ModalScreen that is left once."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave with `result`; nothing happens if it was left before."""
        return AwaitComplete() if is_left(self) else super().dismiss(result)
