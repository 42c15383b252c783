"""Two network namespaces for a test, removed whatever happens; skips where they cannot be made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from namespaces import TUN, Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ADDRESSES = ("10.98.0.1", "10.98.0.2")
WATCHDOG_SECONDS = 40


@contextmanager
def two_namespaces() -> Iterator[tuple[Namespace, Namespace]]:
    """The client's and the server's, at the ends of a cable."""
    _skip_where_impossible()
    with ExitStack() as stack:
        made = []
        for number, name in enumerate(("client", "server")):
            arguments = (f"tcpscope-{os.getpid()}-{name}", ADDRESSES[number], ADDRESSES[1 - number])
            try:
                made.append(Namespace(*arguments))
            except (OSError, subprocess.CalledProcessError) as error:
                pytest.skip(f"network namespaces cannot be made here: {error}")
            stack.callback(made[-1].close)
        yield made[0], made[1]


@contextmanager
def watchdog() -> Iterator[None]:
    """TimeoutError in the main thread when it takes much too long."""

    def bark(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {WATCHDOG_SECONDS} s")

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(WATCHDOG_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _skip_where_impossible() -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs root, for network namespaces")
    missing = [tool for tool in ("ip", "ss", "nft") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs iproute2 and nftables; not installed: {', '.join(missing)}")
    if not os.access(TUN, os.R_OK | os.W_OK):
        pytest.skip(f"needs {TUN}, for the cable between two network namespaces")
