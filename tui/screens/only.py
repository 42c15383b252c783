"""The packets of one connection only: what the packet list is restricted to, also while the capture grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import key_text

if TYPE_CHECKING:
    from tui.actions import Actions
    from tui.panes.packet_list import PacketList
    from tui.session import Snapshot

_ALL = "Packets"


class OnlyConnection:
    """Restricts a packet list to one connection at a time, or to none."""

    def __init__(self, packet_list: PacketList, actions: Actions) -> None:
        self._list = packet_list
        self._actions = actions
        self.stream: int | None = None

    @property
    def text(self) -> str:
        """What the status bar says of it; "" if all packets are shown."""
        if self.stream is None:
            return ""
        return f"only connection {self.stream:,} ({key_text(self._actions['back'].keys[0])}: all)"

    def choose(self, snapshot: Snapshot | None, stream: int | None) -> None:
        """Show connection `stream`, or (None) all packets."""
        if stream != self.stream:
            self.stream = stream
            self._list.border_title = _ALL if stream is None else f"{_ALL} of connection {stream:,}"
            self._apply(snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """The capture has grown."""
        if self.stream is not None:
            self._apply(snapshot)

    def hides(self, snapshot: Snapshot | None, row: int) -> bool:
        """Whether packet `row` is not shown."""
        if self.stream is None or snapshot is None:
            return False
        return row < len(snapshot.packets) and int(snapshot.packets.stream[row]) != self.stream

    def _apply(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        if self.stream is None:
            self._list.restrict(None)
        else:
            first = int(snapshot.connections["first"][self.stream])
            self._list.restrict(snapshot.packets.rows_of(self.stream, first))
