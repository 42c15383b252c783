"""What all tests share: where captures are found that do not belong to the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
