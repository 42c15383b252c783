"""How many examples hypothesis makes for a test that is dear: all of them, or in `make check` a part."""

from __future__ import annotations

from hypothesis import settings


def share(most: int) -> int:
    """Of `most` examples as many percent as the profile has `max_examples`: by default that is 100."""
    return max(most * settings().max_examples // 100, 1)
