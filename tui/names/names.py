"""Names: what the addresses and ports of one capture are called, by the kinds that are on.

Invariant: asking costs a look into a few dictionaries and never waits. Of several names the first counts, in
Wireshark's order: hosts file, the capture's own names, DNS answers, then the name servers.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from tui.names.hosts import HOSTS, read_hosts
from tui.names.kinds import Kind
from tui.names.services import Services
from tui.names.text import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tui.names.answers import Answers
    from tui.names.kinds import Kinds
    from tui.names.reverse import Reverse


class Names:
    """Looks names up; to make it may read files, which is meant for a thread."""

    def __init__(
        self,
        kinds: Kinds,
        recorded: Sequence[Mapping[bytes, tuple[str, ...]]] = (),
        answers: Answers | None = None,
        reverse: Reverse | None = None,
        hosts: Path = HOSTS,
    ) -> None:
        """`recorded` are the names in the blocks of each file; they may still grow.

        `answers` and `reverse` are asked if their kinds are on.
        """
        self.kinds = kinds
        self.answers = answers if Kind.DNS in kinds else None
        self.reverse = reverse if Kind.REVERSE in kinds else None
        self._recorded = recorded
        self._services = Services() if Kind.SERVICES in kinds else None
        sources: list[Callable[[bytes], str]] = []
        if Kind.HOSTS in kinds:
            by_owner = read_hosts(hosts)
            sources.append(lambda raw: by_owner.get(raw, ""))
        if Kind.CAPTURE in kinds:
            sources.append(self._in_capture)
        if self.answers is not None:
            by_server = self.answers.names
            sources.append(lambda raw: by_server.get(raw, ""))
        if Kind.VENDORS in kinds:
            from tui.decode.vendors import vendor_name, vendors

            vendors()  # now, not when the first address is shown
            sources.append(vendor_name)
        if self.reverse is not None:
            sources.append(self.reverse.name)
        self._sources = tuple(sources)

    @property
    def version(self) -> tuple[int, ...]:
        """Differs whenever something may be called otherwise than before."""
        read = (each.version for each in (self.answers, self.reverse) if each is not None)
        return (*read, *map(len, self._recorded))

    def address(self, raw: bytes) -> str:
        """What an address (4, 16 or 6 bytes) is called; "" if it has no name."""
        for source in self._sources:
            if name := source(raw):
                return name
        return ""

    def port(self, port: int, protocol: str) -> str:
        """What a port of "tcp" or "udp" is called; "" if it has no name."""
        return self._services.name(port, protocol) if self._services is not None else ""

    def port_text(self, port: int, protocol: str) -> str:
        """A port as Wireshark's Info says it: "http(80)", or the number alone."""
        name = self.port(port, protocol)
        return f"{name}({port})" if name else str(port)

    def end(self, text: str) -> str:
        """What one end of a TCP connection, "[2001:db8::1]:443", is called: "web:https", "web", "https", "".

        It is meant to stand beside that text, and repeats nothing of it.
        """
        host, _, port = text.rpartition(":")
        try:
            name = self.address(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).packed)
        except ValueError:
            return ""
        service = self.port(int(port), "tcp") if port.isdecimal() else ""
        return ":".join(filter(None, (name, service)))

    def _in_capture(self, raw: bytes) -> str:
        for names in self._recorded:
            if found := names.get(raw):
                return name_of(found[0])
        return ""
