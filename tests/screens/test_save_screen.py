"""The dialog that saves packets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from screen_driver import CAPTURE, Driver, opened

from tui.capture.save.compression import Compression
from tui.filter.language import compile_filter
from tui.report.save.saving import Saving
from tui.screens.command_line import CommandLine
from tui.screens.save import SaveScreen
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tui.capture.save.target import Output

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lengths(path: Path) -> list[int]:
    session = Session([str(path)])
    try:
        return [int(length) for length in session.wait().packets.length]
    finally:
        session.close()


def run_together(driver: Driver) -> str:
    """What is on the screen, without the blanks and frames at which lines are broken."""
    return "".join(char for char in driver.text() if char.isalnum())


async def save(driver: Driver, *keys: str) -> None:
    """Open the dialog, press keys and Enter, and wait until it is closed."""
    await driver.press("w")
    await driver.until(lambda: isinstance(driver.screen(), SaveScreen) and bool(path_of(driver)))
    await driver.press(*keys, "enter")
    await driver.until(lambda: driver.screen() is driver.main)


def path_of(driver: Driver) -> str:
    screen = driver.screen()
    assert isinstance(screen, SaveScreen)
    return screen.path_field.value


async def test_two_keys_save_what_is_shown(folder: Path) -> None:
    async with opened() as driver:
        driver.main.filtering.apply(compile_filter("tcp.flags.syn == 1"))
        await save(driver)
        assert "2 packets saved" in driver.text()
    assert lengths(folder / "three-way-close.pcapng") == lengths(CAPTURE)[:2]
    assert os.listdir(folder) == ["three-way-close.pcapng"]  # noqa: PTH208 names are what is looked at


async def test_all_packets_are_saved_though_a_filter_is_on(folder: Path) -> None:
    async with opened() as driver:
        driver.main.filtering.apply(compile_filter("tcp.flags.syn == 1"))
        await save(driver, "f2")
    assert lengths(folder / "three-way-close.pcapng") == lengths(CAPTURE)


async def test_marked_packets_are_saved(folder: Path) -> None:
    async with opened() as driver:
        for row in (7, 2):
            driver.main.session.notes.toggle_mark(row)
        await save(driver, "f2", "f2")
    every = lengths(CAPTURE)
    assert lengths(folder / "three-way-close.pcapng") == [every[2], every[7]]


async def test_packets_are_saved_by_number(folder: Path) -> None:
    async with opened() as driver:
        await save(driver, "f2", "f2", *"2-3,9")
    every = lengths(CAPTURE)
    assert lengths(folder / "three-way-close.pcapng") == [every[1], every[2], every[8]]


async def test_the_selected_connection_is_proposed(folder: Path) -> None:
    async with opened() as driver:
        await save(driver, "f2", "f2", "f2")
    assert lengths(folder / "three-way-close.pcapng") == lengths(CAPTURE)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("77-99", "there is no packet 77-99: there are 10"),
        ("3-x", "'3-x' is no range of packet numbers"),
        ("0", "'0' has no packets"),
    ],
)
async def test_numbers_that_are_none_are_refused(keys: str, said: str, folder: Path) -> None:
    async with opened() as driver:
        await driver.press("w", "f2", "f2", *keys, "enter")
        await driver.until(lambda: said in driver.text())
        assert isinstance(driver.screen(), SaveScreen)
    assert not list(folder.iterdir())


async def test_ignored_packets_are_left_out_if_that_is_chosen(folder: Path) -> None:
    async with opened() as driver:
        driver.main.session.notes.toggle_ignored(0)
        await save(driver, "f5")
    assert lengths(folder / "three-way-close.pcapng") == lengths(CAPTURE)[1:]


async def test_format_and_compression_change_the_name_and_the_file(folder: Path) -> None:
    async with opened() as driver:
        await save(driver, "f3", "f4")
    saved = folder / "three-way-close.pcap.gz"
    assert saved.read_bytes()[:2] == b"\x1f\x8b"
    assert lengths(saved) == lengths(CAPTURE)


async def test_a_name_that_is_typed_replaces_the_proposed_one(folder: Path) -> None:
    async with opened() as driver:
        await save(driver, *"x.pcap")
    assert (folder / "x.pcap").read_bytes()[:4] == bytes.fromhex("d4c3b2a1")


async def test_a_name_that_is_typed_replaces_the_proposed_one_after_other_keys_too(folder: Path) -> None:
    async with opened() as driver:
        await save(driver, "f2", "f4", *"x.pcap")
    assert [each.name for each in folder.iterdir()] == ["x.pcap"]


async def test_a_file_is_written_over_only_by_a_second_enter(folder: Path) -> None:
    there = folder / "x.pcapng"
    there.write_bytes(b"mine")
    async with opened() as driver:
        await driver.press("w", *"x.pcapng", "enter")
        await driver.until(lambda: "is there already" in driver.text())
        assert there.read_bytes() == b"mine"
        await driver.press("escape")
        assert there.read_bytes() == b"mine"
        await driver.press("w", *"x.pcapng", "enter")
        await driver.until(lambda: "is there already" in driver.text())
        await driver.press("enter")
        await driver.until(lambda: driver.screen() is driver.main)
    assert lengths(there) == lengths(CAPTURE)


async def test_a_second_enter_for_another_name_asks_again(folder: Path) -> None:
    for name in "ab":
        (folder / name).write_bytes(b"mine")
    async with opened() as driver:
        await driver.press("w", "a", "enter")
        await driver.until(lambda: "a is there already" in driver.text())
        await driver.press("backspace", "b", "enter")
        await driver.until(lambda: "b is there already" in driver.text())
    assert {each.read_bytes() for each in folder.iterdir()} == {b"mine"}


async def test_what_cannot_be_written_is_said_and_the_dialog_stays(folder: Path) -> None:
    async with opened() as driver:
        await driver.press("w", *"no/such/folder", "enter")
        await driver.until(lambda: "thereisnofolder" in run_together(driver))
        assert isinstance(driver.screen(), SaveScreen)
    assert not list(folder.iterdir())


async def test_escape_cancels_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    going = []

    def write(saving: Saving, output: Output) -> object:
        going.append(saving)
        while True:  # until it is stopped, which its copying finds out
            saving._copy(saving._rows, output)

    monkeypatch.setattr(Saving, "write", write)
    async with opened() as driver:
        await driver.press("w", "enter")
        await driver.until(lambda: bool(going))
        await driver.press("escape")
        await driver.until(lambda: "nothing was saved" in driver.text())
        assert isinstance(driver.screen(), SaveScreen)
    assert not list(folder.iterdir())


async def test_comments_are_saved_and_then_known_to_be(folder: Path) -> None:
    async with opened() as driver:
        notes = driver.main.session.notes
        notes.comment(3, "look here")
        await save(driver, "f3", "f4", "f4", "f4", "f4")  # pcap has no room for them
        assert notes.unsaved
        await save(driver)
        assert not notes.unsaved
    session = Session([str(folder / "three-way-close.pcapng")])
    snapshot = session.wait()
    assert [session.context(snapshot, row).comments for row in (2, 3)] == [(), ("look here",)]
    session.close()


async def test_comments_of_packets_that_are_not_saved_stay_unsaved() -> None:
    async with opened() as driver:
        driver.main.session.notes.comment(3, "look here")
        await save(driver, "f2", "f2", "1")
        assert driver.main.session.notes.unsaved


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_all_choices_are_seen(size: tuple[int, int]) -> None:
    async with opened(size=size) as driver:
        driver.main.session.notes.toggle_mark(1)
        driver.main.session.notes.toggle_ignored(1)
        await driver.press("w")
        for text in ("[shown 10]", "all 10", "marked 1", "by number", "connection 0", "[pcapng]", "[saved]"):
            assert text in driver.text()


async def test_a_compression_that_is_not_installed_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Compression, "installed", property(lambda kind: kind.name == "gzip"))
    async with opened(size=(80, 24)) as driver:
        await driver.press("w")
        assert "[no] gzip  (zstd, lz4: install tcpscope[compressed])" in driver.text()
        await driver.press("f4", "f4")
        await driver.until(lambda: path_of(driver).endswith("three-way-close.pcapng"))


# in the command line


def the_line(driver: Driver) -> CommandLine:
    screen = driver.screen()
    assert isinstance(screen, CommandLine)
    return screen


async def type_line(driver: Driver, text: str, *keys: str) -> None:
    await driver.press("colon")
    the_line(driver)._input.value = text
    the_line(driver)._input.cursor_position = len(text)
    await driver.press(*keys)


async def test_a_line_saves_what_is_shown(folder: Path) -> None:
    async with opened() as driver:
        driver.main.filtering.apply(compile_filter("tcp.flags.syn == 1"))
        await type_line(driver, "save some trace.pcap")
        assert "save 2 packets (shown) to some trace.pcap (pcap)" in driver.text()
        await driver.press("enter")
        await driver.until(lambda: "2 packets saved" in driver.text())
        assert driver.screen() is driver.main
    assert lengths(folder / "some trace.pcap") == lengths(CAPTURE)[:2]
    assert (folder / "some trace.pcap").read_bytes()[:4] == bytes.fromhex("d4c3b2a1")


@pytest.mark.parametrize(
    ("packets", "rows"),
    [
        ("all", range(10)),
        ("marked", [2, 7]),
        ("packets 1-2,9-", [0, 1, 8, 9]),
        ("connection", range(10)),
        ("connection 0", range(10)),
    ],
)
async def test_a_line_says_which_packets(folder: Path, packets: str, rows: Iterable[int]) -> None:
    async with opened() as driver:
        for row in (7, 2):
            driver.main.session.notes.toggle_mark(row)
        driver.main.filtering.apply(compile_filter("tcp.flags.syn == 1"))
        await type_line(driver, f"save x.pcapng.gz {packets}", "enter")
        await driver.until(lambda: "packets saved" in driver.text())
    every = lengths(CAPTURE)
    assert lengths(folder / "x.pcapng.gz") == [every[row] for row in rows]


async def test_a_line_writes_over_a_file_only_when_it_was_asked(folder: Path) -> None:
    (folder / "x.pcap").write_bytes(b"mine")
    async with opened() as driver:
        await type_line(driver, "save x.pcap all", "enter")
        await driver.until(lambda: "x.pcap is there already. Enter again writes over it." in driver.text())
        await driver.pilot.pause(0.2)
        assert "is there already" in driver.text()
        assert (folder / "x.pcap").read_bytes() == b"mine"
        await driver.press("enter")
        await driver.until(lambda: driver.screen() is driver.main)
    assert lengths(folder / "x.pcap") == lengths(CAPTURE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("save x marked", "there are no such packets to save"),
        ("save x packets 99", "there is no packet 99"),
        ("save x connection 8", "there is no connection '8'"),
        ("save 'x' y", "'y' says no packets"),
    ],
)
async def test_what_there_is_not_is_said_before_anything_is_saved(folder: Path, text: str, said: str) -> None:
    async with opened() as driver:
        await type_line(driver, text, "enter")
        assert said in driver.text()
        assert driver.screen() is the_line(driver)
    assert not list(folder.iterdir())


async def test_files_and_words_are_proposed(folder: Path) -> None:
    (folder / "there").mkdir()
    (folder / "there" / "old.pcap").touch()
    async with opened() as driver:
        await type_line(driver, "save the")
        await driver.until(lambda: the_line(driver)._list.line_count() == 1)
        await driver.press("tab")
        assert the_line(driver)._input.value == "save there/"
        await driver.until(lambda: "old.pcap" in driver.text())
        await driver.press("tab")
        assert the_line(driver)._input.value == "save there/old.pcap "
        await driver.until(lambda: the_line(driver)._list.line_count() == 6)
        await driver.press("m")
        await driver.until(lambda: the_line(driver)._list.line_count() == 1)
        await driver.press("tab")
        assert the_line(driver)._input.value == "save there/old.pcap marked "


async def test_a_folder_is_looked_into_and_nothing_saved(folder: Path) -> None:
    (folder / "there").mkdir()
    async with opened() as driver:
        await type_line(driver, "save there", "enter")
        await driver.until(lambda: path_of(driver) == "there/")
    assert not list((folder / "there").iterdir())
