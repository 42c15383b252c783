import numpy as np
from numpy.typing import NDArray

class Tracker:
    connections: NDArray[np.void]
    count: int
    def __init__(self) -> None: ...
    def track(self, rows: NDArray[np.void], first: int) -> None: ...
