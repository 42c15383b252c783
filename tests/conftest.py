"""What all tests share: where captures are found that do not belong to the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reference import Packet

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


@pytest.fixture(scope="session")
def packets(shared_captures: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """Real packets of all kinds, with tshark's fields and Info: asked for once, for all tests of decoding."""
    import reference

    return reference.packets(shared_captures, tmp_path_factory.mktemp("reference"))
