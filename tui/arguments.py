"""What may stand on the command line: options, their help, and examples.

Invariant: a text that no option takes is a UsageError. Nothing heavy is imported.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from tui.capture.live.options import add_options
from tui.config.options import add_config_options
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
