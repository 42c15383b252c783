"""What the keys that move do, in every pane of lines; a count says how often, or to which line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.panes.lines import LinePane

_MOST_STEPS = 200  # sideways: no pane is wider, and each step may repaint

Motion = Callable[["LinePane", int | None], None]


def _lines(direction: int) -> Motion:
    return lambda pane, count: pane.move(direction * (count or 1))


def _half_page(direction: int) -> Motion:
    return lambda pane, count: pane.move(direction * (count or 1) * max(1, pane.window // 2))


def _pages(direction: int) -> Motion:
    return lambda pane, count: pane.page(direction * (count or 1))


def _sideways(direction: int) -> Motion:
    def step(pane: LinePane, count: int | None) -> None:
        for _ in range(min(count or 1, _MOST_STEPS)):
            (pane.right if direction > 0 else pane.left)()

    return step


def _first(pane: LinePane, count: int | None) -> None:
    if count is None:
        pane.home()
    else:
        pane.select(count - 1)


def _last(pane: LinePane, count: int | None) -> None:
    if count is None:
        pane.end()
    else:
        pane.select(count - 1)


MOTIONS: Mapping[str, Motion] = {
    "up": _lines(-1),
    "down": _lines(1),
    "left": _sideways(-1),
    "right": _sideways(1),
    "page_up": _pages(-1),
    "page_down": _pages(1),
    "half_up": _half_page(-1),
    "half_down": _half_page(1),
    "first": _first,
    "last": _last,
}
