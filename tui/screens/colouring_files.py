"""The dialogs that ask which file colouring rules are read from, and written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.actions import Place
from tui.screens.file_dialog import FileDialog

if TYPE_CHECKING:
    from tui.actions import Actions

_PLACEHOLDER = "a file such as ~/.config/wireshark/colorfilters"


class ImportRulesScreen(FileDialog[Path]):
    """Returns the path of a file that is there, or None."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions, Place.OPEN, "Import colouring rules", _PLACEHOLDER)

    def taken(self, path: Path, *, is_there: bool) -> None:
        if is_there:
            self.dismiss(path)
        else:
            self.tell(f"there is no {path.name} in {path.parent}")


class ExportRulesScreen(FileDialog[Path]):
    """Returns the path of a file that is not there, or may be replaced; or None."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(actions, Place.OPEN, "Export colouring rules", _PLACEHOLDER)
        self._asked: Path | None = None

    def taken(self, path: Path, *, is_there: bool) -> None:
        if is_there and path != self._asked:
            self._asked = path
            self.tell(f"{path.name} is there already: again, and it is replaced")
        else:
            self.dismiss(path)
