"""What the actions of a live capture do on the main screen: follow, pause, change, end, leave."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.actions import key_text
from tui.errors import TcpscopeError
from tui.screens.layouts import Slot
from tui.screens.motions import MOTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.capture.live.running import Control
    from tui.capture.live.spec import LiveSpec
    from tui.screens.main import MainScreen


def _last(main: MainScreen, count: int | None) -> None:
    """To the last line; in the packet list of a live capture also to those to come."""
    at_list = main.arrangement.focused is Slot.LIST
    if count is None and at_list and main.live.captures and not (main.live.paused or main.columns.is_sorted):
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
        main.columns.unsort()  # the newest packet is the last one only as captured
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


def _restart(main: MainScreen, count: int | None) -> None:
    from tui.screens.leave import leave

    if main.control is None:
        main.say("this is no live capture")
    else:
        main.control.begin_anew()
        leave(main)


def _options(main: MainScreen, count: int | None) -> None:
    def tell(at_once: bool | None) -> None:
        if at_once is not None:
            _tell_change(main, at_once)

    if ours := _our_capture(main):
        from tui.screens.capture_options import CaptureOptionsScreen

        main.app.push_screen(CaptureOptionsScreen(*ours, main.actions), tell)


def _own_ssh(main: MainScreen, count: int | None) -> None:
    async def change(control: Control, spec: LiveSpec) -> None:
        try:
            at_once = await asyncio.to_thread(control.change, replace(spec, include_ssh=not spec.include_ssh))
        except TcpscopeError as error:
            main.say(str(error))
        else:
            _tell_change(main, at_once)

    if ours := _our_capture(main):
        main.run_worker(change(*ours), group="own_ssh", exclusive=True)


def _our_capture(main: MainScreen) -> tuple[Control, LiveSpec] | None:
    """The capture on this host that can be changed; else None, and why that is so is said."""
    if main.control is None:
        main.say("this is no live capture")
    elif main.control.sources.live is None:
        main.say("what another host captures cannot be changed from here")
    else:
        return main.control, main.control.sources.live
    return None


def _tell_change(main: MainScreen, at_once: bool) -> None:
    assert main.control is not None, "something was changed"
    spec = main.control.sources.live
    assert spec is not None, "something was changed"
    own = "with your own SSH connection" if spec.include_ssh else ""
    what = ", ".join(filter(None, (spec.name, spec.filter, own)))
    if at_once:
        main.say(f"from now on: {what}")
    else:
        main.say(f"{key_text(main.actions['restart'].keys[0])} begins a capture of {what}")


def _quit(main: MainScreen, count: int | None) -> None:
    from tui.screens.leave import leave

    if main.control is not None:
        main.control.go_on()  # nothing begins anew, if that was asked for before
    leave(main)


LIVE_COMMANDS: dict[str, Callable[[MainScreen, int | None], None]] = {
    "last": _last,
    "follow": _follow,
    "pause": _pause,
    "stop_capture": _stop,
    "restart": _restart,
    "capture_options": _options,
    "own_ssh": _own_ssh,
    "quit": _quit,
}
