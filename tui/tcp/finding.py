"""What a finding is: something that stands out in a capture, its words, and the rule that finds it."""

from __future__ import annotations

from enum import Enum, IntEnum

from msgspec import Struct

from tui.tcp.rules import Flags, Judgement, Rule


class Severity(IntEnum):
    """How much a finding matters, in Wireshark's words."""

    CHAT = 0  # the usual course of things
    NOTE = 1  # worth knowing
    WARNING = 2  # unusual
    ERROR = 3  # something that somebody wanted failed


class Group(Enum):
    """What findings are about; the value is the heading."""

    OPENING = "Opening"
    CLOSING = "Closing"
    RESET = "Reset"
    SEQUENCE = "Sequence"
    WINDOW = "Window"
    KEEP_ALIVE = "Keep-alive"
    CAPTURE = "Capture"


class Sign(Enum):
    """What is written at a segment in the ladder where its flags and numbers do not show it."""

    AGAIN = "again"
    LATE = "late"
    COPY = "captured twice"
    LOST = "lost"
    NOT_TAKEN = "not taken"
    CHALLENGE = "challenge"
    KEEP_ALIVE = "keep-alive"
    ZERO_WINDOW = "window 0"
    WINDOW_FULL = "window full"
    PROBE = "probe"


class Finding(Struct, frozen=True):
    """Something that can be found.

    `name` is what scripts and filters call it, `text` what a list says, `meaning` what somebody who meets it
    for the first time is told, `rule` where it is.
    """

    name: str
    group: Group
    severity: Severity
    text: str
    meaning: str
    rule: Rule
    sign: Sign | None = None

    @property
    def wireshark(self) -> bool:
        """Whether it is Wireshark's word, not tcpscope's verdict."""
        return isinstance(self.rule, Flags | Judgement)
