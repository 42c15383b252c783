"""How the statistics are opened from the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _statistics(main: MainScreen, count: int | None) -> None:
    from tui.screens.statistics import StatisticsScreen
    from tui.screens.tables import open_table

    open_table(main, StatisticsScreen, StatisticsScreen.NAME)


STATISTICS_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {"statistics": _statistics}
