import numpy as np
from numpy.typing import NDArray

from tui.index.grouping import Grouping
from tui.index.table import Packets

class Outliner:
    def __init__(
        self,
        packets: Packets,
        connections: NDArray[np.void],
        grouping: Grouping,
        errors: NDArray[np.int64],
        rows: NDArray[np.void],
        states: NDArray[np.uint8],
        parts: NDArray[np.uint8],
        copied: NDArray[np.uint8],
    ) -> None: ...
    def run(self, note: np.dtype[np.void]) -> NDArray[np.void]: ...
