"""The statistics' tables say what tshark's and capinfos's say, over real captures of all kinds."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tshark import needs_tshark

from tui.decode.headers import HEADERS
from tui.report.statistics.hierarchy import FILTERS
from tui.report.statistics.layers import LAYERS, Kind
from tui.report.statistics.part import Part, Statistics, first_sorting
from tui.report.statistics.properties import sha256
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui.report.statistics.facts import FactTable

pytestmark = [pytest.mark.slow, needs_tshark]

KNOWN = {header.name for header in HEADERS.values()} | set(FILTERS)
# Captures that are not compared → why.
LEFT_OUT = {
    "pcap-invalid-version-1.pcap": "it is no capture",
    "test202.pcapng": "its packets without a time begin at 1970 for tshark; here they count as the first one",
}
_QUOTING = ("icmp", "icmpv6")

PLEN = ("packets", "average", "shortest", "longest", "rate", "share", "burst_rate", "burst_start")


class Opened:
    """A capture, and what is told of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session = Session([str(path)])
        self.snapshot = self.session.wait()
        self.statistics = Statistics(self.session)

    def table(self, part: Part, kind: Kind = Kind.TCP) -> FactTable:
        return self.statistics.table(part, kind, self.snapshot, None, first_sorting(part, kind))

    def tshark(self, *statistics: str) -> str:
        """What tshark prints for these -z."""
        wanted = [argument for each in statistics for argument in ("-z", each)]
        command = ["tshark", "-n", "-q", "-r", str(self.path), *wanted]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout


def _names() -> list[str]:
    """The captures of the list, none if it is not here."""
    listed = Path(__file__).resolve().parents[3] / "shared" / "captures" / "dev.list"
    lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    names = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
    return [name for name in names if Path(name).name not in LEFT_OUT]


@pytest.fixture(params=_names() or [""])
def opened(request: pytest.FixtureRequest, shared_captures: Path) -> Iterator[Opened]:
    capture = Opened(shared_captures / request.param)
    yield capture
    capture.session.close()


def equal(own: object, text: str) -> bool:
    """Whether a value is what tshark says of it: of many bytes it has only kilobytes, times are doubles."""
    if isinstance(own, float):
        return float(text) == pytest.approx(own, abs=1e-4)
    if text.endswith("kB"):
        return f"{int(str(own)) // 1000} kB" == text
    return str(own) == text.removesuffix(" bytes")


def blocks(printed: str) -> Iterator[tuple[str, list[str]]]:
    """Each table that tshark prints between lines of "=": its title, its lines."""
    for block in printed.split("=" * 80 + "\n"):
        lines = block.splitlines()
        if lines:
            yield lines[0], [line for line in lines[2:] if line.strip() and "|" not in line]


def of_kind(printed: str, what: str) -> Iterator[tuple[Kind, list[str]]]:
    for title, lines in blocks(printed):
        kinds = [kind for kind in Kind if title == f"{kind.value} {what}"]
        if kinds:
            yield kinds[0], lines


def test_endpoints_are_tsharks(opened: Opened) -> None:
    printed = opened.tshark(*(f"endpoints,{layer.name}" for layer in LAYERS.values()))
    for kind, lines in of_kind(printed, "Endpoints"):
        theirs = sorted(tuple(line.split()) for line in lines)
        objects = opened.table(Part.ENDPOINTS, kind).objects()
        assert sorted(tuple(str(value) for value in each.values()) for each in objects) == theirs, kind


def test_conversations_are_tsharks(opened: Opened) -> None:
    printed = opened.tshark(*(f"conv,{layer.name}" for layer in LAYERS.values()))
    pattern = re.compile(
        r"(\S+)\s+<-> (\S+)\s+(\d+) (\d+ \w+)\s+(\d+) (\d+ \w+)\s+(\d+) (\d+ \w+)\s+(-?[\d.]+)\s+([\d.]+)"
    )
    for kind, lines in of_kind(printed, "Conversations"):
        found = [match.groups() for line in lines if (match := pattern.match(line))]
        found.sort(key=by_ends)
        assert len(found) == len(lines)
        ours = sorted(conversation_rows(opened.table(Part.CONVERSATIONS, kind)))
        assert len(ours) == len(found), kind
        for own, their in zip(ours, found, strict=True):
            assert all(map(equal, own, their)), (own, their)


def by_ends(row: tuple[object, ...]) -> tuple[str, str, float]:
    """Orders conversations: who, with whom, since when."""
    return str(row[0]), str(row[1]), round(float(str(row[8])), 4)


def conversation_rows(table: FactTable) -> Iterator[tuple[object, ...]]:
    """The conversations with their values in tshark's order."""
    names = ("packets_ba", "bytes_ba", "packets_ab", "bytes_ab", "packets", "bytes")
    for each in table.objects():
        a, b = str(each["address_a"]), str(each["address_b"])
        if "port_a" in each:
            a, b = f"{a}:{each['port_a']}", f"{b}:{each['port_b']}"
        times = float(str(each["start"])), float(str(each["duration"]))
        yield (a, b, *(each[name] for name in names), *times)


def test_the_hierarchy_is_tsharks(opened: Opened) -> None:
    """Below TCP, and in what ICMP errors quote, tshark has what takes reassembly or dissection."""
    theirs = {path: counts for path, counts in hierarchy_of(opened.tshark("io,phs")) if is_told(path)}
    objects = opened.table(Part.HIERARCHY).objects()
    assert {str(each["protocol"]): (each["packets"], each["bytes"]) for each in objects} == theirs


def hierarchy_of(printed: str) -> Iterator[tuple[str, tuple[int, int]]]:
    path: list[str] = []
    for line in printed.splitlines():
        match = re.fullmatch(r"( *)(\S+) +frames:(\d+) bytes:(\d+)", line)
        if match:
            blanks, name, packets, size = match.groups()
            path[len(blanks) // 2 :] = [name]
            yield ":".join(path), (int(packets), int(size))


def is_told(path: str) -> bool:
    names = path.split(":")
    return set(names) <= KNOWN and not {"tcp", *_QUOTING} & set(names[:-1])


def test_lengths_are_tsharks(opened: Opened) -> None:
    printed = opened.tshark("plen,tree").split("Packet Lengths:")[1].splitlines()
    rows = [
        re.split(r"\s{2,}", line.strip()) for line in printed if re.match(r"Packet Lengths |\s\d+[- ]", line)
    ]
    assert len(rows) == 11
    for row, each in zip(rows, opened.table(Part.LENGTHS).objects(), strict=True):
        own = [value for value in list(plen(each)) if value is not None]
        theirs = [float(text.rstrip("%")) for text in row[1:] if text != "-"]
        assert own == pytest.approx(theirs, abs=0.0051), row


def plen(each: dict[str, object]) -> Iterable[object]:
    """A class in the order in which tshark prints it."""
    return [each[name] for name in PLEN]


def test_properties_are_capinfos(opened: Opened) -> None:
    if shutil.which("capinfos") is None:
        pytest.skip("capinfos is not installed")
    printed = subprocess.run(
        ["capinfos", "-M", "-S", str(opened.path)], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    theirs = dict(re.findall(r"^([\w -]+): +(.*?)(?: (?:bytes|seconds|bytes/sec))?$", printed, re.MULTILINE))
    opened.statistics.hashes[0] = sha256(opened.session.readers[0])
    own = opened.statistics.properties(opened.snapshot, None).record()
    file = own["files"][0]  # type: ignore[index]  # a list of objects
    assert theirs["Number of packets"] == str(own["packets"])
    assert theirs["File size"] == str(file["size"])
    assert theirs["Data size"] == str(own["bytes"])
    assert theirs["SHA256"] == file["sha256"]
    assert theirs["Strict time order"] == str(own["in_order"])
    assert_times(theirs, own)
    assert theirs.get("Capture application", "") == file["application"]
    assert theirs.get("Capture oper-sys", "") == file["os"]


def assert_times(theirs: dict[str, str], own: dict[str, object]) -> None:
    assert float(theirs["Capture duration"]) == pytest.approx(float(str(own["duration"])), abs=1e-6)
    assert float(theirs["First packet time"]) == float(str(own["first"]))
    assert float(theirs["Last packet time"]) == float(str(own["last"]))
    for name, key in (("Data byte rate", "bytes_per_second"), ("Average packet size", "average_size")):
        if theirs[name] != "n/a":
            # Seconds since 1970 are doubles in capinfos: its durations are half a microsecond out.
            slack = 5e-7 / float(str(own["duration"])) if float(str(own["duration"])) else 0
            assert float(theirs[name]) == pytest.approx(own[key], rel=slack, abs=0.01), name
