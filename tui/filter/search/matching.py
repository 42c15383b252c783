"""What tells whether one of several texts has what is searched for: letters, or a regular expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.match import Texts
    from tui.filter.pattern import Found


class Matcher(Protocol):
    """Looks through texts; `filter.pattern.Pattern` is another one."""

    def first(self, texts: Texts, stopped: Callable[[], bool]) -> Found | None:
        """The first text that has it, and where; UsageError if it takes too long, or is `stopped`."""


class Letters:
    """These letters; `exact`: small ones differ from capitals."""

    def __init__(self, letters: str, *, exact: bool) -> None:
        self._exact = exact
        self._letters = letters if exact else letters.lower()

    def first(self, texts: Texts, _stopped: Callable[[], bool]) -> Found | None:
        """See Matcher; the texts are strings. It takes no time."""
        for index, text in enumerate(texts):
            assert isinstance(text, str), "bytes are searched all at once (Frames.holding)"
            start = (text if self._exact else text.lower()).find(self._letters)
            if start >= 0:
                return index, start, start + len(self._letters)
        return None
