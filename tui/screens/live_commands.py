"""What the actions of a live capture do on the main screen: follow, pause, stop, and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.layouts import Slot
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.screens.main import MainScreen


def _last(main: MainScreen, count: int | None) -> None:
    """To the last line; in the packet list of a live capture also to those to come."""
    at_list = main.arrangement.focused is Slot.LIST
    if count is None and at_list and main.live.captures and not main.live.paused:
        main.live.follow()
    else:
        MOTIONS["last"](main.arrangement.pane, count)


def _follow(main: MainScreen, count: int | None) -> None:
    if main.live.following and not main.live.paused:
        main.live.leave_alone()
        main.say("the list stays where it is")
    elif main.snapshot is not None and main.snapshot.finished:
        main.say("nothing more will come")
    else:
        main.live.follow()
        main.say("following the newest packet")


def _pause(main: MainScreen, count: int | None) -> None:
    main.live.pause(not main.live.paused)
    main.say("the list stands still" if main.live.paused else "the list goes on")


def _stop(main: MainScreen, count: int | None) -> None:
    if main.live.stop():
        main.say("capturing stops, the packets stay")
    else:
        main.say("nothing is captured" if main.live.captures else "this is no live capture")


def _quit(main: MainScreen, count: int | None) -> None:
    from tui.screens.leave import leave

    leave(main)


LIVE_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "last": _last,
    "follow": _follow,
    "pause": _pause,
    "stop_capture": _stop,
    "quit": _quit,
}
