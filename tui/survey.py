"""What all connections of a snapshot come to: outlines, Zeek's words, findings, made when first asked for.

Invariant: a survey never changes, and each part of it is made once, whichever threads ask.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.index.grouping import Grouping
    from tui.index.table import Packets
    from tui.tcp.findings import Found
    from tui.tcp.outlines import Outlines
    from tui.tcp.zeek import Words


class Survey:
    """A survey of `connections` and their `packets`, as they are in the snapshot of this `version`.

    To ask for a part the first time takes about 0.1 s a million packets: not on the screen's thread.
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

    @property
    def grouping(self) -> Grouping:
        """The packets, grouped by connection."""
        from tui.index.grouping import group

        with self._lock:
            if self._grouping is None:
                self._grouping = group(self._packets.stream, len(self._connections))
            return self._grouping

    @property
    def outlines(self) -> Outlines:
        """What became of each connection."""
        from tui.tcp.outlines import outline

        with self._lock:
            if self._outlines is None:
                self._outlines = outline(self._packets, self._connections, self.grouping)
            return self._outlines

    @property
    def words(self) -> Words:
        """Zeek's words for each connection."""
        from tui.tcp.zeek import words

        with self._lock:
            if self._words is None:
                self._words = words(self._packets, self._connections, self.grouping)
            return self._words

    @property
    def found(self) -> Found:
        """What is to be said of which packets."""
        from tui.tcp.findings import find

        with self._lock:
            if self._found is None:
                self._found = find(self._packets, self._connections, self.outlines)
            return self._found
