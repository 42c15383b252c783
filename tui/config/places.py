"""Where the user's files are: those of whoever called sudo, if we are root through it.

platformdirs knows the folders of each system and XDG's variables. Invariant: a place is absolute, or there is
none (no home directory, no variable).
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_state_path

from tui.capture.live.privileges import invoker

_NAME = "tcpscope"


def config_file() -> Path | None:
    """The configuration, whether there is one or not; None if there is no place for it."""
    return _in(user_config_path(_NAME), "config.toml")


def recent_file() -> Path | None:
    """What is remembered of earlier runs."""
    return _in(user_state_path(_NAME), "recent.json")


def _in(folder: Path, name: str) -> Path | None:
    user = invoker()
    if user is not None and folder.is_relative_to(Path("~").expanduser()):
        folder = Path(user.home) / folder.relative_to(Path("~").expanduser())
    return folder / name if folder.is_absolute() else None
