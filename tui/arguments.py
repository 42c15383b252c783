"""What may stand on the command line: options, their help, examples, and what does not fit together.

Invariant: a text that no option takes is a UsageError. Only what an option needs is imported.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from tui.capture.live.options import add_options
from tui.config.options import add_config_options
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.capture.live.options import Sources

_EXAMPLES = """
examples:
  tcpscope                              choose an interface or a file on the screen
  tcpscope capture.pcap                 open it on the screen
  tcpscope -i eth0 tcp port 443         capture, without your own SSH connection
  tcpscope ssh://root@web1/eth0         capture on another host
  tcpdump -i eth0 -w - | tcpscope -     watch what another program captures
  tcpscope -q -r capture.pcap           say what is in it
  tcpscope -T text capture.pcap         print the packet list
  tcpscope --explain capture.pcap       tell each connection's story, and prove it
  tcpscope -r all.pcapng -Y 'tcp.stream == 3' -w one.pcapng.gz
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
4 there is what --fail-on names, 70 tcpscope itself is at fault
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


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = _Parser(
        prog="tcpscope",
        usage="tcpscope [options] [FILE... | -i IF [BPF]]",
        description="A Wireshark-style terminal UI for TCP. Without -T or -q it opens the screen; "
        "if the output is no terminal it prints as -T text does. Without FILE and -i it asks what to open.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("files", nargs="*", metavar="FILE", help="captures to read, merged by time; - is standard input")
    _add_reading(made)
    add("-q", dest="quiet", action="store_true", help="print a summary of the capture only")
    _add_telling(made)
    add_options(made)
    add_config_options(made)
    add("-n", action="store_true", help="no effect: names are resolved only where -N or the screen says so")
    add(
        "-N",
        dest="names",
        default="",
        metavar="FLAGS",
        help="names: m hardware addresses by vendor, n addresses by hosts file and pcapng, t ports; on the "
        "screen also d by DNS answers, N by asking name servers",
    )
    add("-V", "--version", action=_Version, help="print the version")
    return made


def _add_reading(made: _Parser) -> None:
    """What is read, and how its packets are printed or saved."""
    add = made.add_argument
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
        help="-T, -w: only packets that pass this display filter, such as 'tcp.port == 443'; -q: count them",
    )
    add(
        "-F",
        dest="format",
        choices=("pcapng", "pcap"),
        help="-w with -r: the format, if the file's name does not end with it; .gz, .zst, .lz4 compress",
    )


def _add_telling(made: _Parser) -> None:
    """What is told of connections and of the whole, not of packets."""
    add = made.add_argument
    add("--explain", action="store_true", help="tell each connection's story in words, with its proofs")
    add("--connections", action="store_true", help="print one line a connection, with Zeek's words")
    add(
        "--statistics",
        metavar="PART",
        help="print properties, hierarchy, endpoints[,LAYER], conversations[,LAYER], lengths or syn; LAYER "
        "is ethernet, ipv4, ipv6, tcp or udp; -Y: of the packets that pass",
    )
    add("--stream", type=_stream, metavar="N", help="--explain, --connections: only tcp.stream N")
    add(
        "--fail-on",
        metavar="WHAT,…",
        help="exit with 4 if one of these is found, such as refused,reset,retransmission; the end lists all",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of packets")
    return int(text)


def _stream(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a connection")
    return int(text)


def check(options: argparse.Namespace, wanted: Sources, narrate: Callable[[str], None]) -> None:
    """Refuse options that do not fit together, and fields, styles and filters that do not exist.

    What a display filter probably does not mean is narrated.

    Raises:
        UsageError: the first such mistake.
    """
    if options.stream is not None and not tells(options):
        raise UsageError("--stream chooses what --explain or --connections tells", "add one of them")
    if tells(options) and (options.quiet or options.form not in (None, "json")):
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
        _check_filter(options, wanted, narrate)


def tells(options: argparse.Namespace) -> bool:
    """Whether connections are asked for, not packets."""
    return bool(options.explain or options.connections or options.fail_on)


def prints(options: argparse.Namespace) -> bool:
    """Whether it is said what to print."""
    return bool(options.form or options.quiet or options.statistics is not None or tells(options))


def wants_screen(options: argparse.Namespace) -> bool:
    """Whether the capture is shown: nothing is to be printed, and stdout is a terminal."""
    return not prints(options) and sys.stdout.isatty()


def _check_saving(options: argparse.Namespace, wanted: Sources) -> None:
    if options.format and not wanted.are_saved:
        raise UsageError("-F chooses the format in which -w saves what -r reads", "leave it out")
    if wanted.are_saved and prints(options):
        raise UsageError("-w saves packets, and -T, -q and the like print", "choose one")
    if wanted.are_saved and options.follow:
        raise UsageError("-w saves what is there, and --follow waits for more", "choose one")


def _check_statistics(options: argparse.Namespace) -> None:
    from tui.report.statistics.printed import parse_wanted

    if tells(options) or options.quiet or options.form not in (None, "json") or options.fields:
        raise UsageError("--statistics prints text or -T json", "leave the other ways to print out")
    options.statistics = parse_wanted(options.statistics)


def _check_filter(options: argparse.Namespace, wanted: Sources, narrate: Callable[[str], None]) -> None:
    """Compile the display filter, before any packet is read."""
    if tells(options) or (wants_screen(options) and not wanted.are_saved):
        raise UsageError("-Y chooses which packets are printed", "add -T text, -T fields, -T json, -q or -w")
    from tui.filter.language import compile_filter

    options.display_filter = compile_filter(options.display_filter)
    for note in options.display_filter.warnings:
        narrate(f"{note.message} ({note.hint})")


def _check_fields(options: argparse.Namespace) -> None:
    if options.form == "fields" and not options.fields:
        raise UsageError("-T fields needs the fields to print", "add -e FIELD, such as -e tcp.stream")
    if options.fields and (options.form not in ("fields", "json") or tells(options)):
        raise UsageError("-e chooses what is printed of each packet", "add -T fields or -T json")
    if options.style and options.form != "fields":
        raise UsageError("-E chooses how -T fields prints", "add -T fields")
    if options.fields:
        from tui.filter.fields import find
        from tui.report.fields import parse_style

        parse_style(options.style)
        for name in options.fields:
            find(name)
