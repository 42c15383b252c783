"""A stream as TLS records: what each is, how long, and, with the secrets of a key log, what it says.

Invariant: every record is there; of one that is not opened the lines say why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.decode import tls
from tui.decode.tls_session import DATA, TlsSession
from tui.report.stream.content import anywhere, content_lines
from tui.report.stream.data import Place
from tui.report.stream.lines import StreamLine, hole_text
from tui.report.stream.made import MadeLines
from tui.report.stream.runs import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.nodes import Node
    from tui.decode.tls_keys import KeyLog
    from tui.report.stream.data import StreamData
    from tui.report.stream.runs import Run

_MOST_LINES = 50_000
_HEADER = 5
_WITHOUT_KEYS = "[encrypted: tcpscope --keylog FILE, or SSLKEYLOGFILE, opens it]"


class _Record(NamedTuple):
    """A record, and the run that it stands in."""

    place: Place
    run: Run
    node: Node


def tls_lines(data: StreamData, end: int | None, width: int, log: KeyLog | None = None) -> MadeLines:
    """The records of one end or of both. CaptureError if the file does not have the bytes any more."""
    records: list[_Record] = []
    lines: list[StreamLine] = []
    for side in (0, 1):
        said = runs_of(data, side)
        for run in said.runs:
            node = tls.records(run.data, 0, len(run.data))
            records += (
                _Record(run.place(each.start // 8), run, each) for each in (node.children if node else ())
            )
            lines += _no_record(run, node.end // 8 if node else 0)
        lines += (StreamLine(side, hole_text(data, each), Place(each), remark=True) for each in said.holes)
        if said.left_out is not None:
            text = "[what follows is not shown in this form]"
            lines.append(StreamLine(side, text, Place(said.left_out), remark=True))
    records.sort(key=lambda record: record.place)
    for line in _told(records, data.client, width, log):
        if len(lines) >= _MOST_LINES:
            text = f"[more than {_MOST_LINES:,} lines are not shown]"
            lines.append(StreamLine(line.end, text, line.place, remark=True))
            break
        lines.append(line)
    return MadeLines([line for line in lines if end is None or line.end == end])


def _told(records: list[_Record], client: int, width: int, log: KeyLog | None) -> Iterator[StreamLine]:
    """The records' lines; a remark is not said again as long as it stays the same."""
    session = None if log is None else TlsSession(log)
    said = ["", ""]
    for place, run, node in records:
        length = (node.end - node.start) // 8 - _HEADER
        yield StreamLine(run.end, f"{node.text} ({length:,} bytes)", place, remark=True)
        record = run.data[node.start // 8 : node.end // 8]
        if session is None:
            remark = _WITHOUT_KEYS if record[0] == DATA else ""
        else:
            opened = session.open(0 if run.end == client else 1, record)
            remark = opened.problem and f"[not opened: {opened.problem}]"
            if opened.kind == DATA and not remark:
                yield from content_lines(run.end, opened.data, anywhere(place), width)
        if remark and remark != said[run.end]:
            yield StreamLine(run.end, remark, place, remark=True)
        said[run.end] = remark


def _no_record(run: Run, at: int) -> Iterator[StreamLine]:
    """What stands behind the last record."""
    if at < len(run.data):
        text = f"[{len(run.data) - at:,} bytes that are no TLS record]"
        yield StreamLine(run.end, text, run.place(at), remark=True)
