"""A long capture in a short time: conversations without end come through a socket into a ring of files.

usage: long_capture.py FOLDER CONVERSATIONS; prints, as JSON, what there is to be compared: the memory that
the process takes (MiB) as the capture goes on, and what the session says of what the files hold in the end.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import wire
from wire import ACK, FIN, PSH, SYN

from tui.capture.interface import NANOSECOND_TICKS, Interface
from tui.capture.live import segments
from tui.capture.live.files import Files
from tui.capture.live.recorder import Recorder
from tui.capture.live.recording import LiveRecording
from tui.capture.live.spec import Limits
from tui.capture.pcapng_writer import section_header
from tui.session import Session
from tui.tcp.outlines import CLOSINGS, OPENINGS, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.capture.live.sockets import Frame
    from tui.session import Snapshot

AT_ONCE = 500  # conversations that go on at the same time
RING = Limits(packets=20_000, files=4)
AHEAD = 40_000  # packets that may wait for the session: a network is not faster than any engine
SERVER = "198.51.100.7"
DATA = b"0123456789"

# Who sends (0: the client), flags, data, how much of its own it has sent and of the other's it has got.
STEPS = (
    (0, SYN, b"", 0, 0),
    (1, SYN | ACK, b"", 0, 1),
    (0, ACK, b"", 1, 1),
    (0, ACK | PSH, DATA, 1, 1),
    (1, ACK, b"", 1, 11),
    (1, ACK | PSH, DATA, 1, 11),
    (0, ACK, b"", 11, 11),
    (0, ACK | FIN, b"", 11, 11),
    (1, ACK | FIN, b"", 11, 12),
    (0, ACK, b"", 12, 12),
)
_CLIENT_ISN, _SERVER_ISN = 1000, 5000


def _frame(end: int, flags: int, data: bytes, own: int, other: int, port: int, client: str) -> bytes:
    isns, ports, addresses = (_CLIENT_ISN, _SERVER_ISN), (port, 80), (client, SERVER)
    header = wire.tcp(
        ports[end],
        ports[1 - end],
        isns[end] + own & 0xFFFFFFFF,
        isns[1 - end] + other & 0xFFFFFFFF if flags & ACK else 0,
        flags,
        data=data,
    )
    return bytes(12) + b"\x08\x00" + wire.ip4(header, src=addresses[end], dst=addresses[1 - end])


class Network:
    """A socket through which conversations come, each from an address of its own; one goes on and on."""

    interfaces = (Interface(recording=0, link_type=1, resolution=NANOSECOND_TICKS, name="long0"),)

    def __init__(self, conversations: int) -> None:
        self.session: Session | None = None
        self.given = 0
        self._batches = self._make(conversations)

    def receive(self, seconds: float) -> list[Frame]:
        if self.session is not None and self.given - len(self.session.snapshot().packets) > AHEAD:
            time.sleep(0.001)
            return []
        batch = next(self._batches, [])
        self.given += len(batch)
        if not batch:
            time.sleep(seconds)
        return batch

    def dropped(self) -> int:
        return 0

    def close(self) -> None:
        pass

    def _make(self, conversations: int) -> Iterator[list[Frame]]:
        now, sent = 1_700_000_000_000_000_000, 1
        patterns = [np.frombuffer(_frame(*step, 40000, "10.0.0.0"), np.uint8) for step in STEPS]
        yield [
            (0, now, len(frame), frame, 0)
            for frame in (_frame(*step, 40001, "192.0.2.1") for step in STEPS[:3])
        ]
        for first in range(1, conversations, AT_ONCE):
            clients = np.arange(first, first + AT_ONCE, dtype=">u4").view(np.uint8).reshape(-1, 4)
            batch = []
            for (end, *_), pattern in zip(STEPS, patterns, strict=True):
                frames = np.tile(pattern, (AT_ONCE, 1))
                at = 26 if end == 0 else 30
                frames[:, at + 1 : at + 4] = clients[:, 1:]
                size, data = len(pattern), frames.tobytes()
                batch += [data[place : place + size] for place in range(0, len(data), size)]
            batch.append(_frame(0, ACK | PSH, DATA, sent, 1, 40001, "192.0.2.1"))
            sent += len(DATA)
            batch.append(_frame(1, ACK, b"", 1, sent, 40001, "192.0.2.1"))
            yield [(0, now + 1000 * number, len(frame), frame, 0) for number, frame in enumerate(batch, 1)]
            now += 1000 * (len(batch) + 1)


def memory() -> float:
    """MiB that this process has in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 2**20


def tell(session: Session, snapshot: Snapshot, first: int) -> dict[str, Any]:
    """What a session says of the packets from row `first` on; connections are numbered as they appear."""
    packets, survey = snapshot.packets, session.survey(snapshot)
    names = (
        "time",
        "caplen",
        "length",
        "srcport",
        "dstport",
        "seq",
        "ack",
        "seglen",
        "bits",
        "window",
        "protocol",
    )
    told: dict[str, Any] = {name: getattr(packets, name)[first:].tolist() for name in names}
    for name in ("src", "dst"):
        numbers, place = np.unique(getattr(packets, name)[first:], return_inverse=True)
        texts = [snapshot.addresses.text(int(number)) for number in numbers]
        told[name] = [texts[each] for each in place]
    streams, appears, place = np.unique(packets.stream[first:], return_index=True, return_inverse=True)
    told["stream"] = appears[place].tolist()
    outlines = survey.outlines
    turned = outlines.rows["client"][streams] == 1
    states = outlines.states[first:]
    states = np.where(turned[place][:, None], states[:, ::-1], states)
    told["states"] = [[STATES[code].name for code in pair] for pair in states.tolist()]
    streams = streams[np.argsort(appears)]
    rows = outlines.rows[streams]
    told["openings"] = [OPENINGS[code].value for code in rows["opening"].tolist()]
    told["closings"] = [CLOSINGS[code].value for code in rows["closing"].tolist()]
    told["words"] = survey.words.histories[streams].astype(str).tolist()
    found = survey.found
    told["found"] = np.stack((found.rows - first, found.codes)).tolist()
    told["whole"] = (snapshot.connections["first"][packets.stream[first:]] >= first).tolist()
    told["analysis"] = packets.analysis[first:].tolist()
    acked = packets.acked[first:].astype(np.int64)
    told["acked"] = np.where(acked > first, acked - first, 0).tolist()
    return told


def main(arguments: Sequence[str]) -> None:
    """Capture, and say what came of it."""
    folder, conversations = Path(arguments[0]), int(arguments[1])
    segments.GRACE_SECONDS = 0.1  # of a day that is over in seconds
    network = Network(conversations)
    recorder = Recorder(
        Files(folder / "long.pcapng", nullcontext, True), RING, Limits(), section_header("test")
    )
    recording = LiveRecording("long0", network, recorder)
    recording.start()
    session = network.session = Session([recording])
    packets = 3 + -(-(conversations - 1) // AT_ONCE) * (len(STEPS) * AT_ONCE + 2)
    sizes: list[float] = []
    while len((snapshot := session.snapshot()).packets) < packets:
        sizes.append(memory())
        time.sleep(0.1)
    recording.stop()
    snapshot = session.wait()
    told = tell(session, snapshot, snapshot.gone)
    told |= {"memory": sizes, "packets": len(snapshot.packets), "gone": snapshot.gone}
    told["connections"] = len(snapshot.connections)
    told["released"] = int(np.count_nonzero(snapshot.connections["packets"].sum(axis=1) == 0))
    session.close()
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
