"""The command line of live capture: what is asked for, and what does not fit together."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tui.capture.live.options import Sources, add_options, sources
from tui.capture.live.spec import Backend, Limits, LiveSpec, RemoteSpec
from tui.errors import UsageError


def _sources(*arguments: str) -> Sources:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("-r", dest="read", action="append", default=[])
    parser.add_argument("-c", dest="count", type=int)
    for name in ("form", "quiet", "explain", "connections"):
        parser.add_argument(f"--{name}", action="store_true")
    add_options(parser)
    return sources(parser.parse_intermixed_args(arguments))


def test_files_alone_are_no_live_capture() -> None:
    assert _sources("a", "-r", "b") == Sources(None, (), ("b", "a"))
    assert not _sources("a").are_live


def test_what_is_read_is_saved_and_what_is_captured_is_kept() -> None:
    assert _sources("a", "-w", "y").are_saved
    assert not _sources("a").are_saved
    assert not _sources("-i", "lo", "-w", "y").are_saved


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("-i", "lo"), LiveSpec(("lo",))),
        (("-i", "lo,eth0", "-i", "eth1"), LiveSpec(("lo", "eth0", "eth1"))),
        (("-i", "lo", "tcp", "port", "80"), LiveSpec(("lo",), filter="tcp port 80")),
        (("tcp", "-i", "lo", "port 80"), LiveSpec(("lo",), filter="tcp port 80")),
        (("-i", "lo", "-f", "udp"), LiveSpec(("lo",), filter="udp")),
        (("-i", "lo", "-s", "96", "-p"), LiveSpec(("lo",), snap_length=96, promiscuous=False)),
        (("-i", "lo", "-s", "0"), LiveSpec(("lo",))),
        (("-i", "lo", "-w", "x"), LiveSpec(("lo",), output=Path("x"))),
        (("-i", "lo", "-c", "5"), LiveSpec(("lo",), stop=Limits(packets=5))),
        (("-i", "lo", "-c", "5", "-a", "packets:3"), LiveSpec(("lo",), stop=Limits(packets=3))),
        (
            ("-i", "lo", "-a", "duration:1.5", "-a", "filesize:2", "-a", "files:4"),
            LiveSpec(("lo",), stop=Limits(seconds=1.5, size=2000, files=4)),
        ),
        (
            ("-i", "lo", "-b", "duration:60", "-b", "files:3"),
            LiveSpec(("lo",), ring=Limits(seconds=60, files=3)),
        ),
        (("-i", "lo", "--backend", "pcap"), LiveSpec(("lo",), backend=Backend.PCAP)),
        (
            ("-i", "lo", "--include-ssh", "--no-drop"),
            LiveSpec(("lo",), include_ssh=True, drop_privileges=False),
        ),
    ],
)
def test_what_is_asked_for(arguments: tuple[str, ...], expected: LiveSpec) -> None:
    assert _sources(*arguments).live == expected


def test_several_sources_at_once() -> None:
    asked = _sources("-i", "lo", "ssh://web1/eth0", "udp", "-r", "old.pcap")
    assert asked.live == LiveSpec(("lo",), filter="udp")
    assert asked.remotes == (RemoteSpec("web1", interface="eth0", filter="udp"),)
    assert asked.names == ("old.pcap",)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-f", "udp", "x.pcap"), "-f is for live capture"),
        (("-w", "y"), "-w: there is nothing to write"),
        (("-i", "lo", "-f", "udp", "tcp"), "two capture filters"),
        (("-i", "lo", "-w", "x", "ssh://web1/eth0"), "-w keeps one live source"),
        (("ssh://web1/eth0", "-b", "files:2"), "for interfaces of this machine"),
        (("-i", "lo", "-w", "-", "--quiet"), "-w - writes the packets"),
        (("-i", "lo", "-a", "duration:0"), "a number above 0 expected"),
        (("-i", "lo", "-a", "duration:nan"), "a number above 0 expected"),
        (("-i", "lo", "-a", "packets:1.5"), "a number above 0 expected"),
        (("-i", "lo", "-b", "size:3"), "nothing is called 'size'"),
        (("-i", ","), "-i names no interface"),
    ],
)
def test_what_does_not_fit_together(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        _sources(*arguments)
