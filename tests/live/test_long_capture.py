"""A ring of files may be captured into for days: memory is bounded by what it holds, which is told right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from long_capture import tell

from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

CONVERSATIONS = 300_000
MOST_MIB = 150  # 90 are taken; without letting go it would be 590
_TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ring")


@pytest.fixture(scope="module")
def told(folder: Path) -> Any:
    command = [sys.executable, str(_TESTS / "live" / "long_capture.py"), str(folder), str(CONVERSATIONS)]
    paths = {**os.environ, "PYTHONPATH": f"{_TESTS}{os.pathsep}{_TESTS.parent}"}
    ended = subprocess.run(command, env=paths, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def files(folder: Path, told: Any) -> Iterator[Session]:
    """The files that are left, opened as anybody would open them."""
    with_end = Session([str(path) for path in sorted(folder.iterdir())])
    yield with_end
    with_end.close()


@pytest.fixture(scope="module")
def fresh(files: Session) -> dict[str, Any]:
    return tell(files, files.wait(), 0)


pytestmark = pytest.mark.slow


def test_a_day_of_connections_takes_no_more_memory_than_the_ring_holds(told: Any) -> None:
    assert told["packets"] > 10 * CONVERSATIONS
    assert told["connections"] == CONVERSATIONS + 1
    assert told["released"] > 0.7 * CONVERSATIONS
    assert max(told["memory"]) < MOST_MIB


def test_what_is_kept_is_what_the_files_hold(told: Any, fresh: dict[str, Any]) -> None:
    assert told["packets"] - told["gone"] == len(fresh["time"])
    for name in (
        "time",
        "caplen",
        "length",
        "src",
        "dst",
        "srcport",
        "dstport",
        "seq",
        "ack",
        "stream",
        "bits",
    ):
        assert told[name] == fresh[name], name


def test_what_became_of_the_connections_is_told_as_of_the_files(told: Any, fresh: dict[str, Any]) -> None:
    for name in ("states", "openings", "closings", "words", "found"):
        assert told[name] == fresh[name], name


def test_of_connections_that_are_kept_whole_the_analysis_is_that_of_the_files(
    told: Any, fresh: dict[str, Any]
) -> None:
    assert sum(told["whole"]) > 0.9 * len(told["whole"])
    for name in ("analysis", "acked"):
        assert [each for each, whole in zip(told[name], told["whole"], strict=True) if whole] == [
            each for each, whole in zip(fresh[name], told["whole"], strict=True) if whole
        ], name
