"""A place in the words of a filter, for the parser: what stands there, and the error if that is not expected.

Invariant: the place never goes beyond the last word, which is END; depth is bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tui.errors import FilterError
from tui.filter.language.tokens import Kind, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

DEEPEST = 60
"""How many levels a filter may have."""


class Cursor:
    """A place in the filter `text`; FilterError if that has no words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The word at the place."""
        return self._tokens[self._at]

    @property
    def following(self) -> Token:
        """The word behind that."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def sees(self, kind: Kind) -> bool:
        """Whether a word of that kind is next."""
        return self.token.kind is kind

    def sees_sign(self, sign: str) -> bool:
        """Whether that sign is next."""
        return self.token.kind is Kind.SIGN and self.token.text == sign

    def take(self, sign: str) -> bool:
        """Step over that sign if it is next; whether it was."""
        if not self.sees_sign(sign):
            return False
        self._at += 1
        return True

    def next(self) -> Token:
        """Step over the next word, which is not END."""
        self._at += 1
        return self._tokens[self._at - 1]

    def expect(self, sign: str, what: str, hint: str = "") -> Token:
        """Step over that sign; FilterError if it is not next."""
        if not self.sees_sign(sign):
            raise self.unexpected(what, hint)
        return self.next()

    def deeper(self, inner: Callable[[], Found]) -> Found:
        """What `inner` finds, one level deeper; FilterError if that is too deep."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.too_deep(self.token)
        found = inner()
        self._depth -= 1
        return found

    def too_deep(self, token: Token) -> FilterError:
        """The error that the filter is nested too deeply at `token`."""
        return FilterError(
            f"more than {DEEPEST} levels deep",
            "write it flatter",
            self.text,
            token.start,
            token.end - token.start,
        )

    def unexpected(self, expected: str, hint: str = "") -> FilterError:
        """The error that something else is next than `expected`."""
        token = self.token
        written = self.text[token.start : token.end]
        found = "the end" if token.kind is Kind.END else f'"{written}"'
        message = f"expected {expected}, found {found}"
        return FilterError(message, hint or _hint(written), self.text, token.start, token.end - token.start)


# Words that look right, and what this language has for them.
_HINTS = {
    **{word.upper(): f"write it small: {word}" for word in ("and", "or", "not", "contains", "matches", "in")},
    "xor": "a xor b is (a and not b) or (not a and b); Wireshark has the word from 4.2 on",
    "bitand": "the sign is &, the word bitwise_and",
    "like": "matches takes a regular expression",
    "is": "== compares",
    ")": "every closing parenthesis needs an opening one",
    "&": "&& or the word and joins conditions",
}


def _hint(found: str) -> str:
    return _HINTS.get(found, "")
