from typing import Any

import numpy as np
from numpy.typing import NDArray

def rehash(talks: NDArray[Any], used: int, slots: NDArray[np.uint32]) -> None: ...
def count(
    data: bytes | bytearray | memoryview,
    frames: NDArray[np.int64],
    first: int,
    talks: NDArray[Any],
    slots: NDArray[np.uint32],
    used: int,
    entries: NDArray[Any],
    numbers: NDArray[np.uint32],
    addresses: int,
    children: NDArray[np.uint16],
    paths: int,
    found: NDArray[np.uint16],
) -> tuple[int, int, int, int]: ...
