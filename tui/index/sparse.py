"""Arrays of which only some places are in use: a place that was never written costs no memory.

So what leaves a capture that goes on for days leaves memory too, and numbers go on: what is still in use
moves to the same places of a new array. Whoever looks at the old one has it unchanged, as long as it is held.
"""

from __future__ import annotations

import mmap
import os
import sys
from contextlib import suppress
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Place is no promise of memory: without this flag Linux refuses an array larger than the memory there is. The
# module mmap does not know it before Python 3.13; other processors number it differently.
_NORESERVE = 0x4000 if sys.platform == "linux" and os.uname().machine in ("x86_64", "aarch64") else 0
_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NORESERVE


def sparse(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros."""
    length = prod(shape)
    pages = mmap.mmap(-1, max(length * dtype.itemsize, 1), flags=_FLAGS)
    if sys.platform == "linux":
        with suppress(OSError):  # a kernel without huge pages need not be asked to do without
            pages.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(pages, dtype, length).reshape(shape)


class InUse(Struct, frozen=True):
    """Places that are in use: `places`, ascending, and all from `rest` on."""

    places: NDArray[np.int64]
    rest: int

    def below(self, end: int) -> NDArray[np.int64]:
        """Those before `end`, which is not before `rest`."""
        return np.concatenate((self.places, np.arange(self.rest, end)))

    def count(self, end: int) -> int:
        """How many that are."""
        return len(self.places) + end - self.rest

    def moved(self, array: NDArray[Any], end: int, length: int) -> NDArray[Any]:
        """An array of `length` rows with those of `array` that are in use before `end`, where they stood."""
        shape = (length, *array.shape[1:])
        larger = sparse(shape, array.dtype) if self.rest else np.zeros(shape, array.dtype)
        larger[self.places] = array[self.places]
        larger[self.rest : end] = array[self.rest : end]
        return larger


ALL = InUse(np.zeros(0, np.int64), 0)
