"""The layers at which packets have senders and receivers, and the display filters that name these."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.index.addresses import AddressBook

_IPV6 = 6


class Kind(Enum):
    """Of what endpoints and conversations are; the value says it."""

    ETHERNET = "Ethernet"
    IPV4 = "IPv4"
    IPV6 = "IPv6"
    TCP = "TCP"
    UDP = "UDP"


class LayerOf(Struct, frozen=True):
    """A layer: its header, its protocol's name, and whether its ends have ports."""

    layer: Layer
    name: str
    has_ports: bool = False

    def of_end(self, book: AddressBook, number: int, port: int) -> str:
        """The display filter for the packets of one end."""
        if not number:
            return ""
        place = f"{self._network(book, number)}.addr == {book.text(number)}"
        return f"{place} && {self.name}.port == {port}" if self.has_ports else place

    def of_pair(self, book: AddressBook, ends: tuple[int, int], ports: tuple[int, int]) -> str:
        """The display filter for the packets between two ends."""
        if not all(ends):
            return ""
        network = self._network(book, ends[0])
        conditions = [f"{network}.addr == {book.text(number)}" for number in dict.fromkeys(ends)]
        if self.has_ports:
            conditions += [f"{self.name}.port == {port}" for port in dict.fromkeys(ports)]
        return " && ".join(conditions)

    def _network(self, book: AddressBook, number: int) -> str:
        """The protocol whose address it is."""
        if not self.has_ports:
            return self.name
        return "ipv6" if book.family(number) == _IPV6 else "ip"


LAYERS: Mapping[Kind, LayerOf] = {
    Kind.ETHERNET: LayerOf(Layer.ETHERNET, "eth"),
    Kind.IPV4: LayerOf(Layer.IPV4, "ip"),
    Kind.IPV6: LayerOf(Layer.IPV6, "ipv6"),
    Kind.TCP: LayerOf(Layer.TCP, "tcp", has_ports=True),
    Kind.UDP: LayerOf(Layer.UDP, "udp", has_ports=True),
}
