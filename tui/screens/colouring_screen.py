"""The dialog that arranges colouring rules; the packet list shows each change behind it at once.

Invariant: every change can be undone while the dialog is open; a rule whose filter makes no sense here is
kept, and said to be so.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.containers import Vertical
from textual.content import Content

from tui.actions import Place, key_text
from tui.config.colorfilters import read_colorfilters, write_colorfilters
from tui.errors import TcpscopeError
from tui.panes.choices import ChoicePane
from tui.panes.paint import paint
from tui.report.colouring import meaning
from tui.report.colouring_rules import DEFAULT_RULES, ColouringRule
from tui.report.explain import Tone
from tui.report.tables import Column
from tui.screens.colouring_files import ExportRulesScreen, ImportRulesScreen
from tui.screens.colouring_rule import RuleScreen
from tui.screens.motions import MOTIONS
from tui.screens.pane_screen import PaneScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual.app import ComposeResult

    from tui.panes.lines import Line
    from tui.report.explain import Piece
    from tui.screens.keyboard import Command
    from tui.screens.main import MainScreen

_HEADINGS = (
    Column(id="on", title="On", width=3, text=""),
    Column(id="mark", title="Mark", width=4, text=""),
    Column(id="name", title="Rule", width=24, text=""),
    Column(id="filter", title="Display filter", width=200, text=""),
)
_PAINTED = (1, 2)  # the columns that look as the packets do

Rules = tuple[ColouringRule, ...]


class RulesPane(ChoicePane):
    """The rules, a line each; mark and name look as the packets do."""

    def __init__(self) -> None:
        super().__init__()
        self._rules: Sequence[ColouringRule] = ()

    def show_rules(self, rules: Sequence[ColouringRule]) -> None:
        """Show these, in their order."""
        self._rules = rules
        self.show(_HEADINGS, range(len(rules)), [_cells(rule) for rule in rules])

    def line(self, index: int, width: int) -> Line:
        line, rule = super().line(index, width), self._rules[index]
        look = paint(rule.foreground, rule.background) if rule.enabled else ""
        return [
            (text, look or own) if place in _PAINTED else (text, own)
            for place, (text, own) in enumerate(line)
        ]


class ColouringScreen(PaneScreen):
    """Arranges the rules of `main`."""

    DEFAULT_CSS = """
    ColouringScreen .dialog { width: 110; max-width: 100%; height: 18; max-height: 80%; margin: 0 0 1 0; }
    ColouringScreen RulesPane { background: $panel; }
    """
    PLACES: ClassVar[tuple[Place, ...]] = (Place.COLOURING,)
    HINTS = (
        ("toggle_rule", "on/off"),
        ("edit_rule", "change"),
        ("add_rule", "add"),
        ("remove_rule", "remove"),
        ("rule_up", "up"),
        ("rule_down", "down"),
        ("undo_rules", "undo"),
        ("close", "done"),
    )

    def __init__(self, main: MainScreen) -> None:
        super().__init__(main.actions)
        self._main = main
        self.pane: RulesPane = RulesPane()
        self._before: list[Rules] = []  # the rules before each change
        self._commands: dict[str, Callable[[], object]] = {
            "toggle_rule": self._toggle,
            "edit_rule": self._edit,
            "add_rule": self._add,
            "remove_rule": self._remove,
            "rule_down": lambda: self._move(1),
            "rule_up": lambda: self._move(-1),
            "undo_rules": self._undo,
            "import_rules": self._import,
            "export_rules": self._export,
            "usual_rules": lambda: self._choose(DEFAULT_RULES, 0),
            "help": self.open_help,
            "close": self._close,
        }

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield from super().compose()

    def on_mount(self) -> None:
        self._show()

    def perform(self, command: Command) -> None:
        own = self._commands.get(command.action.id)
        if own is not None:
            own()
        else:
            MOTIONS[command.action.id](self.pane, command.count)

    @property
    def _rules(self) -> Rules:
        return self._main.colours.rules

    @property
    def _here(self) -> int:
        return self.pane.cursor

    def _choose(self, rules: Rules, cursor: int | None = None) -> None:
        """Have these rules, and go to one of them."""
        if rules != self._rules:
            self._before.append(self._rules)
            self._main.colours.choose(rules)
        self._show()
        self.pane.select(self._here if cursor is None else cursor)

    def _put(self, *rules: ColouringRule, in_place_of: int = 1) -> None:
        """Have these in the place of so many from the cursor on."""
        self._choose((*self._rules[: self._here], *rules, *self._rules[self._here + in_place_of :]))

    def _toggle(self) -> None:
        if self._rules:
            rule = self._rules[self._here]
            self._put(replace(rule, enabled=not rule.enabled))

    def _edit(self) -> None:
        def change(rule: ColouringRule | None) -> None:
            if rule is not None:
                self._put(rule)

        if self._rules:
            self.app.push_screen(RuleScreen(self._rules[self._here], self.actions), change)

    def _add(self) -> None:
        def add(rule: ColouringRule | None) -> None:
            if rule is not None:
                self._put(rule, in_place_of=0)

        new = ColouringRule("", self._main.filtering.filter)
        self.app.push_screen(RuleScreen(new, self.actions), add)

    def _remove(self) -> None:
        if self._rules:
            self._put()

    def _move(self, step: int) -> None:
        rules, there = list(self._rules), self._here + step
        if 0 <= there < len(rules):
            rules.insert(there, rules.pop(self._here))
            self._choose(tuple(rules), there)

    def _undo(self) -> None:
        if self._before:
            self._main.colours.choose(self._before.pop())
            self._show()
        else:
            self.say("nothing was changed")

    def _import(self) -> None:
        def read(path: Path | None) -> None:
            if path is not None:
                self.run_worker(self._read(path), exclusive=True)

        self.app.push_screen(ImportRulesScreen(self.actions), read)

    async def _read(self, path: Path) -> None:
        try:
            found = await asyncio.to_thread(read_colorfilters, path)
        except TcpscopeError as error:
            self.say(str(error))
            return
        self._choose(found.rules, 0)
        unknown = sum(meaning(rule.filter) is None for rule in found.rules)
        remarks = [f"{len(found.rules)} rules"]
        remarks += [f"{unknown} (✗) ask for what is not known here"] if unknown else []
        remarks += [f"{found.refused} lines are no rules"] if found.refused else []
        self.say(", ".join(remarks))

    def _export(self) -> None:
        def write(path: Path | None) -> None:
            if path is not None:
                self._write(path)

        self.app.push_screen(ExportRulesScreen(self.actions), write)

    def _write(self, path: Path) -> None:
        try:
            write_colorfilters(path, self._rules, self._main.config.palettes[self.app.theme])
        except TcpscopeError as error:
            self.say(str(error))
        else:
            self.say(f"{len(self._rules)} rules are in {path.name}")

    def _close(self) -> None:
        self.dismiss()
        if self._before and self._main.config.colouring_rules is not None:
            self._main.say("the next start has the rules of the configuration again")
        elif not self._main.colours.on:
            self._main.say(f"colouring is off: {key_text(self.actions['colouring'].keys[0])} turns it on")

    def _show(self) -> None:
        self.pane.show_rules(self._rules)
        known = "usual" if self._rules == DEFAULT_RULES else "own"
        off = "" if self._main.colours.on else ", colouring is off"
        self.pane.border_title = Content(f"Colouring rules ({known}{off}): the first that holds")
        self.show_hints()


def _cells(rule: ColouringRule) -> tuple[Piece, ...]:
    plain = Tone.PLAIN if rule.enabled else Tone.MUTED
    said = meaning(rule.filter)
    if said is None:
        judged = (f"✗ {rule.filter}", Tone.BAD)
    elif said.text != rule.filter:
        judged = (f"≈ {rule.filter}", Tone.WARN)
    else:
        judged = (rule.filter, Tone.GOOD if rule.enabled else plain)
    return (("✓" if rule.enabled else "", plain), (rule.mark, plain), (rule.name, plain), judged)
