"""The stream opens over the main screen, obeys the table of actions, and leads back to a packet."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest
import wire
from msgspec.structs import replace
from screen_driver import Driver, opened
from streams import ACK, OPENING, Sent, frame

from tui.actions import Place, at
from tui.config.config import DEFAULT
from tui.errors import CaptureError
from tui.screens import stream as stream_screen
from tui.screens import stream_commands
from tui.screens.connections import ConnectionsScreen
from tui.screens.ladder import LadderScreen
from tui.screens.main import MainScreen
from tui.screens.motions import MOTIONS
from tui.screens.stream import StreamScreen
from tui.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tui.panes.stream import StreamPane

REASSEMBLY = "zeek+zeek/testing/btest/Traces/tcp/reassembly.pcap"
TWO_CONNECTIONS = "OISF+suricata-verify/tests/tcp-fastopen-05/tfo.pcap"
ASKED = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"
TALK = (
    Sent(0, 1, ASKED),
    Sent(1, 1, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", ack=38),
)


def pane(driver: Driver) -> StreamPane:
    """The stream on the screen."""
    screen = driver.screen()
    assert isinstance(screen, StreamScreen)
    return screen.pane


def capture(folder: Path, *sent: Sent) -> Path:
    """A capture of a connection with these segments."""
    path = folder / "talk.pcap"
    path.write_bytes(wire.pcap(map(frame, (*OPENING, *sent)), step=10_000_000))
    return path


def hello(folder: Path) -> Path:
    return capture(
        folder, Sent(0, 1, b"hello\n"), Sent(1, 1, b"good day\nwhat else?", ack=7), Sent(0, 107, b"!")
    )


def test_the_stream_obeys_every_action_that_applies_there() -> None:
    ids = {action.id for action in at(Place.STREAM)}
    assert ids == set(MOTIONS) | set(stream_commands.COMMANDS)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_stream_tells_who_said_what_and_what_is_missing(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with opened(hello(tmp_path), size=size) as driver:
        await driver.press("s")
        text = driver.text()
        assert "Stream 0: 10.1.2.3:40000 ▶ 10.4.5.6:80" in text
        assert "▶ client 7 B  ◀ server 19 B · 1 hole (100 B)" in text
        assert "▶ hello" in text
        assert "◀ good day" in text
        assert "◀ what else?" in text
        assert "▶ [100 bytes missing in capture]" in text


async def test_the_cursor_begins_at_the_selected_packet_and_enter_goes_to_the_packet_of_a_line(
    tmp_path: Path,
) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("4", "j", "s")
        assert "◀ server  byte 0  packet 5" in driver.text()
        await driver.press("k", "enter")
        assert isinstance(driver.screen(), MainScreen)
        assert driver.main.packet_list.row == 3


async def test_a_hole_leads_to_the_packet_after_it(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "G", "k")
        assert "100 B missing before packet 6" in driver.text()
        await driver.press("enter")
        assert driver.main.packet_list.row == 5


async def test_the_forms_take_turns_and_the_cursor_stays_with_its_bytes(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "j", "j", "f")
        assert "· hex, both sides" in driver.text()
        assert "◀     00000000  67 6f 6f 64 20 64 61 79  0a 77 68" in driver.text()
        assert "◀ server  byte 0  packet 5" in driver.text()
        await driver.press("f")
        assert "▶ 68656c6c6f0a" in driver.text()
        await driver.press("f")
        await driver.until(lambda: "· HTTP," in driver.text())
        await driver.press("f")
        await driver.until(lambda: "· TLS," in driver.text())
        await driver.press("f")
        await driver.until(lambda: "· text," in driver.text())


async def test_one_side_may_be_shown_alone(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "tab")
        assert "▶ hello" in driver.text()
        assert "good day" not in driver.text()
        await driver.press("tab")
        assert "hello" not in driver.text()
        assert "◀ good day" in driver.text()


async def test_a_text_is_found_forwards_and_backwards_and_all_round(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "slash", *"DAY", "enter")
        await driver.until(lambda: pane(driver).cursor == 1)
        await driver.press("slash", *(["backspace"] * 3), *"o", "enter")
        await driver.pilot.pause(0.1)
        lines = []
        for key in "nnnnNNNN":
            await driver.press(key)
            await driver.pilot.pause(0.1)
            lines.append(pane(driver).cursor)
        # "hello", "good day" with two of them, and from the beginning again
        assert lines == [1, 1, 0, 1, 0, 1, 1, 0]


async def test_a_text_that_does_not_occur_is_said(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "n")
        assert "nothing is sought" in driver.text()
        await driver.press("slash", *"zebra", "enter")
        await driver.until(lambda: "zebra does not occur" in driver.text())


@pytest.mark.parametrize(("keys", "name", "written"), [
    ((), "both", b"hello\ngood day\nwhat else?!"),
    (("tab",), "client", b"hello\n!"),
    (("tab", "tab"), "server", b"good day\nwhat else?"),
])  # fmt: skip
async def test_the_bytes_of_what_is_shown_are_written_to_a_new_file(
    keys: tuple[str, ...], name: str, written: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", *keys, "w")
        await driver.until(lambda: "the bytes are written to" in driver.text())
        await driver.press("w")
        await driver.until((tmp_path / f"tcpscope-stream-0-{name}-2.bin").exists)
        assert (tmp_path / f"tcpscope-stream-0-{name}-1.bin").read_bytes() == written


async def test_what_is_shown_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s", "tab", "tab", "y")
        assert driver.app.clipboard == "good day\nwhat else?"
        monkeypatch.setattr(stream_commands, "COPIED_LINES", 1)
        await driver.press("y")
        assert "too many for the clipboard" in driver.text()


async def test_a_body_is_shown_without_its_coding(tmp_path: Path) -> None:
    body = gzip.compress(b"<p>the body</p>")
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    at = 1 + len(TALK[1].data)
    async with opened(capture(tmp_path, *TALK, Sent(1, at, chunks, ack=38))) as driver:
        await driver.press("s", "f", "f", "f")
        await driver.until(lambda: "<p>the body</p>" in driver.text())
        assert "▶ GET / HTTP/1.1" in driver.text()
        assert f"◀ [body, chunked, gzip: {len(body)} bytes are 15]" in driver.text()


async def test_what_was_decoded_is_found(tmp_path: Path) -> None:
    body = gzip.compress(b"one\ntwo\nneedle\nthree")
    at = 1 + len(TALK[1].data)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    async with opened(capture(tmp_path, *TALK, Sent(1, at, chunks, ack=38))) as driver:
        await driver.press("s", "f", "f", "f")
        await driver.until(lambda: "◀ needle" in driver.text())
        found = pane(driver)
        await driver.press("slash", *"NEEDLE", "enter")
        await driver.until(
            lambda: found.lines is not None and found.lines.line(found.cursor).text == "needle"
        )
        await driver.press("enter")
        assert driver.main.packet_list.row == 5


async def test_a_number_before_the_key_chooses_the_connection(shared_captures: Path) -> None:
    async with opened(shared_captures / TWO_CONNECTIONS) as driver:
        await driver.press("7", "s")
        assert "there is no connection 7; the last one is 1" in driver.text()
        await driver.press("1", "s")
        assert "Stream 1:" in driver.text()


async def test_a_key_log_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    config = replace(DEFAULT, keylog=str(tmp_path / "nowhere"))
    async with opened(hello(tmp_path), config=config) as driver:
        await driver.press("s", "f", "f", "f", "f")
        await driver.until(lambda: "the key log nowhere cannot be read" in driver.text())


async def test_bytes_that_were_sent_again_and_not_alike_are_said(shared_captures: Path) -> None:
    async with opened(shared_captures / REASSEMBLY) as driver:
        await driver.press("s")
        await driver.until(lambda: "contradictions" in driver.text())
        await driver.press("d")
        assert "≠ packet " in driver.text()


async def test_the_keys_for_the_next_stream_go_through_the_connections(shared_captures: Path) -> None:
    async with opened(shared_captures / TWO_CONNECTIONS) as driver:
        await driver.press("s", "left_square_bracket")
        assert "the first stream is 0" in driver.text()
        await driver.press("right_square_bracket")
        assert "Stream 1:" in driver.text()
        await driver.press("right_square_bracket")
        assert "the last stream is 1" in driver.text()


async def test_the_stream_opens_from_the_ladder_and_from_the_connections(tmp_path: Path) -> None:
    async with opened(hello(tmp_path)) as driver:
        await driver.press("L", "s")
        assert isinstance(driver.screen(), StreamScreen)
        await driver.press("escape")
        assert isinstance(driver.screen(), LadderScreen)
        await driver.press("escape", "C", "f")
        assert "▶ hello" in driver.text()
        await driver.press("q")
        assert isinstance(driver.screen(), ConnectionsScreen)


async def test_a_long_connection_is_put_together_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_screen, "LONG", 1)
    async with opened(hello(tmp_path)) as driver:
        await driver.press("s")
        await driver.until(lambda: "▶ hello" in driver.text())


async def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(hello(tmp_path)) as driver:

        def fail(*_: object) -> bytes:
            raise CaptureError("the file was cut")

        monkeypatch.setattr(Session, "frame", fail)
        await driver.press("s")
        assert "the file was cut" in driver.text()
        await driver.press("f", "y", "tab", "n", "d", "enter", "w", "G", "escape")
        assert isinstance(driver.screen(), MainScreen)


async def test_a_file_that_shrinks_while_it_is_read_is_said_where_bytes_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = b"a line of the text\n" * 50
    path = capture(tmp_path, *(Sent(1, 1 + number * len(line), line) for number in range(2000)))
    async with opened(path) as driver:
        await driver.press("s", "j")
        os.truncate(path, 5000)
        await driver.press("G")
        assert "bytes expected at byte" in driver.text()
        for keys in ("k", "pageup", "f", "f", "f", "f", "f", "y", "w", "d", "tab", "tab", "tab", "g"):
            await driver.press(keys)
        await driver.press("g", "slash", *"nowhere", "enter")
        await driver.until(lambda: "bytes expected at byte" in driver.text())
        await driver.press("escape")
        assert isinstance(driver.screen(), MainScreen)


async def test_a_stream_without_a_byte_is_empty(tmp_path: Path) -> None:
    async with opened(capture(tmp_path)) as driver:
        await driver.press("s")
        assert "▶ client 0 B  ◀ server 0 B" in driver.text()
        for keys in ("f", "G", "j", "enter", "y", "w", "d", "slash"):
            await driver.press(keys)


async def test_a_packet_without_a_connection_has_no_stream(tmp_path: Path) -> None:
    path = tmp_path / "udp.pcap"
    path.write_bytes(wire.pcap([wire.ethernet(wire.ip4(wire.udp(b"x", 5000), 17))]))
    async with opened(path) as driver:
        await driver.press("s")
        assert "this packet belongs to no TCP connection" in driver.text()


async def test_what_packets_carry_never_steers_the_terminal(tmp_path: Path) -> None:
    evil = b"\x1b]0;owned\x07\x9b2J\xe2\x80\xae\xff\0 end"
    async with opened(capture(tmp_path, Sent(0, 1, evil, ACK))) as driver:
        await driver.press("s")
        assert "·]0;owned··2J···  end"[:9] in driver.text()
        for _ in range(5):
            text = driver.text()
            assert not set("\x1b\x07\x9b\u202e\0") & set(text)
            await driver.press("f")
            await driver.pilot.pause(0.1)


async def test_lines_are_wrapped_anew_when_the_terminal_changes(tmp_path: Path) -> None:
    async with opened(capture(tmp_path, Sent(0, 1, b"x" * 300)), size=(160, 48)) as driver:
        await driver.press("s")
        assert pane(driver).line_count() == 2
        await driver.pilot.resize_terminal(80, 24)
        await driver.pilot.pause(0.2)
        assert pane(driver).line_count() == 5
