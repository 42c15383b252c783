"""The grammar of display filters: from the words of a filter to its tree.

    condition   = and-chain ("or" and-chain)*
    and-chain   = negation ("and" negation)*
    negation    = "not" negation | "(" condition ")" | relation
    relation    = value | ["any" | "all"] value (sign value)+ | ["any" | "all"] value ["not"] "in" set
    set         = "{" item [".." item] ("," item [".." item])* "}"
    value       = term (("&" | "+" | "-" | "*" | "/" | "%") term)*     & binds least, * / % most
    term        = ["+" | "-"] primary | "{" value "}"
    primary     = word | string | character | function "(" [value ("," value)*] ")", then "#layer", "[slice]"

That is Wireshark 4.0's (its grammar.lemon, and what tshark accepts and refuses). "a < b < c" is "a < b and
b < c". Invariant: any text gives a tree or a FilterError; depth is bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.filter.language.cursor import DEEPEST, Cursor
from tui.filter.language.escapes import character, string
from tui.filter.language.ranges import layer, piece
from tui.filter.language.tokens import RELATIONS, Kind, Token
from tui.filter.language.tree import (
    Binary,
    Call,
    Character,
    Joined,
    Layers,
    Many,
    Membership,
    Negative,
    Not,
    Presence,
    Range,
    Relation,
    Slice,
    Span,
    String,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.filter.language.tree import Condition, Entity

_STRENGTH = {"&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3}
_VALUE = "a field or a value"


def parse(text: str) -> Condition | None:
    """The tree of a filter; None if it is blank. FilterError if it is none."""
    parser = _Parser(text)
    if parser.sees(Kind.END):
        return None
    condition = parser.condition()
    parser.end()
    return condition


class _Parser(Cursor):
    def end(self) -> None:
        if not self.sees(Kind.END):
            raise self.unexpected('"and" or "or" between conditions, or the end')

    def condition(self) -> Condition:
        return self._chain("or", lambda: self._chain("and", self._negation))

    def _chain(self, sign: str, operand: Callable[[], Condition]) -> Condition:
        found = [operand()]
        while self.take(sign):
            found.append(operand())
        if len(found) == 1:
            return found[0]
        return Joined(found[0].span.to(found[-1].span), sign, tuple(found))

    def _negation(self) -> Condition:
        begin = self.token
        if self.take("not") or self.take("!"):
            condition = self.deeper(self._negation)
            return Not(_span(begin).to(condition.span), condition)
        if self.take("("):
            condition = self.deeper(self.condition)
            self.expect(")", "a closing parenthesis")
            return condition
        return self._relation()

    def _relation(self) -> Condition:
        begin = self.token
        many = Many(begin.text) if self.take("any") or self.take("all") else None
        left = self._value()
        if self._membership_follows():
            return self._membership(begin, left, many)
        links: list[Condition] = []
        while self.token.kind is Kind.SIGN and self.token.text in RELATIONS:
            sign = self.next()
            right = self._value()
            start = _span(begin) if not links else left.span
            links.append(Relation(start.to(right.span), sign.text, _span(sign), left, right, many))
            left, many = right, None
        if links:
            whole = links[0].span.to(links[-1].span)
            return links[0] if len(links) == 1 else Joined(whole, "and", tuple(links))
        if many is not None:
            raise self.unexpected("a comparison", "any and all say how many values must compare")
        return Presence(left.span, left)

    def _membership_follows(self) -> bool:
        following = self.following if self.sees_sign("not") or self.sees_sign("!") else self.token
        return following.kind is Kind.SIGN and following.text == "in"

    def _membership(self, begin: Token, left: Entity, many: Many | None) -> Membership:
        negated = self.take("not") or self.take("!")
        self.next()
        self.expect("{", "a set in braces", "such as {80, 443, 8000..8080}")
        items = [self._item()]
        while self.take(","):
            items.append(self._item())
        last = self.expect("}", "a comma or a closing brace")
        return Membership(_span(begin).to(_span(last)), left, tuple(items), negated, many)

    def _item(self) -> tuple[Entity, Entity | None]:
        low = self._term()
        return low, self._term() if self.take("..") else None

    def _value(self, strength: int = 1) -> Entity:
        left = self._term()
        operators = 0
        while (power := self._power()) >= strength:
            sign = self.next()
            right = self._value(power + 1)
            left = Binary(left.span.to(right.span), sign.text, left, right)
            operators += 1
            if operators > DEEPEST:
                raise self.too_deep(sign)
        return left

    def _power(self) -> int:
        return _STRENGTH.get(self.token.text, 0) if self.sees(Kind.SIGN) else 0

    def _term(self) -> Entity:
        begin = self.token
        if self.take("{"):
            value = self.deeper(self._value)
            self.expect("}", "a closing brace")
            return value
        negative = self.take("-")
        if not negative:
            self.take("+")
        value = self._primary()
        return Negative(_span(begin).to(value.span), value) if negative else value

    def _primary(self) -> Entity:
        token = self.token
        if token.kind is Kind.STRING:
            self.next()
            return self._sliced(String(_span(token), string(token.text, self.text, token.start)))
        if token.kind is Kind.CHARACTER:
            self.next()
            return Character(_span(token), character(token.text, self.text, token.start))
        if token.kind not in (Kind.WORD, Kind.FIELD):
            raise self.unexpected(_VALUE)
        self.next()
        word = Word(_span(token), token.text, token.kind is Kind.FIELD)
        if self.sees_sign("("):
            return self._sliced(self._call(word))
        return self._sliced(self._layers(word))

    def _call(self, name: Word) -> Call:
        self.next()
        arguments: list[Entity] = []
        if not self.sees_sign(")"):
            arguments.append(self.deeper(self._value))
            while self.take(","):
                arguments.append(self.deeper(self._value))
        last = self.expect(")", "a comma or a closing parenthesis")
        return Call(name.span.to(_span(last)), name, tuple(arguments))

    def _layers(self, word: Word) -> Word | Layers:
        if not self.take("#"):
            return word
        if self.sees(Kind.RANGE):
            token = self.next()
            return Layers(word.span.to(_span(token)), word, (layer(token.text, self.text, token.start),))
        ranges, last = self._ranges()
        return Layers(word.span.to(_span(last)), word, ranges)

    def _sliced(self, whole: Entity) -> Entity:
        count = 0
        while self.sees_sign("["):
            begin = self.token
            ranges, last = self._ranges()
            whole = Slice(whole.span.to(_span(last)), whole, ranges)
            count += 1
            if count > DEEPEST:
                raise self.too_deep(begin)
        return whole

    def _ranges(self) -> tuple[tuple[Range, ...], Token]:
        self.next()
        found = [self._piece()]
        while self.take(","):
            found.append(self._piece())
        return tuple(found), self.expect("]", "a comma or a closing bracket")

    def _piece(self) -> Range:
        if not self.sees(Kind.RANGE):
            raise self.unexpected("which bytes", "[4], [0:2] (two from 0 on), [2-5], [-4:]")
        token = self.next()
        return piece(token.text, self.text, token.start)


def _span(token: Token) -> Span:
    return Span(token.start, token.end)
