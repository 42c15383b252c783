"""The captures against the tcpdump lines in `published/`, number by number.

Invariant: two readers that know nothing of how the captures are made, a plain one and tcpdump itself, print
each capture as it was published.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pcap_reader import read_pcap, tcpdump_lines

CAPTURES = Path(__file__).parents[2] / "captures"
PUBLISHED = Path(__file__).parent / "published"

Printer = Callable[[str, str], list[str]]


def print_plainly(name: str, form: str) -> list[str]:
    return tcpdump_lines(read_pcap(CAPTURES / f"{name}.pcap"), form)


def print_with_tcpdump(name: str, form: str) -> list[str]:
    if not shutil.which("tcpdump"):
        pytest.skip("tcpdump is not installed")
    command = ["tcpdump", "-nn", form, "-r", str(CAPTURES / f"{name}.pcap")]
    done = subprocess.run(
        command, env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True, check=True
    )
    headers = [line for line in done.stdout.splitlines() if not line.startswith("\t")]
    one_line_each = "\n".join(headers).replace("\n    ", " ").splitlines()
    return [re.sub(r"(, length \d+): .*", r"\1", line) for line in one_line_each]


@pytest.fixture(params=[print_plainly, print_with_tcpdump])
def printer(request: pytest.FixtureRequest) -> Printer:
    chosen: Printer = request.param
    return chosen


def published(name: str) -> list[str]:
    return (PUBLISHED / f"{name}.txt").read_text().splitlines()


def contains(line: str, excerpt: str) -> bool:
    """Whether `line` has the comma-separated parts of `excerpt`, each a whole word, in their order."""
    parts = (rf"(?<!\w){re.escape(part)}(?!\w)" for part in excerpt.split(", "))
    return re.search(".*?".join(parts), line) is not None


@pytest.mark.parametrize("name", ["three-way-close", "four-way-close", "simultaneous-close"])
def test_a_capture_published_whole_prints_as_it_was_published(name: str, printer: Printer) -> None:
    assert printer(name, "-S") == published(name)


def test_the_daytime_server_prints_as_it_was_published(printer: Printer) -> None:
    lines = printer("daytime-server", "-S")
    assert lines[:5] == published("daytime-server")
    closing = published("daytime-server-end")  # told in words, without times, windows and options
    assert [
        excerpt for line, excerpt in zip(lines[5:], closing, strict=True) if not contains(line, excerpt)
    ] == []


def test_the_http_request_prints_as_it_was_published(printer: Printer) -> None:
    # Published shortened: "client" and "server" stand for the addresses of the first line.
    client, server = "192.168.101.25.57290", "192.168.101.5.8080"
    excerpts = [
        line.replace("client > server", f"{client} > {server}").replace(
            "server > client", f"{server} > {client}"
        )
        for line in published("http-get")
    ]
    lines = printer("http-get", "-vv")
    assert [
        excerpt for line, excerpt in zip(lines, excerpts, strict=True) if not contains(line, excerpt)
    ] == []


OTHERS = {"unreachable", "ipv6"}  # the plain reader knows nothing but TCP in IPv4


@pytest.mark.parametrize("name", sorted({path.stem for path in CAPTURES.glob("*.pcap")} - OTHERS))
def test_the_plain_reader_and_tcpdump_agree_on_everything(name: str) -> None:
    assert print_plainly(name, "-vvS") == print_with_tcpdump(name, "-vvS")
