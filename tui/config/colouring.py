"""The setting of colouring rules: how it is read from TOML, and written.

Invariant: a rule's filter need not make sense, as it may be one of Wireshark's that is not known here; then
it is told. A rule's other members are sound.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from tui.config.colorfilters import COLOUR_NAMES, is_colour, is_mark, mark_of, read_colorfilters
from tui.config.kinds import Choice, Flag, Kind, Text
from tui.config.toml import Plain, to_toml
from tui.errors import TcpscopeError, UsageError
from tui.report.colouring_rules import DEFAULT_RULES, NO_MARK, NO_RULE, ColouringRule

if TYPE_CHECKING:
    from collections.abc import Mapping

Rules = tuple[ColouringRule, ...]

_KEYS = {name: name for name in ColouringRule.__struct_fields__}
_LAST, _DEFAULT = "last", "default"
_EXPECTED = (
    'rules such as [{ name = "resets", filter = "tcp.flags.reset == 1", mark = "R", foreground = "error" }], '
    f'"{_LAST}", "{_DEFAULT}" or the path of a colorfilters file'
)


class Mark(Kind[str], frozen=True):
    """One cell of the gutter."""

    def read(self, found: Plain) -> str:
        if not isinstance(found, str) or not is_mark(found):
            raise UsageError(f"expected one character as a mark, found {to_toml(found)}")
        return found


class RuleColour(Kind[str], frozen=True):
    """The name of one of the theme's colours, or a colour as on the web; "" is none."""

    def read(self, found: Plain) -> str:
        text = found.lower() if isinstance(found, str) else found
        if not isinstance(text, str) or not is_colour(text):
            names = ", ".join(COLOUR_NAMES)
            raise UsageError(
                f'expected a colour such as "#5fb3f9", or one of {names}; found {to_toml(found)}'
            )
        return text


class RuleName(Kind[str], frozen=True):
    """A line without @, by which Wireshark's file parts a rule."""

    def read(self, found: Plain) -> str:
        text = Text().read(found)
        if "@" in text or not text.strip():
            raise UsageError(f"expected a name without @, found {to_toml(text)}")
        return text


KINDS: Mapping[str, Kind[str]] = {
    "name": RuleName(),
    "filter": Text(),
    "mark": Mark(),
    "foreground": RuleColour(),
    "background": RuleColour(),
}
"""How each member of a rule that is text is read."""


class ColouringRules(Kind["Rules | None"], frozen=True):
    """Rules in their order; those of a file; None is "last"."""

    def read(self, found: Plain) -> Rules | None:
        if found == _LAST:
            return None
        if found == _DEFAULT:
            return DEFAULT_RULES
        if isinstance(found, str) and found.strip():
            return self._of_file(found)
        if not isinstance(found, list):
            raise UsageError(f"expected {_EXPECTED}, found {to_toml(found)}")
        return tuple(map(self._rule, found))

    def plain(self, value: Rules | None) -> Plain:
        if value is None:
            return _LAST
        return _DEFAULT if value == DEFAULT_RULES else list(map(_entry, value))

    def doubt(self, value: Rules | None) -> UsageError | None:
        if value is None or value == DEFAULT_RULES:
            return None
        from tui.report.colouring import refusal  # not at every start: it is long

        refused = [
            (rule.name, error)
            for rule in value
            if rule.enabled and (error := refusal(rule.filter)) is not None
        ]
        if not refused:
            return None
        (name, error), *others = refused
        more = f", nor {len(others)} others" if others else ""
        return UsageError(f"no packet has the rule {to_toml(name)}{more}: {error.message}", error.hint)

    def _of_file(self, name: str) -> Rules:
        try:
            return read_colorfilters(Path(name).expanduser()).rules
        except (TcpscopeError, RuntimeError, ValueError) as error:  # no home; a name with a null byte
            raise UsageError(f"expected {_EXPECTED}, found {to_toml(name)}: {error}") from error

    def _rule(self, found: Plain) -> ColouringRule:
        if not isinstance(found, dict):
            raise UsageError(f"expected a rule such as {_EXPECTED}, found {to_toml(found)}")
        for key in found:
            Choice(_KEYS).read(key)
        for needed in ("name", "filter"):
            if needed not in found:
                raise UsageError(f"expected a {needed} in each rule, found {to_toml(found)}")
        texts = {key: kind.read(found[key]) for key, kind in KINDS.items() if key in found}
        rule = ColouringRule(**texts, enabled=Flag().read(found.get("enabled", True)))
        return with_mark(rule)


def with_mark(rule: ColouringRule) -> ColouringRule:
    """The rule with a mark, if it has colours: these never tell alone."""
    alone = (rule.foreground or rule.background) and rule.mark == NO_MARK
    return replace(rule, mark=mark_of(rule.name)) if alone else rule


def _entry(rule: ColouringRule) -> dict[str, Plain]:
    """What of a rule is otherwise than usual."""
    usual = asdict(NO_RULE)
    return {
        name: value
        for name, value in asdict(rule).items()
        if name in ("name", "filter") or value != usual[name]
    }
