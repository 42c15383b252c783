"""From a TOML file to a configuration.

Invariant: whatever a file holds, there is a configuration. What is wrong keeps its default, and a notice says
where it stands, what was expected and what was found; so does one of what is odd, but taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.capture.live.privileges import as_invoker
from tui.config.config import DEFAULT, DEFAULTS, Config
from tui.config.keys import refuse_clashes
from tui.config.kinds import suggestion
from tui.config.places import config_file
from tui.config.settings import SECTIONS, SETTINGS, Setting
from tui.config.toml import Plain, to_toml
from tui.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_BYTES = 1 << 20
_KEYS = "keys."
_TABLES = {*SECTIONS, *(section.partition(".")[0] for section in SECTIONS)}


def load(path: Path | None = None) -> Config:
    """The configuration of the file `path`; without one the user's own, who may have none.

    Raises:
        UsageError: the file that is named cannot be read.
    """
    if path is not None:
        try:
            return parse(_read(path), str(path))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}", "--config names a TOML file") from error
    own = config_file()
    if own is None:
        return DEFAULT
    try:
        with as_invoker():  # their file may be a link to one that only root may read
            data = _read(own)
    except (FileNotFoundError, NotADirectoryError):
        return DEFAULT
    except OSError as error:
        return Config.of(DEFAULTS, (printable(f"{own}: {error.strerror}, so all settings are the defaults"),))
    return parse(data, str(own))


def parse(data: bytes, name: str) -> Config:
    """The configuration that TOML says; `name` is what notices call the file."""
    import tomllib  # most have no file

    try:
        document = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number or a nesting without end
        text = f"{name}: expected TOML, found an error: {error}; all settings are the defaults"
        return Config.of(DEFAULTS, (printable(text),))
    values, wrong = _values(document)
    doubts = {name: doubt for name, value in values.items() if (doubt := SETTINGS[name].kind.doubt(value))}
    notices = (printable(f"{name}: {setting}: {error}") for setting, error in (wrong | doubts).items())
    return Config.of({**DEFAULTS, **values}, tuple(notices))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


def _values(document: Mapping[str, Plain]) -> tuple[dict[str, Any], dict[str, UsageError]]:
    """The values that are right, and what is wrong with the others, by the names of settings."""
    values: dict[str, Any] = {}
    wrong: dict[str, UsageError] = {}
    for name, found in _entries(document):
        try:
            values[name] = _setting(name).kind.read(found)
        except UsageError as error:
            wrong[name] = error
    wishes = {name.removeprefix(_KEYS): keys for name, keys in values.items() if name.startswith(_KEYS)}
    clashes = {_KEYS + action: error for action, error in refuse_clashes(wishes).items()}
    return {name: value for name, value in values.items() if name not in clashes}, wrong | clashes


def _entries(table: Mapping[str, Plain], above: str = "") -> Iterator[tuple[str, Plain]]:
    """What is set, by names as those of settings."""
    for key, found in table.items():
        name = above + key
        if isinstance(found, dict) and name in _TABLES:
            yield from _entries(found, f"{name}.")
        else:
            yield name, found


def _setting(name: str) -> Setting:
    if name in _TABLES:
        raise UsageError(f"expected a table, [{name}], found a value")
    setting = SETTINGS.get(name)
    if setting is None:
        raise UsageError(
            f"expected a setting, found {to_toml(name)}", suggestion(name, (*_TABLES, *SETTINGS))
        )
    return setting
