from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.index.addresses import AddressBook

class Stop(IntEnum):
    MORE = 1
    BLOCK = 2
    TOO_LONG = 3
    BAD_BLOCK = 4
    NO_INTERFACE = 5
    FULL = 6

FIRST_HEADERS: dict[int, int]

def layers(
    frame: bytes | bytearray | memoryview, link_type: int, length: int = -1
) -> list[tuple[int, int, int]]: ...
def layers_of_datagram(data: bytes | bytearray | memoryview, protocol: int) -> list[tuple[int, int, int]]: ...

class Scanner:
    pos: int
    needed: int
    filled: int
    def __init__(
        self,
        *,
        pcapng: bool,
        big_endian: bool = False,
        record_header: int = 16,
        swapped_lengths: bool = False,
    ) -> None: ...
    def describe(self, links: NDArray[np.void], big_endian: bool) -> None: ...
    def scan(
        self,
        chunk: bytes | bytearray | memoryview,
        start: int,
        base: int,
        rows: NDArray[Any],
        book: AddressBook,
    ) -> Stop: ...
    def refill(self, data: bytes, protocol: int, row: NDArray[Any], book: AddressBook) -> None: ...

def rehash(entries: NDArray[np.void], numbers: NDArray[np.uint32], slots: NDArray[np.uint32]) -> None: ...
