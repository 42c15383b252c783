"""What the stream's screen shows: which connection, in which form, of which side; how it is made."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.decode.tls_keys import read_key_log
from tui.report.stream.data import StreamData
from tui.report.stream.find import Search, find_line
from tui.report.stream.http import http_lines
from tui.report.stream.lines import HexLines, RawLines
from tui.report.stream.made import MadeLines
from tui.report.stream.text import TextLines
from tui.report.stream.tls import tls_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.report.stream.data import Place
    from tui.report.stream.lines import StreamLines
    from tui.session import Session, Snapshot


class Form(Enum):
    """How the bytes are shown."""

    TEXT = "text"
    HEX = "hex"
    RAW = "raw"
    HTTP = "HTTP"
    TLS = "TLS"


class Whose(Enum):
    """Which side is shown."""

    BOTH = "both sides"
    CLIENT = "client"
    SERVER = "server"


TRANSLATED = (Form.HTTP, Form.TLS)
"""The forms that look at the stream from its beginning."""


class Choice(Struct, frozen=True):
    """What is to be shown, in lines of `width` cells."""

    stream: int
    form: Form
    whose: Whose
    width: int


class Made(Struct, frozen=True):
    """A stream and its lines as they were chosen."""

    choice: Choice
    data: StreamData
    lines: StreamLines

    @property
    def end(self) -> int | None:
        """The end that is shown, 0 or 1; None for both."""
        return _end(self.data, self.choice.whose)

    def finder(self, text: str) -> Finder:
        """What finds a text in these lines."""
        if isinstance(self.lines, MadeLines):
            return LineFinder(self.lines, text)
        return Search(self.data, self.data.chosen(self.end), text)


class LineFinder:
    """Finds a text in lines that are there, as Search does in bytes."""

    def __init__(self, lines: MadeLines, text: str) -> None:
        self._lines = lines
        self._text = text
        self.stopped = False
        self.done = 0.0

    def after(self, place: Place | None) -> Place | None:
        """The place of the first line with the text behind `place`."""
        return find_line(self._lines, self._text, place, 1)

    def before(self, place: Place | None) -> Place | None:
        """The place of the last line with the text before `place`."""
        return find_line(self._lines, self._text, place, -1)


Finder = Search | LineFinder


def make(session: Session, snapshot: Snapshot, choice: Choice, known: StreamData | None, keylog: str) -> Made:
    """Make what is chosen; `known` is the stream if it was put together before, `keylog` a file's name or "".

    CaptureError if the capture cannot be read any more, AccessError if the key log cannot be read.
    """
    data = known or StreamData(session, snapshot, choice.stream)
    end = _end(data, choice.whose)
    if choice.form is Form.TLS:
        log = read_key_log(Path(keylog).expanduser()) if keylog else None  # it may have grown
        return Made(choice, data, tls_lines(data, end, choice.width, log))
    return Made(choice, data, _LINES[choice.form](data, end, choice.width))


def _end(data: StreamData, whose: Whose) -> int | None:
    ends = {Whose.BOTH: None, Whose.CLIENT: data.client, Whose.SERVER: 1 - data.client}
    return ends[whose]


_LINES: dict[Form, Callable[[StreamData, int | None, int], StreamLines]] = {
    Form.TEXT: lambda data, end, width: TextLines(data, data.chosen(end), width),
    Form.HEX: lambda data, end, width: HexLines(data, data.chosen(end), width),
    Form.RAW: lambda data, end, width: RawLines(data, data.chosen(end), width),
    Form.HTTP: http_lines,
}
