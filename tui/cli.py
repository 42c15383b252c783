"""The command line: opens the screen over a capture, or prints what is in it.

Invariant: a user's mistake never ends in a traceback. Nothing heavy is imported before it is known that it is
needed.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.arguments import check, parser, prints, wants_screen
from tui.capture.live.options import sources
from tui.config.options import configuration, filtered, print_configuration
from tui.errors import ExitCode, TcpscopeError, UsageError
from tui.printing import discard_output, narrate, open_session, print_capture, save_packets

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tui.capture.live.options import Sources
    from tui.capture.live.running import Control
    from tui.capture.source import Source
    from tui.config.config import Config
    from tui.errors import CaptureError

_INTERRUPTED = 130  # what a shell reports of a program that SIGINT ended
_BROKEN_PIPE = 141  # and of one that SIGPIPE ended
_NOT_IMPORTED = frozenset({"tui.__main__", "tui.build"})  # the command itself, and pip's part
_LOADED_LATE = frozenset({"concurrent.futures.thread"})  # by Python's library, when it is first used
_USED_TO_PRINT = ("tui.capture", "tui.decode", "tui.filter", "tui.report", "tui.session")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    try:
        return _run(parser().parse_intermixed_args(arguments))
    except TcpscopeError as error:
        narrate(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 our own mistake; all of it is kept
        from tui.crash import tell

        narrate(tell(error))
        return ExitCode.MISTAKE


def _run(options: argparse.Namespace) -> int:
    if options.list_interfaces:
        from tui.capture.live.interfaces import listing

        sys.stdout.write(listing())
        return ExitCode.OK
    if options.print_config:
        print_configuration(configuration(options, narrate))
        return ExitCode.OK
    wanted = sources(options)
    check(options, wanted, narrate)
    if wanted.are_saved:
        return save_packets(wanted.names, options)
    if not wanted.are_live and not wanted.names:
        if not _choose(options):
            return ExitCode.OK
        wanted = sources(options)
    return _capture(wanted, options) if wanted.are_live else _show(wanted.names, options)


def _choose(options: argparse.Namespace) -> bool:
    """Let the user choose on the start screen, as if it had been given in the options; whether they did."""
    if not wants_screen(options) or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "no capture is named",
            "tcpscope FILE opens one, - reads standard input, -i IF captures, --help tells more",
        )
    from tui.screens.terminal import check_terminal

    check_terminal(os.environ)
    from tui.start import choose

    match choose(configuration(options, lambda _: None)):  # what is wrong there is narrated when it is opened
        case None:
            return False
        case Path() as file:
            options.read = [str(file)]
        case capture:
            options.interfaces, options.filter = [capture.interface], capture.filter
    return True


def _show(
    names: Sequence[Source],
    options: argparse.Namespace,
    config: Config | None = None,
    control: Control | None = None,
) -> int:
    """`config` is read if it was not; `control` is that of a live capture."""
    return (
        _open_screen(names, options, config, control)
        if wants_screen(options)
        else print_capture(names, options)
    )


def _capture(wanted: Sources, options: argparse.Namespace) -> int:
    """Show or print what is captured, or, if it is only kept, wait for the end."""
    from tui.capture.live.running import Control, await_end, captured

    screen = wants_screen(options)
    config = configuration(options, narrate) if screen else None  # now: it may be root's
    if config:
        wanted = filtered(wanted, config)
    control = Control(wanted)
    try:
        while True:
            with captured(control, lambda: _import_all(screen), narrate, going_on=not screen) as opened:
                if wanted.to_stdout or not (screen or prints(options) or not wanted.output):
                    return _ended(await_end(opened))
                status = _show(opened, options, config, control)
            if status or not control.asked:
                return status
    finally:
        control.close()


def _ended(failure: CaptureError | None) -> int:
    if failure:
        narrate(str(failure))
    return ExitCode.DAMAGED if failure else ExitCode.OK


def _import_all(screen: bool) -> None:
    """What root may read and whoever we become may not: all of the program that is used, and dissectors."""
    import pkgutil

    import tui
    from tui.decode import protocols

    tables = (protocols.UDP_PORTS, protocols.TCP_PORTS, protocols.IP_PROTOCOLS, protocols.ETHERTYPES)
    dissectors = {each.module for table in tables for each in table.values()}
    modules = {each.name for each in pkgutil.walk_packages(tui.__path__, "tui.")} - _NOT_IMPORTED
    used = {name for name in modules if screen or name.startswith(_USED_TO_PRINT)}
    for name in used | dissectors | _LOADED_LATE:
        importlib.import_module(name)
    if screen:
        from tui.decode.dissect import warm_up
        from tui.widths import width_of

        warm_up()
        width_of("界")  # rich's table of widths


def _open_screen(
    names: Sequence[Source], options: argparse.Namespace, config: Config | None, control: Control | None
) -> int:
    from tui.screens.terminal import check_terminal, take_keys

    check_terminal(os.environ)
    if not sys.stderr.isatty():
        raise UsageError(
            "the screen is drawn on stderr, which is no terminal", "do not redirect it, or use -T text"
        )
    gc.disable()  # until the app runs: what is imported stays, and to look through it delays the first rows
    session = open_session(names, options, rest=True)
    try:
        if not sys.stdin.isatty():
            take_keys()
        from tui.app import run

        return run(session, config or configuration(options, narrate), names, narrate, control)
    finally:
        session.close()
