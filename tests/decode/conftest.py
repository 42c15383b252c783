"""The packets that tshark was asked about, once for all tests of decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import reference

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def packets(shared_captures: Path, tmp_path_factory: pytest.TempPathFactory) -> list[reference.Packet]:
    """Real packets of all kinds, with tshark's fields and Info."""
    return reference.packets(shared_captures, tmp_path_factory.mktemp("reference"))
