"""What all connections of a snapshot come to: outlines, Zeek's words, findings, made when first asked for.

Invariant: a survey never changes, and each part of it is made once, whichever threads ask.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.grouping import Grouping
    from tui.index.table import Packets
    from tui.tcp.findings import Found
    from tui.tcp.kept import Kept
    from tui.tcp.outlines import Outlines
    from tui.tcp.zeek import Words


class Survey:
    """A survey of `connections` and their `packets`, as they are in the snapshot of this `version`.

    Of a ring of files it is the survey of what is kept, told in the numbers of the whole: packets before
    `packets.first`, and connections that are not among `streams`, mean nothing in it. To ask for a part the
    first time takes about 0.1 s a million packets: not on the screen's thread.
    """

    def __init__(self, version: int, packets: Packets, connections: NDArray[np.void]) -> None:
        self.version = version
        self._packets = packets
        self._connections = connections
        self._lock = threading.RLock()
        self._grouping: Grouping | None = None
        self._outlines: Outlines | None = None
        self._words: Words | None = None
        self._found: Found | None = None

    @cached_property
    def _kept(self) -> tuple[Kept, Survey] | None:
        """What is kept, and the survey of that; None if everything is."""
        if not self._packets.first:
            return None
        from tui.tcp.kept import keep

        kept = keep(self._packets, self._connections)
        return kept, Survey(self.version, kept.packets, kept.connections)

    @property
    def streams(self) -> NDArray[np.int64]:
        """The connections that are told of, ascending."""
        with self._lock:
            return self._kept[0].streams if self._kept else np.arange(len(self._connections))

    @property
    def grouping(self) -> Grouping:
        """The packets, grouped by connection."""
        from tui.index.grouping import group

        with self._lock:
            if self._grouping is None:
                if self._kept:
                    self._grouping = self._kept[0].grouping(self._kept[1].grouping)
                else:
                    self._grouping = group(self._packets.stream, len(self._connections))
            return self._grouping

    @property
    def outlines(self) -> Outlines:
        """What became of each connection."""
        from tui.tcp.outlines import outline

        with self._lock:
            if self._outlines is None:
                if self._kept:
                    self._outlines = self._kept[0].outlines(self._kept[1].outlines)
                else:
                    self._outlines = outline(self._packets, self._connections, self.grouping)
            return self._outlines

    @property
    def words(self) -> Words:
        """Zeek's words for each connection."""
        from tui.tcp.zeek import words

        with self._lock:
            if self._words is None:
                if self._kept:
                    self._words = self._kept[0].words(self._kept[1].words)
                else:
                    self._words = words(self._packets, self._connections, self.grouping)
            return self._words

    @property
    def found(self) -> Found:
        """What is to be said of which packets."""
        from tui.tcp.findings import find

        with self._lock:
            if self._found is None:
                if self._kept:
                    self._found = self._kept[0].found(self._kept[1].found)
                else:
                    self._found = find(self._packets, self._connections, self.outlines)
            return self._found
