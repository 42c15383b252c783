"""The way to scapy for live capture: imported when it is needed, and without its side effects.

Invariant: it reads no routes, writes nothing to stderr, and leaves no files of root's in a user's home.
"""

from __future__ import annotations

import importlib
import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_CACHE = "XDG_CACHE_HOME"
_NO_FOLDER = "/dev/null/none"  # where no folder can be made: scapy goes on without its cache


def scapy_module(name: str) -> Any:
    """The module `name` of scapy, such as "arch.linux"."""
    with _without_cache():
        config = importlib.import_module("scapy.config")
        config.conf.route_autoload = config.conf.route6_autoload = False
        logger = logging.getLogger("scapy")
        logger.handlers.clear()
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        return importlib.import_module(f"scapy.{name}")


@contextmanager
def _without_cache() -> Iterator[None]:
    before = os.environ.get(_CACHE)
    os.environ[_CACHE] = _NO_FOLDER
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CACHE]
        else:
            os.environ[_CACHE] = before
