"""The packet language: a TCP conversation as text, one statement a segment, in packetdrill's manner.

Invariant: every line means one thing. Whatever is not understood, doubled or contradictory is a
:class:`ScriptError` that names its line; nothing is guessed. What a line leaves out has one stated default.

    # A comment. A line that begins with a blank continues the line before.
    date 2014-05-20
    end client 172.16.196.142:41334 mac 00:0c:29:1a:6e:8e isn 3255498564 ttl 64 id 21034 cksum right
    end server 172.16.196.145:60000
    12:43:46.905723 client > server [S] seq 0 win 14600 options [mss 1460,nop,wscale 7] ; client SYN_SENT
    +0.000028 server > client [P.] seq 1:4 ack 1 win 114 data "200" id 0 cksum 0x1234

* `date`: the day of the times of day that follow, in UTC. A time is a time of day, or `+` and the seconds
  since the segment before.
* `end`: names an end of the conversation, with its address and port. `mac`: default zero, as on Linux's `lo`.
  `isn`: what its sequence numbers, and the acknowledgments of them, are counted from; default 0, which makes
  the numbers absolute. `ttl`: default 64. `id`: the IP identification of its first segment, counted up from
  there; default 1. `cksum`: its TCP checksums are `right` (the default), `partial` (the pseudo-header's sum,
  which a sender hands over if its network card does the rest), or the number given.
* A segment: flags and options as tcpdump prints them. `seq`: `first`, or `first:end` if it carries data.
  `ack`: needed with the ACK flag. `win`: as on the wire, unscaled. `data`: strings with Python's escapes,
  joined. `id`, `cksum`: in place of its end's.
* What follows `;` at the end is the segment's note: kept, without a meaning here.
"""

from __future__ import annotations

import ast
import re
import struct
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = {"F": 0x01, "S": 0x02, "R": 0x04, "P": 0x08, ".": 0x10, "U": 0x20, "E": 0x40, "W": 0x80}
ACK = FLAGS["."]

# tcpdump's words for an option, its kind, and the form of its value (None: a single byte without a length).
OPTIONS: tuple[tuple[str, int, str | None], ...] = (
    (r"eol", 0, None),
    (r"nop", 1, None),
    (r"mss (\d+)", 2, ">H"),
    (r"wscale (\d+)", 3, ">B"),
    (r"sackOK", 4, ">"),
    (r"TS val (\d+) ecr (\d+)", 8, ">II"),
)
END_KEYS = frozenset({"mac", "isn", "ttl", "id", "cksum"})
SEGMENT_KEYS = frozenset({"seq", "ack", "win", "options", "data", "id", "cksum"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
# Strings, a bracketed list, the note, a word; last a character that begins none of them, to be refused.
_TOKEN = re.compile(rf"{_STRING.pattern}(?:\s*{_STRING.pattern})*|\[[^\]]*\]|;.*|[^\s;\"\[]+|\S")


class ScriptError(Exception):
    """A script that cannot be understood: `origin:line: what was expected and what was found`."""


class Checksum(Enum):
    """How a segment's TCP checksum is filled in."""

    RIGHT = "right"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a conversation, with what all its segments have in common."""

    name: str
    address: IPv4Address
    port: int
    mac: bytes
    isn: int
    ttl: int
    first_id: int
    checksum: Checksum | int


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as it goes over the wire.

    `time` is in µs since 1970 UTC, `seq` and `ack` are absolute, `options` are encoded.
    """

    time: int
    sender: End
    receiver: End
    flags: int
    seq: int
    ack: int
    window: int
    options: bytes
    payload: bytes
    identification: int
    checksum: Checksum | int
    note: str


def parse(text: str, origin: str) -> tuple[Segment, ...]:
    """The segments that `text` describes, in its order. `origin` is the name of `text` in a ScriptError."""
    reader = _Reader()
    for number, statement in _statements(text):
        try:
            reader.read(statement)
        except (ValueError, struct.error) as error:
            raise ScriptError(f"{origin}:{number}: {error}") from error
    return tuple(reader.segments)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the number of its first line, continuations joined, comments left out."""
    number, statement = 0, ""
    for line_number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            statement += f"\n{line}"
            continue
        if statement:
            yield number, statement
        number, statement = line_number, line
    if statement:
        yield number, statement


@dataclass(slots=True)
class _Reader:
    """What the statements read so far have laid down for those that follow."""

    day: date | None = None
    ends: dict[str, End] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)

    def read(self, statement: str) -> None:
        match _TOKEN.findall(statement):
            case ["date", day]:
                self.day = date.fromisoformat(day)
            case ["end", name, place, *words]:
                self._add_end(_end(name, place, _pairs(words, END_KEYS)))
            case [moment, sender, ">", receiver, flags, *words]:
                note = words.pop()[1:].strip() if words and words[-1].startswith(";") else ""
                ends = self._end_named(sender), self._end_named(receiver)
                self.segments.append(self._segment(moment, ends, flags, _pairs(words, SEGMENT_KEYS), note))
            case _:
                raise ValueError(
                    f"expected date, end, or TIME SENDER > RECEIVER [FLAGS] …, found: {statement}"
                )

    def _add_end(self, end: End) -> None:
        if end.name in self.ends:
            raise ValueError(f"there is an end {end.name!r} already")
        self.ends[end.name] = end
        self.next_ids[end.name] = end.first_id

    def _end_named(self, name: str) -> End:
        if name not in self.ends:
            raise ValueError(f"no end is named {name!r}; there are: {', '.join(self.ends) or 'none'}")
        return self.ends[name]

    def _segment(
        self, moment: str, ends: tuple[End, End], flags: str, values: dict[str, str], note: str
    ) -> Segment:
        sender, receiver = ends
        bits = _flags(flags)
        if missing := {"seq", "win"} - values.keys():
            raise ValueError(f"a segment needs {' and '.join(sorted(missing))}")
        if bits & ACK and "ack" not in values:
            raise ValueError(f"flags {flags} acknowledge, but there is no ack")
        payload = _data(values.get("data", '""'))
        return Segment(
            time=self._time(moment),
            sender=sender,
            receiver=receiver,
            flags=bits,
            seq=_wrap(sender.isn + _first(values["seq"], len(payload))),
            ack=_wrap(receiver.isn + int(values["ack"])) if "ack" in values else 0,
            window=_number(values["win"], 16),
            options=_options(values.get("options", "[]")),
            payload=payload,
            identification=_number(values["id"], 16) if "id" in values else self._next_id(sender),
            checksum=_checksum(values["cksum"]) if "cksum" in values else sender.checksum,
            note=note,
        )

    def _time(self, word: str) -> int:
        if word.startswith("+"):
            if not self.segments:
                raise ValueError(f"the first segment needs a time of day, not {word}")
            return self.segments[-1].time + _microseconds(word)
        if self.day is None:
            raise ValueError(f"the time of day {word} needs a line `date YYYY-MM-DD` before it")
        moment = datetime.combine(self.day, time.fromisoformat(word), UTC)
        return (moment - _EPOCH) // timedelta(microseconds=1)

    def _next_id(self, sender: End) -> int:
        identification = self.next_ids[sender.name]
        self.next_ids[sender.name] = (identification + 1) % 2**16
        return identification


def _pairs(words: list[str], known: frozenset[str]) -> dict[str, str]:
    if len(words) % 2:
        raise ValueError(f"expected pairs of a key and its value, found: {' '.join(words)}")
    pairs: dict[str, str] = {}
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in known or key in pairs:
            raise ValueError(f"expected each of {', '.join(sorted(known))} at most once, found {key!r}")
        pairs[key] = value
    return pairs


def _end(name: str, place: str, values: dict[str, str]) -> End:
    address, _, port = place.rpartition(":")
    mac = bytes.fromhex(values.get("mac", "00:00:00:00:00:00").replace(":", ""))
    if len(mac) != 6:
        raise ValueError(f"a mac has 6 bytes, found {values['mac']}")
    return End(
        name=name,
        address=IPv4Address(address),
        port=_number(port, 16),
        mac=mac,
        isn=_number(values.get("isn", "0"), 32),
        ttl=_number(values.get("ttl", "64"), 8),
        first_id=_number(values.get("id", "1"), 16),
        checksum=_checksum(values.get("cksum", "right")),
    )


def _number(text: str, bits: int) -> int:
    value = int(text, 0)
    if not 0 <= value < 1 << bits:
        raise ValueError(f"expected a number of {bits} bits, found {text}")
    return value


def _wrap(number: int) -> int:
    return number % 2**32


def _microseconds(text: str) -> int:
    try:
        return int(Decimal(text) * 1_000_000)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(f"expected + and seconds, found {text}") from error


def _checksum(text: str) -> Checksum | int:
    return Checksum(text) if text in {form.value for form in Checksum} else _number(text, 16)


def _flags(text: str) -> int:
    letters = text.strip("[]")
    if text != f"[{letters}]" or set(letters) - FLAGS.keys():
        raise ValueError(f"expected flags out of [{''.join(FLAGS)}] in brackets, found {text}")
    return sum(FLAGS[letter] for letter in set(letters))


def _first(text: str, length: int) -> int:
    """The first number of `first` or `first:end`, which must span the segment's `length` bytes of data."""
    first, colon, end = text.partition(":")
    if _wrap(int(end if colon else first) - int(first)) != length:
        raise ValueError(f"seq {text} does not span the {length} bytes of data")
    return int(first)


def _data(text: str) -> bytes:
    strings = _STRING.findall(text)
    if not strings:
        raise ValueError(f"expected data in quotes, found {text}")
    try:
        return b"".join(ast.literal_eval(f"b{string}") for string in strings)
    except SyntaxError as error:
        raise ValueError(f"{error.msg}: {text}") from error


def _options(text: str) -> bytes:
    encoded = b"".join(_option(word) for word in text.strip("[]").split(",") if word)
    if len(encoded) % 4 or len(encoded) > 40:
        raise ValueError(f"options take 0, 4, … 40 bytes (fill up with nop), {text} take {len(encoded)}")
    return encoded


def _option(word: str) -> bytes:
    for pattern, kind, form in OPTIONS:
        if found := re.fullmatch(pattern, word):
            if form is None:
                return bytes([kind])
            value = struct.pack(form, *(int(number) for number in found.groups()))
            return bytes([kind, 2 + len(value)]) + value
    raise ValueError(f"expected an option in tcpdump's words, found {word!r}")
