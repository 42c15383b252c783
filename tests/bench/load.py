"""Sends datagrams to a port of this host: load.py RATE SECONDS; prints how many it sent.

Nobody answers: the port is taken, and what comes there is not read. A process of its own, so that it shares
no interpreter with what is measured.
"""

from __future__ import annotations

import socket
import sys
from time import perf_counter, sleep

PORT = 40999
SIZE = 100  # bytes of a datagram's payload
_BATCH = 0.001  # s between two looks at the clock
_MOST = 5_000_000  # datagrams, whatever is asked for


def send(rate: float, seconds: float) -> int:
    """Send evenly, as far as the machine can; how many were sent."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        taken.bind(("127.0.0.1", PORT))
        sender.connect(("127.0.0.1", PORT))
        payload, sent, start = bytes(SIZE), 0, perf_counter()
        while (now := perf_counter() - start) < seconds and sent < _MOST:
            due = int(now * rate)
            if due == sent:
                sleep(_BATCH)
            for _ in range(due - sent):
                sender.send(payload)
            sent = due
    return sent


if __name__ == "__main__":
    print(send(float(sys.argv[1]), float(sys.argv[2])))
