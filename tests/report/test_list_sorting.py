"""The packets in the order of a column are those that sorting their values one by one gives."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from tui.decode.context import Numbers
from tui.filter.field import Effort
from tui.index.table import Packets
from tui.report.fields import values_of
from tui.report.filtered import view_of
from tui.report.list_columns import OWN_COLUMNS, column_of, field_of
from tui.report.listing import Listing, TimeForm
from tui.report.sorting import SortKeys, effort_of
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui.session import Snapshot


@pytest.fixture(scope="module")
def session(captures: Path) -> Iterator[Session]:
    """Several captures at once: TCP of both IP versions, ICMP, packets without addresses."""
    session = Session([str(path) for path in sorted(captures.rglob("*.pcap"))[:12]])
    session.wait()
    yield session
    session.close()


@pytest.fixture(scope="module")
def snapshot(session: Session) -> Snapshot:
    return session.snapshot()


def order(session: Session, snapshot: Snapshot, name: str, *, falling: bool, **given: Any) -> list[int]:
    keys = SortKeys(column_of(name), Numbers.RELATIVE, given.pop("form", TimeForm.RELATIVE), **given)
    keys.advance(session, snapshot)
    rows: list[int] = keys.sorted(session, snapshot, falling=falling).tolist()
    return rows


def expected(values: list[Any], falling: bool) -> list[int]:
    there = [row for row, value in enumerate(values) if value is not None]
    rest = [row for row, value in enumerate(values) if value is None]
    return sorted(there, key=values.__getitem__, reverse=falling) + rest


def _address(text: str) -> tuple[int, Any]:
    try:
        address = ip_address(text)
    except ValueError:
        return (48, bytes.fromhex(text.replace(":", "")))
    return (address.version, int(address))


def _end(text: str) -> tuple[Any, int]:
    address, _, port = text.rpartition(":")
    return _address(address.strip("[]")), int(port)


VALUES: dict[str, Callable[[str], Any]] = {
    "number": int,
    "time": float,
    "source": lambda text: _address(text) if text else None,
    "destination": lambda text: _address(text) if text else None,
    "sender": _end,
    "protocol": str,
    "length": int,
    "interface": str,
    "info": lambda text: text.encode()[:96],
}


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("name", VALUES)
def test_own_columns_are_sorted_by_value(
    session: Session, snapshot: Snapshot, name: str, falling: bool
) -> None:
    listing = Listing(session, Numbers.RELATIVE, TimeForm.RELATIVE, (OWN_COLUMNS[name],))
    cells = [cells[0] for cells in listing.rows(snapshot, range(len(snapshot.packets)))]
    assert order(session, snapshot, name, falling=falling) == expected(
        [VALUES[name](cell) for cell in cells], falling
    )


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "tcp.window_size",
        "tcp.flags",
        "tcp.analysis.ack_rtt",
        "ip.ttl",
        "tcp.port",
        "tcp.options.mss_val",
        "tcpscope.client.state",
        "eth.src",
        "tcp.payload",
    ],
)
def test_fields_are_sorted_by_their_first_value(
    session: Session, snapshot: Snapshot, name: str, falling: bool
) -> None:
    field = field_of(column_of(name))
    assert field is not None
    chunk = view_of(session, snapshot).chunk(0, len(snapshot.packets))
    values = [each[0] if each else None for each in values_of(field, chunk)]
    values = [value.encode() if isinstance(value, str) else value for value in values]
    values = [value[:96].rstrip(b"\0") if isinstance(value, bytes) else value for value in values]
    assert any(value is not None for value in values)
    assert order(session, snapshot, name, falling=falling) == expected(values, falling)


def test_time_is_sorted_by_what_it_says(session: Session, snapshot: Snapshot) -> None:
    times = snapshot.packets.time
    deltas = np.diff(times, prepend=times[0]).tolist()
    assert order(session, snapshot, "time", falling=True, form=TimeForm.DELTA) == expected(deltas, True)


def test_what_has_to_be_decoded_is_decoded_for_the_packets_asked_for(
    session: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    frame = session.frame

    def noting(row: int) -> bytes:
        read.append(row)
        return frame(row)

    monkeypatch.setattr(session, "frame", noting)
    of = np.array([1, 4, 9])
    assert sorted(order(session, snapshot, "info", falling=False, of=of)) == [1, 4, 9]
    assert read == [1, 4, 9]
    read.clear()
    order(session, snapshot, "source", falling=False, of=of)
    assert read == []


def test_keys_go_on_where_they_ended(session: Session, snapshot: Snapshot) -> None:
    keys = SortKeys(column_of("tcp.window_size"), Numbers.RELATIVE, TimeForm.RELATIVE)
    half = _part(snapshot, 20)
    keys.advance(session, half)
    assert sorted(keys.sorted(session, half, falling=False).tolist()) == list(range(20))
    keys.advance(session, snapshot)
    assert keys.sorted(session, snapshot, falling=False).tolist() == order(
        session, snapshot, "tcp.window_size", falling=False
    )


@pytest.mark.parametrize("name", ["info", "tcpscope.client.state", "tcp.len"])
def test_the_same_keys_sort_both_ways(session: Session, snapshot: Snapshot, name: str) -> None:
    keys = SortKeys(column_of(name), Numbers.RELATIVE, TimeForm.RELATIVE)
    keys.advance(session, snapshot)
    for falling in (False, True, False):
        found = keys.sorted(session, snapshot, falling=falling).tolist()
        assert found == order(session, snapshot, name, falling=falling)


@pytest.mark.parametrize(
    ("name", "form"), [("frame.time_delta_displayed", TimeForm.RELATIVE), ("time", TimeForm.DISPLAYED)]
)
def test_times_since_the_packet_displayed_before_are_sorted_as_they_are_shown(
    session: Session, snapshot: Snapshot, name: str, form: TimeForm
) -> None:
    shown = np.array([3, 4, 7, 11, 12, 13])
    before = dict(zip(shown.tolist(), [3, *shown.tolist()], strict=False))
    column = replace(column_of(name), form="number")
    listing = Listing(session, Numbers.RELATIVE, form, (column,), before.__getitem__)
    assert listing.of_displayed
    texts = [cells[0] for cells in listing.rows(snapshot, shown.tolist())]
    values = [float(text) for text in texts]
    assert values[2] == pytest.approx(
        int(snapshot.packets.time[7] - snapshot.packets.time[4]) / 1e9, abs=1e-6
    )
    assert order(session, snapshot, name, falling=False, form=form, of=shown) == [
        int(shown[place]) for place in expected(values, falling=False)
    ]


def test_keys_that_were_sorted_to_the_end_go_on_if_more_packets_pass(
    session: Session, snapshot: Snapshot
) -> None:
    keys = SortKeys(column_of("info"), Numbers.RELATIVE, TimeForm.RELATIVE, np.array([0, 1, 2]))
    keys.advance(session, snapshot)
    keys.sorted(session, snapshot, falling=False)
    assert keys.stop == 3
    keys.of = np.arange(20)
    keys.advance(session, snapshot)
    found = keys.sorted(session, snapshot, falling=False).tolist()
    assert found == order(session, snapshot, "info", falling=False, of=np.arange(20))


def test_what_is_gone_is_not_sorted(session: Session, snapshot: Snapshot) -> None:
    keys = SortKeys(column_of("length"), Numbers.RELATIVE, TimeForm.RELATIVE)
    keys.advance(session, snapshot)
    gone = _part(snapshot, len(snapshot.packets), 7)
    keys.advance(session, gone)
    assert sorted(keys.sorted(session, gone, falling=False).tolist()) == list(range(7, len(snapshot.packets)))


def test_a_stop_ends_the_work_and_what_was_done_is_kept(session: Session, snapshot: Snapshot) -> None:
    keys = SortKeys(column_of("info"), Numbers.RELATIVE, TimeForm.RELATIVE)
    keys.stopped = True
    keys.advance(session, snapshot)
    assert keys.done == 0
    keys.stopped = False
    keys.advance(session, snapshot)
    assert keys.done == len(snapshot.packets)


@pytest.mark.parametrize(
    ("name", "effort"),
    [("source", Effort.COLUMNS), ("tcp.window_size", Effort.COLUMNS), ("ip.ttl", Effort.BYTES), ("info", 4)],
)
def test_a_column_says_what_it_takes(name: str, effort: int) -> None:
    assert effort_of(column_of(name), TimeForm.RELATIVE) == effort


def _part(snapshot: Snapshot, rows: int, first: int = 0) -> Snapshot:
    """The snapshot as it was when there were only so many packets, without those before `first`."""
    packets = snapshot.packets
    return replace(snapshot, packets=Packets(packets._columns, rows, packets.quoting, first))
