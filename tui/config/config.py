"""The configuration that results from the settings, as the screen takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from tui.actions import BY_ID
from tui.config.keys import with_keys
from tui.config.settings import SETTINGS
from tui.decode.context import Numbers
from tui.palettes import PALETTES, Palette
from tui.report.listing import TimeForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.actions import Actions
    from tui.capture.live.spec import OnExit
    from tui.names.kinds import Kinds
    from tui.report.colouring_rules import ColouringRule
    from tui.report.listing import ListColumn


class Choices(Struct, frozen=True):
    """What keys change on the screen and the next run begins with: the name of the theme, forms, columns.

    No columns: those that fit the capture; no rules: ours.
    """

    theme: str = "dark"
    time: TimeForm = TimeForm.RELATIVE
    numbers: Numbers = Numbers.RELATIVE
    columns: tuple[ListColumn, ...] | None = None
    colouring: bool = True
    colouring_rules: tuple[ColouringRule, ...] | None = None


FIRST_CHOICES = Choices()
"""What somebody begins with who never used the program."""


class Config(Struct, frozen=True):
    """One member a setting, named alike; `actions` has the settings of keys, `palettes` those of colours.

    None is "last": `starting` says what it was. `notices` tell what in the file is wrong, a line each.
    """

    theme: str | None
    time: TimeForm | None
    numbers: Numbers | None
    checksums: bool
    filter: str
    filters: Mapping[str, str]
    capture_filter: str
    keylog: str
    follow: bool
    on_exit: OnExit
    columns: tuple[ListColumn, ...] | None
    colouring: bool | None
    colouring_rules: tuple[ColouringRule, ...] | None
    names: Kinds
    actions: Actions
    palettes: Mapping[str, Palette]
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any], notices: tuple[str, ...] = ()) -> Config:
        """The configuration of these values, by the settings' names: every one of SETTINGS."""
        plain = {name: value for name, value in values.items() if not SETTINGS[name].section}
        keys = {action: values[f"keys.{action}"] for action in BY_ID}
        palettes = {
            theme: Palette(**{name: values[f"colours.{theme}.{name}"] for name in Palette.__struct_fields__})
            for theme in PALETTES
        }
        return cls(**plain, actions=with_keys(keys), palettes=palettes, notices=notices)

    def values(self) -> dict[str, Any]:
        """The value of every setting: what `of` takes."""
        colours = {
            f"colours.{theme}.{name}": colour
            for theme, palette in self.palettes.items()
            for name, colour in asdict(palette).items()
        }
        keys = {f"keys.{name}": action.keys for name, action in self.actions.items()}
        plain = {name: getattr(self, name) for name, row in SETTINGS.items() if not row.section}
        return plain | keys | colours

    def starting(self, last: Choices) -> Choices:
        """What the screen begins with, if the run before ended with `last`."""
        return Choices(
            self.theme or last.theme,
            self.time or last.time,
            self.numbers or last.numbers,
            self.columns or last.columns,
            last.colouring if self.colouring is None else self.colouring,
            last.colouring_rules if self.colouring_rules is None else self.colouring_rules,
        )


DEFAULTS: Mapping[str, Any] = {name: row.default for name, row in SETTINGS.items()}
"""The value of every setting, if nobody sets it."""

DEFAULT = Config.of(DEFAULTS)
"""The configuration of who has none."""
