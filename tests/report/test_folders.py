"""A path that is typed: what continues it, and what is never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.report import folders
from tui.report.folders import completed, folder_of, matches, path_of, read_folder


def test_a_folder_lists_its_names_sorted_and_folders_with_a_slash(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.pcap").touch()
    (tmp_path / "c.pcap").touch()
    assert read_folder(tmp_path).names == ("a.pcap", "b/", "c.pcap")


def test_names_that_cannot_be_shown_are_counted_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "bell\x07").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/latin\xe9")).touch()
    (tmp_path / "fine").touch()
    read = read_folder(tmp_path)
    assert (read.names, read.left_out) == (("fine",), 2)


def test_of_a_large_folder_only_so_many_names_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_ENTRIES", 3)
    for number in range(5):
        (tmp_path / f"{number}").touch()
    read = read_folder(tmp_path)
    assert (len(read.names), read.has_more) == (3, True)


@pytest.mark.parametrize("name", ["missing", "file", "\0"])
def test_what_cannot_be_listed_says_why(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    read = read_folder(tmp_path / name)
    assert read.problem
    assert read.names == ()


def test_the_folder_of_a_text_is_what_stands_before_its_last_part(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/tmp/ada")
    assert folder_of("") == folder_of("tra") == tmp_path
    assert folder_of("/var/log/x") == Path("/var/log")
    assert folder_of("~/x") == Path("/tmp/ada")
    assert path_of("~/x.pcap") == Path("/tmp/ada/x.pcap")
    assert path_of("~nobody-is-called-so/x") == tmp_path / "~nobody-is-called-so/x"


@pytest.mark.parametrize(
    ("text", "names", "result"),
    [
        ("t", ("trace-1", "trace-2"), "trace-"),
        ("logs/t", ("trace-1", "trace-2"), "logs/trace-"),
        ("logs/t", ("trace-1",), "logs/trace-1"),
        ("x", (), "x"),
        ("", ("a", "b"), ""),
    ],
)
def test_a_text_is_continued_as_far_as_all_names_agree(
    text: str, names: tuple[str, ...], result: str
) -> None:
    assert completed(text, names) == result


def test_hidden_names_continue_only_what_begins_with_a_dot(tmp_path: Path) -> None:
    for name in (".profile", "profile"):
        (tmp_path / name).touch()
    folder = read_folder(tmp_path)
    assert matches(folder, "") == ("profile",)
    assert matches(folder, "x/.p") == (".profile",)
