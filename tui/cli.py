"""The command line: opens the screen over a capture, or prints what is in it.

Invariant: stdout is data and stderr is narration, one line each; a user's mistake never ends in a traceback.
Nothing heavy is imported before it is known that it is needed.
"""

from __future__ import annotations

import gc
import importlib
import os
import stat
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tui.arguments import parser
from tui.capture.live.options import sources
from tui.config.options import configuration, filtered, print_configuration
from tui.errors import ExitCode, TcpscopeError, UsageError, printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tui.capture.live.options import Sources
    from tui.capture.live.running import Control
    from tui.capture.source import Source
    from tui.config.config import Config
    from tui.errors import CaptureError
    from tui.names.names import Names
    from tui.report.printer import Printer
    from tui.session import Session

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
        _narrate(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 our own mistake; all of it is kept
        from tui.crash import tell

        _narrate(tell(error))
        return ExitCode.MISTAKE


def _run(options: argparse.Namespace) -> int:
    if options.list_interfaces:
        from tui.capture.live.interfaces import listing

        sys.stdout.write(listing())
        return ExitCode.OK
    if options.print_config:
        print_configuration(configuration(options, _narrate))
        return ExitCode.OK
    wanted = sources(options)
    _check(options, wanted)
    if wanted.are_saved:
        return _save(wanted.names, options)
    if not wanted.are_live and not wanted.names:
        if not _choose(options):
            return ExitCode.OK
        wanted = sources(options)
    return _capture(wanted, options) if wanted.are_live else _show(wanted.names, options)


def _choose(options: argparse.Namespace) -> bool:
    """Let the user choose on the start screen, as if it had been given in the options; whether they did."""
    if not _wants_screen(options) or not (sys.stdin.isatty() and sys.stderr.isatty()):
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
    return _open_screen(names, options, config, control) if _wants_screen(options) else _print(names, options)


def _wants_screen(options: argparse.Namespace) -> bool:
    return not _prints(options) and sys.stdout.isatty()


def _prints(options: argparse.Namespace) -> bool:
    """Whether it is said what to print."""
    return bool(options.form or options.quiet or options.statistics is not None or _tells(options))


def _capture(wanted: Sources, options: argparse.Namespace) -> int:
    """Show or print what is captured, or, if it is only kept, wait for the end."""
    from tui.capture.live.running import Control, await_end, captured

    screen = _wants_screen(options)
    config = configuration(options, _narrate) if screen else None  # now: it may be root's
    if config:
        wanted = filtered(wanted, config)
    control = Control(wanted)
    try:
        while True:
            with captured(control, lambda: _import_all(screen), _narrate, going_on=not screen) as opened:
                if wanted.to_stdout or not (screen or _prints(options) or not wanted.output):
                    return _ended(await_end(opened))
                status = _show(opened, options, config, control)
            if status or not control.asked:
                return status
    finally:
        control.close()


def _ended(failure: CaptureError | None) -> int:
    if failure:
        _narrate(str(failure))
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


def _tells(options: argparse.Namespace) -> bool:
    """Whether connections are asked for, not packets."""
    return bool(options.explain or options.connections or options.fail_on)


def _check(options: argparse.Namespace, wanted: Sources) -> None:
    """Refuse options that do not fit together, and fields and styles that do not exist."""
    if options.stream is not None and not _tells(options):
        raise UsageError("--stream chooses what --explain or --connections tells", "add one of them")
    if _tells(options) and (options.quiet or options.form not in (None, "json")):
        raise UsageError("--explain and --connections print text or -T json", "leave -q and other -T out")
    if options.quiet and options.form:
        raise UsageError("-q prints a summary and -T prints packets", "choose one")
    if options.fail_on:
        from tui.report.stories import parse_failures

        parse_failures(options.fail_on)
    if options.statistics is not None:
        _check_statistics(options)
    _check_fields(options)
    _check_saving(options, wanted)
    if options.display_filter is not None:
        _check_filter(options, wanted)


def _check_saving(options: argparse.Namespace, wanted: Sources) -> None:
    if options.format and not wanted.are_saved:
        raise UsageError("-F chooses the format in which -w saves what -r reads", "leave it out")
    if wanted.are_saved and _prints(options):
        raise UsageError("-w saves packets, and -T, -q and the like print", "choose one")
    if wanted.are_saved and options.follow:
        raise UsageError("-w saves what is there, and --follow waits for more", "choose one")


def _check_statistics(options: argparse.Namespace) -> None:
    from tui.report.statistics.printed import parse_wanted

    if _tells(options) or options.quiet or options.form not in (None, "json") or options.fields:
        raise UsageError("--statistics prints text or -T json", "leave the other ways to print out")
    options.statistics = parse_wanted(options.statistics)


def _check_filter(options: argparse.Namespace, wanted: Sources) -> None:
    """Compile the display filter, before any packet is read."""
    if _tells(options) or (_wants_screen(options) and not wanted.are_saved):
        raise UsageError("-Y chooses which packets are printed", "add -T text, -T fields, -T json, -q or -w")
    from tui.filter.language import compile_filter

    options.display_filter = compile_filter(options.display_filter)
    for note in options.display_filter.warnings:
        _narrate(f"{note.message} ({note.hint})")


def _check_fields(options: argparse.Namespace) -> None:
    if options.form == "fields" and not options.fields:
        raise UsageError("-T fields needs the fields to print", "add -e FIELD, such as -e tcp.stream")
    if options.fields and (options.form not in ("fields", "json") or _tells(options)):
        raise UsageError("-e chooses what is printed of each packet", "add -T fields or -T json")
    if options.style and options.form != "fields":
        raise UsageError("-E chooses how -T fields prints", "add -T fields")
    if options.fields:
        from tui.filter.fields import find
        from tui.report.fields import parse_style

        parse_style(options.style)
        for name in options.fields:
            find(name)


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
    session = _open(names, options)
    try:
        if not sys.stdin.isatty():
            take_keys()
        from tui.app import run

        return run(session, config or configuration(options, _narrate), names, _narrate, control)
    finally:
        session.close()


def _open(names: Sequence[Source], options: argparse.Namespace) -> Session:
    from tui.session import Session

    return Session.open(names, follow=options.follow, count=options.count)


def _print(names: Sequence[Source], options: argparse.Namespace) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # as tshark, whatever the locale
    session = _open(names, options)
    try:
        failed = _write(session, names, options)
        for notice in session.snapshot().notices:
            _narrate(notice)
        return ExitCode.DAMAGED if session.damage else ExitCode.FOUND if failed else ExitCode.OK
    except BrokenPipeError:
        raise
    except OSError as error:  # of the output: those of the captures are CaptureErrors
        _discard_output()
        raise UsageError(f"the output could not be written: {error.strerror}") from error
    finally:
        session.close()


def _save(names: Sequence[Source], options: argparse.Namespace) -> int:
    """Write what is read to a file; one that is there only if the user says so."""
    from tui.capture.formats import Format
    from tui.capture.save.target import STDOUT, is_there
    from tui.report.save.command import save

    path: Path = options.output
    replace = str(path) != STDOUT and is_there(path)
    if replace and not _may_replace(path):
        raise UsageError(f"{path} is there already", "name another file, or remove it first")
    form = Format(options.format) if options.format else None
    session = _open(names, options)
    try:
        save(session, path, form, options.display_filter, replace=replace)
        for notice in session.snapshot().notices:
            _narrate(notice)
        return ExitCode.DAMAGED if session.damage else ExitCode.OK
    finally:
        session.close()


def _may_replace(path: Path) -> bool:
    """Ask, if there is somebody to be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"tcpscope: {printable(str(path))} is there already. Write over it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _write(session: Session, names: Sequence[Source], options: argparse.Namespace) -> bool:
    """Write what is asked for; whether a connection is as `--fail-on` names."""
    if _tells(options):
        return _tell(session, options)
    if options.statistics is not None:
        from tui.report.statistics.printed import statistics

        chosen, as_json = options.display_filter, options.form == "json"
        told = statistics(session, session.wait(), options.statistics, chosen, as_json=as_json)
        sys.stdout.writelines(told)
        sys.stdout.flush()
    elif options.quiet:
        from tui.report.summary import summary

        sys.stdout.write(summary(session, session.wait(), options.display_filter))
        sys.stdout.flush()
    else:
        from tui.report.printer import print_packets

        live = options.follow or any(map(_is_pipe, names))
        printer = _printer(session, options)
        if options.display_filter:
            from tui.report.filtered import FilteredPrinter

            printer = FilteredPrinter(session, options.display_filter, printer)
        print_packets(session, printer, sys.stdout, live=live)
    return False


def _tell(session: Session, options: argparse.Namespace) -> bool:
    """Tell of connections; whether one is as `--fail-on` names."""
    from tui.report import stories

    snapshot, stream, as_json = session.wait(), options.stream, options.form == "json"
    if options.explain or options.connections or as_json:
        told = stories.tell(session, snapshot, stream, explain=options.explain, as_json=as_json)
        sys.stdout.writelines(told)
        sys.stdout.flush()
    if not options.fail_on:
        return False
    return stories.fails(session, snapshot, stream, stories.parse_failures(options.fail_on))


def _discard_output() -> None:
    """Python flushes stdout once more at its end: what could not be written must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printer(session: Session, options: argparse.Namespace) -> Printer:
    names = _names(session, options)
    if options.form == "fields":
        from tui.report.fields import FieldsPrinter, parse_style

        return FieldsPrinter(session, options.fields, parse_style(options.style), sys.stdout, names)
    if options.form == "json":
        from tui.report.json import JsonPrinter

        return JsonPrinter(session, options.fields, sys.stdout, names)
    from tui.report.text import TextPrinter

    return TextPrinter(session, sys.stdout, names)


def _names(session: Session, options: argparse.Namespace) -> Names | None:
    """The names that -N asks for; None if it does not."""
    if not options.names:
        return None
    from tui.names.kinds import printed_kinds
    from tui.names.names import Names

    return Names(printed_kinds(options.names), [reader.names for reader in session.readers])


def _is_pipe(name: Source) -> bool:
    """Whether packets may come through it one by one, so that each is printed as it comes."""
    if not isinstance(name, str):
        return True
    mode = os.fstat(sys.stdin.fileno()).st_mode if name == "-" else Path(name).stat().st_mode
    return not stat.S_ISREG(mode)


def _narrate(message: str) -> None:
    sys.stderr.write(f"tcpscope: {message}\n")
