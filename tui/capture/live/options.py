"""The command line's rows for live capture, and what they ask for.

Invariant: nothing is opened here; what does not fit together is a UsageError before anything starts.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tui.capture.live.spec import MOST_BYTES, STDOUT, Backend, Limits, LiveSpec, OnExit, RemoteSpec, is_remote
from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KILOBYTE = 1000  # as dumpcap counts
_MOST = 2**53


def _kilobytes(text: str) -> int:
    return int(text) * _KILOBYTE


class _Condition(Struct, frozen=True):
    """What -a and -b take: NAME:VALUE, the member of Limits that it sets, and how the value is read."""

    name: str
    field: str
    read: Callable[[str], float]


_CONDITIONS = {
    each.name: each
    for each in (
        _Condition("duration", "seconds", float),
        _Condition("filesize", "size", _kilobytes),
        _Condition("packets", "packets", int),
        _Condition("files", "files", int),
    )
}
_NEED_LIVE = {
    "filter": "-f",
    "stop_at": "-a",
    "ring": "-b",
    "snap_length": "-s",
    "on_exit": "--on-exit",
    "include_ssh": "--include-ssh",
    "no_drop": "--no-drop",
    "backend": "--backend",
    "no_promiscuous": "-p",
}


class Sources(Struct, frozen=True):
    """What to open: interfaces here, interfaces elsewhere, and the names of files and pipes."""

    live: LiveSpec | None
    remotes: tuple[RemoteSpec, ...]
    names: tuple[str, ...]
    output: Path | None = None  # where the one live source is kept, or what is read is saved

    @property
    def are_live(self) -> bool:
        """Whether anything is captured, not only read."""
        return self.live is not None or bool(self.remotes)

    @property
    def are_saved(self) -> bool:
        """Whether what is read shall be written to a file."""
        return self.output is not None and not self.are_live

    @property
    def to_stdout(self) -> bool:
        """Whether the packets themselves are the output."""
        return self.output is not None and str(self.output) == STDOUT


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the rows of live capture to the parser, which has -c, -r and the names already."""
    add = parser.add_argument_group(
        "live capture", "ssh://[USER@]HOST[:PORT]/IF as a FILE captures there; what else is no option is BPF"
    ).add_argument
    add("-i", dest="interfaces", action="append", default=[], metavar="IF,…", help="capture there; any: all")
    add("-f", dest="filter", metavar="BPF", help="capture only what this filter lets through")
    add("-D", dest="list_interfaces", action="store_true", help="list the interfaces")
    add(
        "-a",
        dest="stop_at",
        action="append",
        default=[],
        metavar="WHAT:N",
        help="stop after duration:SECONDS, filesize:KB, packets:N, files:N",
    )
    add(
        "-b",
        dest="ring",
        action="append",
        default=[],
        metavar="WHAT:N",
        help="begin another file after duration:SECONDS, filesize:KB, packets:N; keep files:N of them",
    )
    add("-s", dest="snap_length", type=_snap_length, metavar="LEN", help="keep LEN bytes of a packet; 0: all")
    add(
        "-w",
        dest="output",
        type=Path,
        metavar="FILE",
        help="keep what is captured, or save what is read and passes -Y; -: stdout",
    )
    add("-p", dest="no_promiscuous", action="store_true", help="not in promiscuous mode")
    add(
        "--on-exit",
        type=OnExit,
        choices=tuple(OnExit),
        metavar="|".join(each.value for each in OnExit),
        help="without -w, when the screen is left: keep the packets in this folder, delete them, or ask",
    )
    add("--include-ssh", action="store_true", help="capture the SSH connection too that you are logged in by")
    add("--no-drop", action="store_true", help="keep root's privileges while capturing")
    add(
        "--backend",
        type=Backend,
        choices=tuple(Backend),
        metavar="|".join(each.value for each in Backend),
        help="what to capture with",
    )


def sources(options: argparse.Namespace) -> Sources:
    """What the parsed options ask for; UsageError if they do not fit together."""
    remote_names = [name for name in options.files if is_remote(name)]
    rest = [name for name in options.files if not is_remote(name)]
    if not options.interfaces and not remote_names:
        _refuse_without_live(options)
        if options.output and not options.read and not rest:
            raise UsageError(
                "-w: there is nothing to write", "capture it with -i IF, or read it with -r FILE"
            )
        return Sources(None, (), (*options.read, *rest), options.output)
    if options.filter and rest:
        raise UsageError(f"two capture filters: -f and {' '.join(rest)!r}", "give one; -r FILE names a file")
    text = options.filter or " ".join(rest)
    live = _live(options, text) if options.interfaces else None
    remotes = tuple(RemoteSpec.parse(name, text, options.snap_length or MOST_BYTES) for name in remote_names)
    if options.output and len(remotes) + bool(live) > 1:
        raise UsageError("-w keeps one live source, not several", "give one -i IF,IF, or leave -w out")
    if options.output and str(options.output) == STDOUT and _prints(options):
        raise UsageError(
            "-w - writes the packets to standard output, and so would -T, -q and the like", "choose one"
        )
    if remotes and (options.ring or options.stop_at):
        raise UsageError("-a and -b are for interfaces of this machine", "leave them out, or ssh:// sources")
    return Sources(live, remotes, tuple(options.read), options.output)


def _live(options: argparse.Namespace, text: str) -> LiveSpec:
    interfaces = tuple(name for each in options.interfaces for name in each.split(",") if name)
    if not interfaces:
        raise UsageError("-i names no interface", "tcpscope -D lists them")
    stop = _limits("-a", options.stop_at)
    if options.count is not None:
        stop = {**stop, "packets": min(options.count, stop.get("packets", options.count))}
    return LiveSpec(
        interfaces=interfaces,
        filter=text,
        snap_length=options.snap_length or MOST_BYTES,
        promiscuous=not options.no_promiscuous,
        backend=options.backend,
        output=options.output,
        ring=Limits(**_limits("-b", options.ring)),
        stop=Limits(**stop),
        include_ssh=options.include_ssh,
        drop_privileges=not options.no_drop,
    )


def _limits(option: str, conditions: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in conditions:
        name, _, number = text.partition(":")
        condition = _CONDITIONS.get(name)
        if condition is None:
            raise UsageError(
                f"{option} {text!r}: nothing is called {name!r}", f"there are: {', '.join(_CONDITIONS)}"
            )
        try:
            value = condition.read(number)
        except ValueError:
            value = 0
        if not 0 < value < _MOST:
            raise UsageError(f"{option} {text!r}: a number above 0 expected, found {number!r}")
        values[condition.field] = value
    return values


def _snap_length(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_BYTES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes up to {MOST_BYTES}")
    return int(text) or MOST_BYTES


def _refuse_without_live(options: argparse.Namespace) -> None:
    for field, option in _NEED_LIVE.items():
        if getattr(options, field):
            raise UsageError(f"{option} is for live capture", "add -i IF; tcpscope -D lists the interfaces")


def _prints(options: argparse.Namespace) -> bool:
    return bool(options.form or options.quiet or options.explain or options.connections)
