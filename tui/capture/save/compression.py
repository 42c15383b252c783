"""How what is written is compressed: the kinds there are, and by which ending of a name each is known.

Invariant: a kind whose module is not installed is refused before anything is written.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


class Compressor(Protocol):
    """What zlib, zstandard and lz4 have in common."""

    def compress(self, data: Any, /) -> bytes: ...
    def flush(self) -> bytes: ...


class Compression(Struct, frozen=True):
    """One kind: its name, the ending of a file's name, its module, and how that makes a compressor."""

    name: str
    ending: str
    module: str
    make: Callable[[Any], tuple[bytes, Compressor]]  # what the data begins with, and the compressor

    @property
    def installed(self) -> bool:
        """Whether it can be used."""
        return importlib.util.find_spec(self.module.partition(".")[0]) is not None

    def start(self) -> tuple[bytes, Compressor]:
        """The data's first bytes, and what makes the others; UsageError if the module is not installed."""
        try:
            return self.make(importlib.import_module(self.module))
        except ImportError as error:
            name = self.module.partition(".")[0]
            message = f"writing {self.name} data needs the Python module {name}"
            raise UsageError(message, "pip install 'tcpscope[compressed]', or choose gzip") from error


def _lz4(module: Any) -> tuple[bytes, Compressor]:
    compressor = module.LZ4FrameCompressor()
    return compressor.begin(), compressor


COMPRESSIONS = (
    Compression("gzip", ".gz", "zlib", lambda m: (b"", m.compressobj(wbits=31))),
    Compression("zstd", ".zst", "zstandard", lambda m: (b"", m.ZstdCompressor().compressobj())),
    Compression("lz4", ".lz4", "lz4.frame", _lz4),
)


def compression_of(name: str) -> Compression | None:
    """The kind that a file of this name has; None if it is not compressed."""
    return next((each for each in COMPRESSIONS if name.lower().endswith(each.ending)), None)
