"""The sidebar of one connection of a million segments: seconds until its text stands.

usage: long_story.py; prints the seconds of the best of some rounds.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from sample import ACK, CLIENT, FIN, OPENER, PACKETS, PLAIN, PSH, SERVER, SYN, Segments, make_headers

from tui.decode.context import Numbers
from tui.report.explain import explain
from tui.session import Session

ROUNDS = 5
SIZE = 1448  # bytes of payload; only headers are captured
WIDTH = 50  # cells of the sidebar


def write(path: Path) -> None:
    """A connection that opens, sends from the server, acknowledged segment by segment, and closes."""
    place = np.arange(PACKETS)
    sender = np.where(place % 2 == 1, SERVER, CLIENT)
    flags = np.where(place % 2 == 1, PSH | ACK, ACK)
    flags[:2], flags[-3:-1] = (SYN, SYN | ACK), FIN | ACK
    length = np.where(flags & PSH != 0, SIZE, 0)
    takes = length + (flags & (SYN | FIN) != 0)
    sent = [np.cumsum(np.where(sender == end, takes, 0)) for end in (CLIENT, SERVER)]
    own = np.where(sender == CLIENT, *sent) - takes
    other = np.where(sender == CLIENT, *reversed(sent))
    zeros = np.zeros(PACKETS, np.int64)
    segments = Segments(zeros, sender, flags, own, np.where(flags & ACK != 0, other, 0), length, place * 20)
    with path.open("wb") as file:
        file.write(np.array([0xA1B2C3D4, 4 << 16 | 2, 0, 0, 65535, 1], "<u4").tobytes())
        for rows, form in ((slice(2), OPENER), (slice(2, None), PLAIN)):
            headers = make_headers(
                Segments(*(getattr(segments, name)[rows] for name in Segments.__slots__)), form
            )
            headers["caplen"] = form.itemsize - 16
            file.write(headers.tobytes())


def measure() -> float:
    """Seconds until the sidebar's text of the last packet stands."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "long.pcap"
        write(path)
        session = Session([str(path)])
        try:
            snapshot = session.wait()
            seconds = []
            for _ in range(ROUNDS):
                start = perf_counter()
                story = session.story_of(snapshot, 0)  # the session keeps what it tells of a packet
                assert story is not None
                explain(story, PACKETS - 1, Numbers.RELATIVE, WIDTH)
                seconds.append(perf_counter() - start)
            return min(seconds)
        finally:
            session.close()


if __name__ == "__main__":
    print(measure())
