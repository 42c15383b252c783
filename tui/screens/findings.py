"""What was found in a capture, grouped and counted, over the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from tui.actions import Place
from tui.panes.table import TablePane
from tui.report.findings import BY_SEVERITY, Findings, FindingTable
from tui.report.listing import Listing
from tui.screens.ladder import LadderScreen
from tui.screens.tables import Commands, TableScreen

if TYPE_CHECKING:
    from tui.report.tables import Sorting
    from tui.screens.main import MainScreen
    from tui.session import Snapshot


class FindingsScreen(TableScreen[FindingTable]):
    """Shows the findings, unfolds them to their packets, and leads to these."""

    NAME = "Findings"
    HINTS = (
        ("visit", "packet"),
        ("right", "unfold"),
        ("left", "fold"),
        ("sort_next", "sort"),
        ("reverse", "invert"),
        ("write", "write"),
        ("close", "back"),
    )

    def __init__(self, main: MainScreen) -> None:
        super().__init__(main, TablePane(), BY_SEVERITY)
        self._findings: Findings | None = None

    @property
    def place(self) -> Place:
        return Place.FINDINGS

    def make(self, snapshot: Snapshot, sorting: Sorting) -> FindingTable:
        findings = self._findings
        if findings is None or findings.snapshot is not snapshot:
            findings = self._findings = Findings(snapshot, self.main.session.survey(snapshot).found)
        forms = self.main.forms
        names = self.main.naming.names
        listing = Listing(self.main.session, forms.numbers, forms.time, names=names)
        return FindingTable(findings, listing, sorting)

    def keep(self, table: FindingTable) -> None:
        if self.table is not None:
            table.take_folding(self.table)

    def place_of(self, table: FindingTable) -> int:
        return table.line_of(self.table.spot(self.pane.cursor)) if self.table else 0

    def caption(self, table: FindingTable) -> str:
        return f"{self.NAME}: {len(table.findings):,}"

    def commands(self) -> Commands:
        return {
            "visit": lambda _: self.pane.activate(),
            "left": lambda _: self._fold(),
            "right": lambda _: self._unfold(),
            "expand_all": lambda _: self._fold_all(False),
            "collapse_all": lambda _: self._fold_all(True),
            "ladder": lambda _: self._open_ladder(),
            "connections": lambda _: self.leave_for("connections"),
        }

    @on(TablePane.LineWanted)
    def _line_wanted(self, message: TablePane.LineWanted) -> None:
        """Go to a packet; fold or unfold anything else."""
        if self.table is None:
            return
        row = self.table.spot(message.line).row
        if row is not None:
            self.main.visit(row)
        elif self.table.is_folded(message.line):
            self._unfold()
        else:
            self._fold()

    def _fold(self) -> None:
        if self.table:
            self.pane.show(self.table, self.table.fold(self.pane.cursor))

    def _unfold(self) -> None:
        if self.table:
            self.table.unfold(self.pane.cursor)
            self.show_changes()

    def _fold_all(self, folded: bool) -> None:
        if self.table:
            spot = self.table.spot(self.pane.cursor)
            self.table.fold_all(folded)
            self.pane.show(self.table, self.table.line_of(spot))

    def _open_ladder(self) -> None:
        """The ladder of the connection of the packet under the cursor."""
        snapshot = self.main.snapshot
        row = self.table.spot(self.pane.cursor).row if self.table else None
        if row is None or snapshot is None:
            self.say("unfold a finding and choose one of its packets")
        elif snapshot.packets.stream[row] < 0:
            self.say("this packet belongs to no TCP connection")
        else:
            stream = int(snapshot.packets.stream[row])
            self.app.push_screen(LadderScreen(self.main, snapshot, (stream,), row))
