"""What goes to stdout and stderr without a screen: packets, stories, statistics, and files that are saved.

Invariant: stdout is data and stderr is narration, one line each. What printing does not need is not imported.
"""

from __future__ import annotations

import os
import stat
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tui.arguments import tells
from tui.errors import ExitCode, UsageError, printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tui.capture.source import Source
    from tui.names.names import Names
    from tui.report.printer import Printer
    from tui.session import Session


def print_capture(names: Sequence[Source], options: argparse.Namespace) -> int:
    """Print what is asked for of captures; the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # as tshark, whatever the locale
    session = open_session(names, options)
    try:
        failed = _write(session, names, options)
        for notice in session.snapshot().notices:
            narrate(notice)
        return ExitCode.DAMAGED if session.damage else ExitCode.FOUND if failed else ExitCode.OK
    except BrokenPipeError:
        raise
    except OSError as error:  # of the output: those of the captures are CaptureErrors
        discard_output()
        raise UsageError(f"the output could not be written: {error.strerror}") from error
    finally:
        session.close()


def save_packets(names: Sequence[Source], options: argparse.Namespace) -> int:
    """Write what is read to a file; one that is there only if the user says so."""
    from tui.capture.formats import Format
    from tui.capture.save.target import STDOUT, is_there
    from tui.report.save.command import save

    path: Path = options.output
    replace = str(path) != STDOUT and is_there(path)
    if replace and not _may_replace(path):
        raise UsageError(f"{path} is there already", "name another file, or remove it first")
    form = Format(options.format) if options.format else None
    session = open_session(names, options)
    try:
        save(session, path, form, options.display_filter, replace=replace)
        for notice in session.snapshot().notices:
            narrate(notice)
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
    if tells(options):
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


def open_session(names: Sequence[Source], options: argparse.Namespace, *, rest: bool = False) -> Session:
    """A session over captures, which may rest (see there); CaptureError if none of them can be opened."""
    from tui.session import Session

    return Session(names, follow=options.follow, count=options.count, rest=rest)


def _is_pipe(name: Source) -> bool:
    """Whether packets may come through it one by one, so that each is printed as it comes."""
    if not isinstance(name, str):
        return True
    mode = os.fstat(sys.stdin.fileno()).st_mode if name == "-" else Path(name).stat().st_mode
    return not stat.S_ISREG(mode)


def discard_output() -> None:
    """Python flushes stdout once more at its end: what could not be written must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def narrate(message: str) -> None:
    """Say a line on stderr."""
    sys.stderr.write(f"tcpscope: {message}\n")
