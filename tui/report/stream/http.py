"""A stream as HTTP/1 messages: heads as they are, bodies decoded.

Invariant: what is shown is bounded, and what is left out is said.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tui.decode.bodies import Decoded, decode
from tui.decode.http import messages
from tui.report.stream.content import anywhere, content_lines, text_lines
from tui.report.stream.data import Place
from tui.report.stream.lines import StreamLine, hole_text
from tui.report.stream.made import MadeLines
from tui.report.stream.runs import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.decode.http import Message
    from tui.report.stream.data import StreamData
    from tui.report.stream.runs import Run, Runs

_MOST_LINES = 50_000


def http_lines(data: StreamData, end: int | None, width: int) -> MadeLines:
    """The messages of one end or of both. CaptureError if the file does not have the bytes any more."""
    client, server = data.client, 1 - data.client
    asking = runs_of(data, client)
    asked = [message.method for run in asking.runs for message in messages(run.data)]
    said = {client: asking, server: runs_of(data, server)}
    lines: list[StreamLine] = []
    for side in (client, server) if end is None else (end,):
        methods = iter(asked if side == server else ())
        made = chain.from_iterable(_of_run(run, methods, width) for run in said[side].runs)
        lines += _bounded(made, side)
        lines += _left_out(data, side, said[side])
    return MadeLines(lines)


def _bounded(lines: Iterator[StreamLine], end: int) -> Iterator[StreamLine]:
    for number, line in enumerate(lines):
        if number == _MOST_LINES:
            yield StreamLine(end, f"[more than {_MOST_LINES:,} lines are not shown]", line.place, remark=True)
            return
        yield line


def _left_out(data: StreamData, end: int, said: Runs) -> Iterator[StreamLine]:
    """The holes, and what is beyond the bytes that are looked at."""
    for number in said.holes:
        yield StreamLine(end, hole_text(data, number), Place(number), remark=True)
    if said.left_out is not None:
        size = sum(len(run.data) for run in said.runs)
        text = f"[only the first {size:,} bytes are shown in this form]"
        yield StreamLine(end, text, Place(said.left_out), remark=True)


def _of_run(run: Run, asked: Iterator[str], width: int) -> Iterator[StreamLine]:
    at = 0
    for message in messages(run.data, asked):
        yield from text_lines(run.end, b"\n".join(message.head), anywhere(run.place(at)), width)
        yield StreamLine(run.end, "", run.place(at))
        yield from _body(run, message, width)
        at = message.end
    if at < len(run.data):
        text = f"[{len(run.data) - at:,} bytes that are no HTTP/1 message]"
        yield StreamLine(run.end, text, run.place(at), remark=True)
        yield from content_lines(run.end, run.data[at:], lambda byte: run.place(at + byte), width)


def _body(run: Run, message: Message, width: int) -> Iterator[StreamLine]:
    coding = message.header("content-encoding")
    if not message.body and not message.chunked:
        return
    body, problem = decode(message.body, coding) if coding else Decoded(message.body)
    how = ", ".join(filter(None, ("chunked" if message.chunked else "", coding)))
    size = f"{len(message.body):,} bytes" + (f" are {len(body):,}" if body is not message.body else "")
    remarks = [f"{how}: {size}" if how else size]
    remarks += ["its end was not captured"] * (not message.whole) + [problem] * bool(problem)
    place = run.place(message.body_at)
    yield StreamLine(run.end, f"[body, {'; '.join(remarks)}]", place, remark=True)
    as_sent = body is message.body and not message.chunked
    yield from content_lines(
        run.end, body, lambda byte: run.place(message.body_at + byte) if as_sent else place, width
    )
    yield StreamLine(run.end, "", place if not as_sent else run.place(message.end - 1))
