"""The packet language: a TCP conversation as text, one statement a packet, in packetdrill's manner.

Invariant: every line means one thing. Whatever is not understood, doubled or contradictory is a
:class:`ScriptError` that names its line; nothing is guessed. What a line leaves out has one stated default.

    # A comment. A line that begins with a blank continues the line before.
    date 2014-05-20
    end client 172.16.196.142:41334 mac 00:0c:29:1a:6e:8e isn 3255498564 ttl 64 id 21034 cksum right
    end server 172.16.196.145:60000
    end router 172.16.196.2
    expect opening three-way
    12:43:46.905723 client > server [S] seq 0 win 14600 options [mss 1460,nop,wscale 7]  ; SYN_SENT SYN_RCVD
    +0.000028 server > client [P.] seq 1:4 ack 1 win 114 data "200" id 0 cksum 0x1234
    +0.000002 again #2
    icmp router > server unreachable host quotes #2 bytes 8

* `date`: the day of the times of day that follow, in UTC; default 2020-01-01. A time is a time of day, or `+`
  and the seconds since the packet before; default: midnight for the first packet, +0.001 for the others.
* `end`: names an end of the conversation, with its address and port; an IPv6 address in brackets. A router,
  which sends only ICMP, has no port. `mac`: default zero, as on Linux's `lo`. `isn`: what its sequence
  numbers, and the acknowledgments of them, are counted from; default 0, which makes the numbers absolute.
  `ttl`: default 64. `id`: the IPv4 identification of its first packet, counted up from there; default 1.
  `win`: its window; default 64240. `cksum`: its TCP checksums are `right` (the default), `partial` (the
  pseudo-header's sum, which a sender hands over if its network card does the rest), or the number given.
* A segment: flags and options as tcpdump prints them. `seq`: `first`, or `first:end` if it carries data.
  `ack`: needed with the ACK flag. `win`: as on the wire, unscaled. `urg`: the urgent pointer; default 0.
  `data`: strings with Python's escapes, joined. `win`, `ttl`, `id`, `cksum`: in place of its end's.
  Options that tcpdump does not print so: `md5 HEX`, `mptcp HEX`, and any other as `kind N HEX`. SACK blocks
  count from the ISN of the end that they go to.
* `again #N`: packet N captured once more, byte by byte.
* `icmp`: an ICMP or ICMPv6 error (words.py has their names) that quotes the segment that is packet N,
  whole or as far as the RFCs allow; `bytes`: how many bytes of it behind the IP header. `mtu`: that of the
  next hop; default 0.
* What follows `;` are the states expected after the packet of the two ends of its connection, in the order in
  which the ends are named; `-` is an end of which nothing is known.
* `expect`: what is expected of the whole connection of the packet before it, or of the first packet's if none
  is before it. `opening`, `closing`: the kind. `client`, `closer`: the name of the end that is the client,
  that closed first. `verdict "words"`: the verdict has these words; may be repeated.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import tcp_options
import words
from packets import End, IcmpError, Packet, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

END_KEYS = frozenset({"mac", "isn", "ttl", "id", "win", "cksum"})
SEGMENT_KEYS = frozenset({"seq", "ack", "win", "urg", "options", "data", "ttl", "id", "cksum"})
ICMP_KEYS = frozenset({"bytes", "mtu"})
EXPECT_KEYS = frozenset({"opening", "closing", "client", "closer", "verdict"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GAP = "+0.001"


class ScriptError(Exception):
    """A script that cannot be understood: `origin:line: what was expected and what was found`."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be told of a connection: of that which packet `packet` (from 0) belongs to."""

    packet: int
    about: str
    value: str


@dataclass(frozen=True, slots=True)
class Script:
    """All that a text says."""

    ends: tuple[End, ...]
    packets: tuple[Packet, ...]
    expectations: tuple[Expectation, ...]


def parse(text: str, origin: str) -> tuple[Packet, ...]:
    """The packets that `text` describes, in its order. `origin` is the name of `text` in a ScriptError."""
    return read(text, origin).packets


def read(text: str, origin: str) -> Script:
    """The packets that `text` describes, and what it expects. `origin` is its name in a ScriptError."""
    reader = _Reader()
    for number, statement in _statements(text):
        try:
            reader.read(statement)
        except (ValueError, struct.error) as error:
            raise ScriptError(f"{origin}:{number}: {error}") from error
    return Script(tuple(reader.ends.values()), tuple(reader.packets), tuple(reader.expectations))


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

    day: date = date(2020, 1, 1)
    ends: dict[str, End] = field(default_factory=dict)
    next_ids: dict[str, int] = field(default_factory=dict)
    packets: list[Packet] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)

    def read(self, statement: str) -> None:
        match words.tokens(statement):
            case ["date", day]:
                self.day = date.fromisoformat(day)
            case ["end", name, place, *rest]:
                self._add_end(_end(name, place, words.pairs(rest, END_KEYS)))
            case ["expect", about, *rest]:
                self.expectations.append(_expectation(max(len(self.packets) - 1, 0), about, rest))
            case [*rest]:
                self._add_packet(rest)

    def _add_end(self, end: End) -> None:
        if end.name in self.ends:
            raise ValueError(f"there is an end {end.name!r} already")
        self.ends[end.name] = end
        self.next_ids[end.name] = end.first_id

    def _add_packet(self, rest: list[str]) -> None:
        statement = " ".join(rest)
        states = words.states(rest.pop()) if rest[-1].startswith(";") else ()
        moment = self._time(rest.pop(0) if rest and rest[0][0] in "+0123456789" else None)
        packet: Packet
        match rest:
            case ["again", number]:
                packet = replace(self._packet_numbered(number), time=moment, states=states)
            case ["icmp", sender, ">", receiver, what, how, "quotes", number, *rest]:
                ends = self._end_named(sender), self._end_named(receiver)
                values = words.pairs(rest, ICMP_KEYS)
                packet = self._icmp_error(moment, ends, f"{what} {how}", number, values, states)
            case [sender, ">", receiver, flags, *rest]:
                ends = self._end_named(sender), self._end_named(receiver)
                packet = self._segment(moment, ends, flags, words.pairs(rest, SEGMENT_KEYS), states)
            case _:
                raise ValueError(
                    "expected date, end, expect, TIME SENDER > RECEIVER [FLAGS] …, again, or icmp, "
                    f"found: {statement}"
                )
        self.packets.append(packet)

    def _end_named(self, name: str) -> End:
        if name not in self.ends:
            raise ValueError(f"no end is named {name!r}; there are: {', '.join(self.ends) or 'none'}")
        return self.ends[name]

    def _packet_numbered(self, text: str) -> Packet:
        number = text.removeprefix("#")
        if text == number or not number.isdecimal() or not 1 <= int(number) <= len(self.packets):
            raise ValueError(f"expected one of the packets #1 … #{len(self.packets)}, found {text}")
        return self.packets[int(number) - 1]

    def _segment(
        self, moment: int, ends: tuple[End, End], flags: str, values: dict[str, str], states: tuple[str, ...]
    ) -> Segment:
        sender, receiver = ends
        if sender.port is None or receiver.port is None or sender.address.version != receiver.address.version:
            raise ValueError(
                f"a segment goes between ports of one IP version, not {sender.name}, {receiver.name}"
            )
        bits = words.flags(flags)
        if "seq" not in values:
            raise ValueError("a segment needs seq")
        if bits & words.FLAGS["."] and "ack" not in values:
            raise ValueError(f"flags {flags} acknowledge, but there is no ack")
        payload = words.data(values.get("data", '""'))
        return Segment(
            time=moment,
            sender=sender,
            receiver=receiver,
            flags=bits,
            seq=words.wrap(sender.isn + words.first(values["seq"], len(payload))),
            ack=words.wrap(receiver.isn + int(values["ack"])) if "ack" in values else 0,
            window=words.number(values["win"], 16) if "win" in values else sender.window,
            urgent=words.number(values.get("urg", "0"), 16),
            options=tcp_options.encode(values.get("options", "[]"), receiver.isn),
            payload=payload,
            ttl=words.number(values["ttl"], 8) if "ttl" in values else sender.ttl,
            identification=words.number(values["id"], 16) if "id" in values else self._next_id(sender),
            checksum=words.checksum(values["cksum"]) if "cksum" in values else sender.checksum,
            states=states,
        )

    def _icmp_error(
        self,
        moment: int,
        ends: tuple[End, End],
        kind: str,
        number: str,
        values: dict[str, str],
        states: tuple[str, ...],
    ) -> IcmpError:
        sender, receiver = ends
        quoted = self._packet_numbered(number)
        if not isinstance(quoted, Segment):
            raise ValueError(f"an ICMP error quotes a segment, {number} is none")
        if len({end.address.version for end in (sender, receiver, quoted.sender)}) > 1:
            raise ValueError(f"an ICMP error and {number}, which it quotes, are not of one IP version")
        return IcmpError(
            time=moment,
            sender=sender,
            receiver=receiver,
            kind=words.icmp_kind(kind, sender.address.version),
            mtu=words.number(values.get("mtu", "0"), 16),
            quoted=quoted,
            length=words.number(values["bytes"], 16) if "bytes" in values else None,
            identification=self._next_id(sender),
            states=states,
        )

    def _time(self, word: str | None) -> int:
        if word is None:
            word = _GAP if self.packets else "00:00:00"
        if word.startswith("+"):
            if not self.packets:
                raise ValueError(f"the first packet needs a time of day, not {word}")
            return self.packets[-1].time + words.microseconds(word)
        moment = datetime.combine(self.day, time.fromisoformat(word), UTC)
        return (moment - _EPOCH) // timedelta(microseconds=1)

    def _next_id(self, sender: End) -> int:
        identification = self.next_ids[sender.name]
        self.next_ids[sender.name] = (identification + 1) % 2**16
        return identification


def _end(name: str, place: str, values: dict[str, str]) -> End:
    address, port = words.place(place)
    return End(
        name=name,
        address=address,
        port=port,
        mac=words.mac(values.get("mac", "00:00:00:00:00:00")),
        isn=words.number(values.get("isn", "0"), 32),
        ttl=words.number(values.get("ttl", "64"), 8),
        first_id=words.number(values.get("id", "1"), 16),
        window=words.number(values.get("win", "64240"), 16),
        checksum=words.checksum(values.get("cksum", "right")),
    )


def _expectation(packet: int, about: str, rest: list[str]) -> Expectation:
    if about not in EXPECT_KEYS or not rest:
        raise ValueError(f"expected one of {', '.join(sorted(EXPECT_KEYS))} and its value, found {about!r}")
    value = words.data(" ".join(rest)).decode() if about == "verdict" else " ".join(rest)
    return Expectation(packet, about, value)
