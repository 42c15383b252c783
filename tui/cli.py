"""The command line: opens the screen over a capture, or prints what is in it.

Invariant: stdout is data and stderr is narration, one line each; a user's mistake never ends in a traceback.
Nothing heavy is imported before it is known that it is needed.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import stat
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tui.capture.live.options import add_options, sources
from tui.config.options import add_config_options, configuration, filtered, print_configuration
from tui.errors import ExitCode, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.capture.live.options import Sources
    from tui.capture.source import Source
    from tui.config.config import Config
    from tui.report.printer import Printer
    from tui.session import Session

_INTERRUPTED = 130  # what a shell reports of a program that SIGINT ended
_BROKEN_PIPE = 141  # and of one that SIGPIPE ended
_NOT_IMPORTED = frozenset({"tui.__main__", "tui.build"})  # the command itself, and pip's part
_USED_TO_PRINT = ("tui.capture", "tui.decode", "tui.filter", "tui.report", "tui.session")
_EXAMPLES = """
examples:
  tcpscope capture.pcap                 open it on the screen
  tcpscope -i eth0 tcp port 443         capture, without your own SSH connection
  tcpscope ssh://root@web1/eth0         capture on another host
  tcpdump -i eth0 -w - | tcpscope -     watch what another program captures
  tcpscope -q -r capture.pcap           say what is in it
  tcpscope -T text capture.pcap         print the packet list
  tcpscope --explain capture.pcap       tell each connection's story, and prove it
  tcpscope -r capture.pcap -T fields -e frame.number -e tcp.stream -e tcp.seq

what --fail-on and the field tcpscope.finding name:
  opening     syn, syn-ack, reused-ports, refused, unreachable, no-answer, half-open, wrong-number,
              wrong-ack, syn-resent, challenged-syn, simultaneous-open, split-handshake, fast-open,
              time-wait-reuse
  closing     fin, still-open, one-side, fin-unacknowledged, fin-resent, simultaneous-close, half-close
  reset       rst, reset, rst-after-fin, rst-in-window, rst-outside-window, rst-forged, challenge-ack,
              wrong-ack-refused
  sequence    retransmission, fast-retransmission, spurious-retransmission, out-of-order, lost-segment,
              ack-lost-segment, duplicate-ack, lost-ack
  window      window-update, window-full, zero-window-probe, zero-window, zero-window-probe-ack
  keep-alive  keep-alive, keep-alive-ack
  capture     duplicate-frame, mid-stream, one-direction, icmp-error

exit status: 0 all was read, 1 the capture could not be read to its end, 2 wrong usage, 3 no permission,
4 there is what --fail-on names
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
        return _run(_parser().parse_intermixed_args(arguments))
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
        usage="tcpscope [options] FILE... | -i IF [BPF]",
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
    add(
        "-e",
        dest="fields",
        action="append",
        default=[],
        metavar="FIELD",
        help="-T fields, -T json: print this field; beside Wireshark's there are tcpscope.client.state, "
        "tcpscope.finding, zeek.history and more",
    )
    add(
        "-E",
        dest="style",
        action="append",
        default=[],
        metavar="OPTION=VALUE",
        help="-T fields: separator=/t|/s|C, aggregator=/s|C, occurrence=f|l|a, quote=d|s|n, header=y|n, "
        "bom=y|n",
    )
    add(
        "-Y",
        dest="display_filter",
        metavar="FILTER",
        help="-T: only packets that pass this display filter, such as 'tcp.port == 443'; -q: count them",
    )
    add("-q", dest="quiet", action="store_true", help="print a summary of the capture only")
    add("--explain", action="store_true", help="tell each connection's story in words, with its proofs")
    add("--connections", action="store_true", help="print one line a connection, with Zeek's words")
    add("--stream", type=_stream, metavar="N", help="--explain, --connections: only tcp.stream N")
    add(
        "--fail-on",
        metavar="WHAT,…",
        help="exit with 4 if one of these is found, such as refused,reset,retransmission; the end lists all",
    )
    add_options(parser)
    add_config_options(parser)
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
    if options.list_interfaces:
        from tui.capture.live.interfaces import listing

        sys.stdout.write(listing())
        return ExitCode.OK
    if options.print_config:
        print_configuration(configuration(options, _narrate))
        return ExitCode.OK
    wanted = sources(options)
    if not wanted.are_live and not wanted.names:
        raise UsageError(
            "no capture is named",
            "tcpscope FILE opens one, - reads standard input, -i IF captures, --help tells more",
        )
    _check(options)
    return _capture(wanted, options) if wanted.are_live else _show(wanted.names, options)


def _show(names: Sequence[Source], options: argparse.Namespace, config: Config | None = None) -> int:
    return _open_screen(names, options, config) if _wants_screen(options) else _print(names, options)


def _wants_screen(options: argparse.Namespace) -> bool:
    return not _prints(options) and sys.stdout.isatty()


def _prints(options: argparse.Namespace) -> bool:
    """Whether it is said what to print."""
    return bool(options.form or options.quiet or _tells(options))


def _capture(wanted: Sources, options: argparse.Namespace) -> int:
    """Show or print what is captured, or, if it is only kept, wait for the end."""
    from tui.capture.live.running import await_end, captured

    screen = _wants_screen(options)
    config = configuration(options, _narrate) if screen else None  # now: it may be root's
    if config:
        wanted = filtered(wanted, config)
    with captured(wanted, lambda: _import_all(screen), _narrate, going_on=not screen) as opened:
        if not wanted.to_stdout and (screen or _prints(options) or not wanted.output):
            return _show(opened, options, config)
        failure = await_end(opened)
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
    for name in used | dissectors:
        importlib.import_module(name)


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
    if options.fail_on:
        from tui.report.stories import parse_failures

        parse_failures(options.fail_on)
    _check_fields(options)
    if options.display_filter is not None:
        _check_filter(options)


def _check_filter(options: argparse.Namespace) -> None:
    """Compile the display filter, before any packet is read."""
    if _tells(options) or _wants_screen(options):
        raise UsageError("-Y chooses which packets are printed", "add -T text, -T fields, -T json or -q")
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


def _open_screen(names: Sequence[Source], options: argparse.Namespace, config: Config | None) -> int:
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

        return run(session, config or configuration(options, _narrate), names)
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


def _write(session: Session, names: Sequence[Source], options: argparse.Namespace) -> bool:
    """Write what is asked for; whether a connection is as `--fail-on` names."""
    if _tells(options):
        return _tell(session, options)
    if options.quiet:
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
    if options.form == "fields":
        from tui.report.fields import FieldsPrinter, parse_style

        return FieldsPrinter(session, options.fields, parse_style(options.style), sys.stdout)
    if options.form == "json":
        from tui.report.json import JsonPrinter

        return JsonPrinter(session, options.fields, sys.stdout)
    from tui.report.text import TextPrinter

    return TextPrinter(session, sys.stdout)


def _is_pipe(name: Source) -> bool:
    """Whether packets may come through it one by one, so that each is printed as it comes."""
    if not isinstance(name, str):
        return True
    mode = os.fstat(sys.stdin.fileno()).st_mode if name == "-" else Path(name).stat().st_mode
    return not stat.S_ISREG(mode)


def _narrate(message: str) -> None:
    sys.stderr.write(f"tcpscope: {message}\n")
