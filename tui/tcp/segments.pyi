import numpy as np
from numpy.typing import NDArray

from tui.index.table import Packets

_Traffic = tuple[int, int, int]  # the members of story.Traffic

class Source:
    def __init__(self, packets: Packets, copied: NDArray[np.uint8] | None = None) -> None: ...
    def flow(
        self, rows: NDArray[np.int64], base_a: int, base_b: int, room: int | None = None
    ) -> tuple[NDArray[np.int64], list[_Traffic], int]: ...
    def rebase(
        self,
        connections: NDArray[np.void],
        order: NDArray[np.int64],
        starts: NDArray[np.int64],
        kept: int,
    ) -> None: ...
