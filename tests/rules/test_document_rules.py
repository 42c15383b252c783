"""What the documents promise is there, and nothing in the repository is of one machine."""

from __future__ import annotations

import re
import tomllib

import pytest
from sources import CODE, ROOT, files

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")
ARCHITECTURE_LINES = 150
BINARY = (".pcap", ".png", ".so", ".c")  # the C files are Cython's, and not kept
FOREIGN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.}/])/(?:home|root|work|Users)/\w"),
    "the host of a package registry": re.compile(r"(?:pypi|pythonhosted|npmjs|crates)\.(?:org|io)\b"),
}


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_there(name: str) -> None:
    assert _text(name).strip()


def test_the_architecture_is_short_enough_to_be_read() -> None:
    assert len(_text("ARCHITECTURE.md").splitlines()) <= ARCHITECTURE_LINES


def test_everything_that_the_architecture_names_exists() -> None:
    places = set(
        re.findall(r"\b(?:tui|tests|captures|screenshots)/[\w/-]+(?:\.\w+)?", _text("ARCHITECTURE.md"))
    )
    assert any(place.startswith("tests/") for place in places), (
        "it names the tests that enforce its invariants"
    )
    assert [place for place in sorted(places) if not (ROOT / place).exists()] == []


def test_every_test_that_the_architecture_names_exists() -> None:
    tests = "\n".join(path.read_text("utf-8") for path in files("tests", suffix=".py"))
    named = set(re.findall(r"\btest_\w+(?!\w|\.py)", _text("ARCHITECTURE.md")))
    there = set(re.findall(r"def (test_\w+)", tests)) | {path.stem for path in files("tests", suffix=".py")}
    assert sorted(named - there) == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_every_make_command_in_the_documents_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    commands = set(re.findall(r"(?:`|^ {4}|^\$ |^)make ([a-z-]+)", _text(name), re.MULTILINE))
    assert sorted(commands - targets) == []


def test_the_readme_shows_the_two_commands_that_do_all_the_set_up() -> None:
    assert re.search(r"\bmake run\b", _text("README.md"))
    assert re.search(r"\bmake test\b", _text("README.md"))


def test_every_picture_in_the_readme_exists() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)|<img[^>]*src=\"([^\"]+)\"", _text("README.md"))
    assert [place for pair in pictures for place in pair if place and not (ROOT / place).exists()] == []


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## .*({re.escape(version)}|Unreleased)", _text("CHANGELOG.md"), re.MULTILINE)


def test_nothing_in_the_repository_is_of_one_machine() -> None:
    folders = [path for path in files(*CODE, ".ci") if path.suffix not in BINARY]
    top = [ROOT / name for name in (*DOCUMENTS, "Makefile", "pyproject.toml", ".gitignore")]
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in (*folders, *top)
        for what, pattern in FOREIGN.items()
        if pattern.search(path.read_text("utf-8"))
    ]
    assert found == []
