"""THE kinds of names that can be turned on: what each is called, where it comes from, and tshark's letter."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Kinds = frozenset["Kind"]


class Kind(Enum):
    """A kind of names; the value is its word in the configuration."""

    SERVICES = "services"
    HOSTS = "hosts"
    CAPTURE = "capture"
    DNS = "dns"
    VENDORS = "vendors"
    REVERSE = "reverse"


class Row(Struct, frozen=True):
    """What is said of a kind; `letter` is that of tshark's -N which turns it on."""

    text: str
    letter: str


ROWS: Mapping[Kind, Row] = {
    Kind.SERVICES: Row("ports, by this host's list of services", "t"),
    Kind.HOSTS: Row("addresses, by this host's /etc/hosts", "n"),
    Kind.CAPTURE: Row("addresses, as the pcapng file itself names them", "n"),
    Kind.DNS: Row("addresses, by the DNS answers in the capture", "d"),
    Kind.VENDORS: Row("hardware addresses, by their vendor", "m"),
    Kind.REVERSE: Row("addresses, by asking your name server: that makes traffic", "N"),
}
"""All kinds, in the order in which they are offered."""

QUIET = frozenset(Kind) - {Kind.REVERSE}
"""The kinds that ask nobody."""


def kinds_of(letters: str) -> Kinds:
    """The kinds that tshark's -N turns on by these letters; UsageError for a letter that turns on none."""
    known = {row.letter for row in ROWS.values()}
    for letter in letters:
        if letter not in known:
            raise UsageError(
                f"-N {letters}: there are no names {letter!r}",
                "m hardware addresses, n addresses by hosts file and pcapng, d by DNS answers, N by name "
                "servers, t ports",
            )
    return frozenset(kind for kind, row in ROWS.items() if row.letter in letters)


def printed_kinds(letters: str) -> Kinds:
    """The same for what is printed; UsageError for kinds that come too late for that.

    A name server answers when it pleases, and a DNS answer may stand behind the packets that it names.
    """
    kinds = kinds_of(letters)
    if kinds & {Kind.DNS, Kind.REVERSE}:
        raise UsageError(f"-N {letters}: d and N are names of the screen", "what is printed takes m, n and t")
    return kinds
