"""The dialog that asks for a file to open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.actions import Place
from tui.screens.file_dialog import FileDialog

if TYPE_CHECKING:
    from tui.actions import Actions


class OpenFileScreen(FileDialog[Path]):
    """Returns the absolute path of a file that is there, or None."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions, Place.OPEN, "Open a file", "the path of a capture file")

    def taken(self, path: Path, *, is_there: bool) -> None:
        if is_there:
            self.dismiss(path)
        else:
            self.tell(f"there is no {path.name} in {path.parent}")
