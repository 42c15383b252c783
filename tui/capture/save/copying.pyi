import numpy as np
from numpy.typing import NDArray

def copy_blocks(
    source: NDArray[np.uint8],  # where packets stand at `places`
    origins: NDArray[np.uint8],  # packets.Origin; what is neither block nor record is left to the caller
    places: NDArray[np.int64],
    caplens: NDArray[np.int64],
    lengths: NDArray[np.int64],
    interfaces: NDArray[np.int64],  # their numbers in what is written
    ticks: NDArray[np.uint64],  # of records: their times in the units of their interface
    row: int,
    out: NDArray[np.uint8],
) -> tuple[int, int]:
    """Write enhanced packet blocks; (packets, bytes). Blocks keep their times and options."""

def copy_records(
    source: NDArray[np.uint8],
    places: NDArray[np.int64],
    caplens: NDArray[np.int64],
    lengths: NDArray[np.int64],
    seconds: NDArray[np.int64],
    fractions: NDArray[np.int64],
    row: int,
    out: NDArray[np.uint8],
) -> tuple[int, int]:
    """Write records of pcap; (packets, bytes)."""
