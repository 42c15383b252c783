"""The command line: opens the screen over a capture, or prints what is in it.

Invariant: stdout is data and stderr is narration, one line each; a user's mistake never ends in a traceback.
Nothing heavy is imported before it is known that it is needed.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tui.errors import ExitCode, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.report.printer import Printer
    from tui.session import Session

_INTERRUPTED = 130  # what a shell reports of a program that SIGINT ended
_BROKEN_PIPE = 141  # and of one that SIGPIPE ended
_EXAMPLES = """
examples:
  tcpscope capture.pcap                 open it on the screen
  tcpdump -i eth0 -w - | tcpscope -     watch what another program captures
  tcpscope -q -r capture.pcap           say what is in it
  tcpscope -T text capture.pcap         print the packet list
  tcpscope --explain capture.pcap       tell each connection's story, and prove it
  tcpscope -r capture.pcap -T fields -e frame.number -e tcp.stream -e tcp.seq

exit status: 0 all was read, 1 the capture could not be read to its end, 2 wrong usage, 3 no permission,
4 a connection is as --fail-on names
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, "tcpscope --help tells what there is")


class _Version(argparse.Action):
    """Prints the version; looked up only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002 argparse's name
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            text = version("tcpscope")
        except PackageNotFoundError:
            text = "(run from its source, not installed)"
        print(f"tcpscope {text}")  # noqa: T201
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    try:
        return _run(_parser().parse_args(arguments))
    except TcpscopeError as error:
        _narrate(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _BROKEN_PIPE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tcpscope",
        usage="tcpscope [options] FILE...",
        description="A Wireshark-style terminal UI for TCP. Without -T or -q it opens the screen; "
        "if the output is no terminal it prints as -T text does.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="captures to read, merged by time; - is standard input")
    add("-r", dest="read", action="append", default=[], metavar="FILE", help="the same")
    add("--follow", action="store_true", help="the files are still being written: go on as they grow")
    add("-c", dest="count", type=_count, metavar="N", help="read no more than N packets")
    add("-T", dest="form", choices=("text", "fields", "json"), help="print the packets, in this form")
    add("-e", dest="fields", action="append", default=[], metavar="FIELD", help="-T fields: print this field")
    add(
        "-E",
        dest="style",
        action="append",
        default=[],
        metavar="OPTION=VALUE",
        help="-T fields: separator=/t|/s|C, aggregator=/s|C, occurrence=f|l|a, quote=d|s|n, header=y|n, "
        "bom=y|n",
    )
    add("-q", dest="quiet", action="store_true", help="print a summary of the capture only")
    add("--explain", action="store_true", help="tell each connection's story in words, with its proofs")
    add("--connections", action="store_true", help="print one line a connection")
    add("--stream", type=_stream, metavar="N", help="--explain, --connections: only tcp.stream N")
    add(
        "--fail-on",
        metavar="WHAT,…",
        help="exit with 4 if a connection is: refused, unreachable, no-answer, half-open, wrong-number, "
        "reset, still-open, one-side, retransmission",
    )
    add("-n", action="store_true", help="no effect: names are never resolved")
    add("-V", "--version", action=_Version, help="print the version")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of packets")
    return int(text)


def _stream(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a connection")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    names = [*options.read, *options.files]
    if not names:
        raise UsageError(
            "no capture is named", "tcpscope FILE opens one, - reads standard input, --help tells more"
        )
    _check(options)
    if _tells(options):
        return _tell(names, options)
    if options.form is None and not options.quiet and sys.stdout.isatty():
        return _open_screen(names, options)
    return _print(names, options)


def _tells(options: argparse.Namespace) -> bool:
    """Whether connections are asked for, not packets."""
    return bool(options.explain or options.connections or options.fail_on)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that do not fit together, and fields and styles that do not exist."""
    if options.stream is not None and not _tells(options):
        raise UsageError("--stream chooses what --explain or --connections tells", "add one of them")
    if _tells(options) and (options.quiet or options.form not in (None, "json")):
        raise UsageError("--explain and --connections print text or -T json", "leave -q and other -T out")
    if options.quiet and options.form:
        raise UsageError("-q prints a summary and -T prints packets", "choose one")
    if options.form == "fields":
        if not options.fields:
            raise UsageError("-T fields needs the fields to print", "add -e FIELD, such as -e tcp.stream")
        from tui.filter.fields import find
        from tui.report.fields import parse_style

        parse_style(options.style)
        for name in options.fields:
            find(name)
    elif options.fields or options.style:
        raise UsageError("-e and -E choose what -T fields prints", "add -T fields")


def _open_screen(names: Sequence[str], options: argparse.Namespace) -> int:
    from tui.screens.terminal import check_terminal

    check_terminal(os.environ)
    if not sys.stderr.isatty():
        raise UsageError(
            "the screen is drawn on stderr, which is no terminal", "do not redirect it, or use -T text"
        )
    session = _open(names, options)
    try:
        if not sys.stdin.isatty():
            _take_keys_from_terminal()
        from tui.app import TcpscopeApp

        app = TcpscopeApp(session)
        app.run()
        return app.return_code or ExitCode.OK
    finally:
        session.close()


def _take_keys_from_terminal() -> None:
    """Put the terminal itself in the place of standard input, through which the capture comes."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError as error:
        raise UsageError(
            f"no terminal to read keys from: {error.strerror}", "print the packets instead with -T text"
        ) from error
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)


def _open(names: Sequence[str], options: argparse.Namespace) -> Session:
    from tui.session import Session

    return Session.open(names, follow=options.follow, count=options.count)


def _print(names: Sequence[str], options: argparse.Namespace) -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # as tshark, whatever the locale
    session = _open(names, options)
    try:
        if options.quiet:
            from tui.report.summary import summary

            sys.stdout.write(summary(session, session.wait()))
            sys.stdout.flush()
        else:
            from tui.report.printer import print_packets

            live = options.follow or any(map(_is_pipe, names))
            print_packets(session, _printer(session, options), sys.stdout, live=live)
        for notice in session.snapshot().notices:
            _narrate(notice)
        return ExitCode.DAMAGED if session.damage else ExitCode.OK
    except BrokenPipeError:
        raise
    except OSError as error:  # of the output: those of the captures are CaptureErrors
        _discard_output()
        raise UsageError(f"the output could not be written: {error.strerror}") from error
    finally:
        session.close()


def _discard_output() -> None:
    """Python flushes stdout once more at its end: what could not be written must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(names: Sequence[str], options: argparse.Namespace) -> int:
    """Tell of connections; the exit code says whether one is as `--fail-on` names."""
    from tui.report import stories

    failures = stories.parse_failures(options.fail_on) if options.fail_on else ()
    session = _open(names, options)
    failed = False
    try:
        snapshot = session.wait()
        write = sys.stdout.write
        told = False
        for story in stories.tell_stories(session, snapshot, options.stream):
            failed = failed or any(failure.applies(story) for failure in failures)
            if options.form == "json":
                write(f"{',' if told else '['}\n{stories.connection_json(story, stages=options.explain)}")
            elif options.explain:
                write(("\n" if told else "") + stories.explain_text(story))
            elif options.connections:
                write(stories.connection_text(story))
            told = True
        if options.form == "json":
            write("\n]\n" if told else "[]\n")
        sys.stdout.flush()
        for notice in session.snapshot().notices:
            _narrate(notice)
        return ExitCode.DAMAGED if session.damage else ExitCode.FOUND if failed else ExitCode.OK
    finally:
        session.close()


def _printer(session: Session, options: argparse.Namespace) -> Printer:
    if options.form == "fields":
        from tui.report.fields import FieldsPrinter, parse_style

        return FieldsPrinter(session, options.fields, parse_style(options.style), sys.stdout)
    if options.form == "json":
        from tui.report.json import JsonPrinter

        return JsonPrinter(session, sys.stdout)
    from tui.report.text import TextPrinter

    return TextPrinter(session, sys.stdout)


def _is_pipe(name: str) -> bool:
    """Whether packets may come through it one by one, so that each is printed as it comes."""
    mode = os.fstat(sys.stdin.fileno()).st_mode if name == "-" else Path(name).stat().st_mode
    return not stat.S_ISREG(mode)


def _narrate(message: str) -> None:
    sys.stderr.write(f"tcpscope: {message}\n")
