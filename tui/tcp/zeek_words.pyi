import numpy as np
from numpy.typing import NDArray

from tui.index.table import Packets

def spell(
    packets: Packets,
    connections: NDArray[np.void],
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    likely: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]: ...
