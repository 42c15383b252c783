"""What all tests share: where captures are found that do not belong to the repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tui.filter import match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference import Packet

ROOT = Path(__file__).resolve().parent.parent

# What captures on the machine's interfaces, drives a terminal, or measures how long a screen stands still.
ALONE = (
    "tests/live",
    "tests/screens/test_heartbeat.py",
    "tests/screens/test_in_a_terminal.py",
    "tests/screens/test_start_in_a_terminal.py",
    "tests/test_clipboard.py",
    "tests/test_sockets.py",
)

# Whole screens, driven by keys, take about a second each; so do the program, tshark, and waits.
SLOW = (
    "tests/screens",
    "tests/decode/test_header_tables.py",
    "tests/filter/test_against_tshark.py",
    "tests/filter/test_endless_patterns.py",
    "tests/filter/test_field_table.py",
    "tests/tcp/test_analysis.py",
    "tests/test_cli.py",
)

# Of the examples of tests that are dear (examples.py), `make check` tries a fifth.
settings.register_profile("quick", max_examples=20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of whole folders and files."""
    for item in items:
        for mark, places in ((pytest.mark.slow, SLOW), (pytest.mark.alone, ALONE)):
            if any(item.path.is_relative_to(ROOT / place) for place in places):
                item.add_marker(mark)


@pytest.fixture(scope="session", autouse=True)
def _no_own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads the configuration of whoever runs it, nor adds to their recent files."""
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory, with the folders `config` and `state`; nobody called sudo."""
    for name in ("SUDO_UID", "PKEXEC_UID", "DOAS_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def short_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of a regular expression may take a second only."""
    source = Path(match.__file__ or "").read_text("utf-8")
    script = tmp_path / "match.py"
    script.write_text(re.sub(r"^SECONDS = \d+$", "SECONDS = 1", source, flags=re.MULTILINE))
    monkeypatch.setattr(match, "__file__", str(script))


@pytest.fixture(scope="session")
def captures() -> Path:
    """The repository's own captures."""
    return ROOT / "captures"


@pytest.fixture(scope="session")
def shared_captures() -> Path:
    """Real captures made by others, beside the repository; their list is dev.list."""
    folder = ROOT.parent / "shared" / "captures"
    if not (folder / "dev.list").is_file():
        pytest.skip("the captures made by others are not here")
    return folder


@pytest.fixture(scope="session")
def packets(shared_captures: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """Real packets of all kinds, with tshark's fields and Info: asked for once, for all tests of decoding."""
    import reference

    return reference.packets(shared_captures, tmp_path_factory.mktemp("reference"))
