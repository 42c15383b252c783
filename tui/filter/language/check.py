"""From the tree of a filter to a plan that can be run: names are looked up, types compared, literals read.

Invariant: what Wireshark 4.0 refuses is refused, with the place, what was expected and what to write instead.
What is compiled cannot fail when it runs, but for the file itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.filter.field import Type
from tui.filter.language import operations
from tui.filter.language.entities import Entities, Typed, as_bytes, find_field
from tui.filter.language.patterns import compile_pattern
from tui.filter.language.plan import (
    Among,
    Compared,
    Holding,
    Inverted,
    Matched,
    NotZero,
    Occurrences,
    Present,
    Several,
)
from tui.filter.language.tree import (
    Binary,
    Call,
    Joined,
    Layers,
    Many,
    Membership,
    Negative,
    Not,
    Presence,
    Relation,
    Span,
    String,
    Word,
)
from tui.filter.language.types import BYTES
from tui.filter.protocols import FRAME
from tui.filter.values import Constant, array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.filter.language.plan import Expression, Item, Pairwise, Test
    from tui.filter.language.tree import Condition, Entity
    from tui.filter.language.types import Shape

# THE relations that compare: the comparison of a pair, and whether it must hold for any pair or for all.
_MEANING: Mapping[str, tuple[str, Many]] = {
    "==": ("==", Many.ANY),
    "!=": ("!=", Many.ALL),
    "===": ("==", Many.ALL),
    "!==": ("!=", Many.ANY),
    "~=": ("!=", Many.ANY),
    ">": (">", Many.ANY),
    "<": ("<", Many.ANY),
    ">=": (">=", Many.ANY),
    "<=": ("<=", Many.ANY),
}
# Flags that a packet has only if they are true.
_TRUE_WHERE_THERE = frozenset({"http.request", "http.response"})


class Checker:
    """Makes the plan of the filter `text`; `warnings` are a message, a hint and a place each.

    `has_pattern`: a regular expression is in it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.entities = Entities(text)
        self.warnings: list[tuple[str, str, Span]] = []
        self.has_pattern = False

    def test(self, condition: Condition) -> Test:
        """The plan of a condition; FilterError if it makes no sense."""
        if isinstance(condition, Joined):
            return Several(tuple(map(self.test, condition.conditions)), condition.sign == "or")
        if isinstance(condition, Not):
            return Inverted(self.test(condition.condition))
        if isinstance(condition, Presence):
            return self._presence(condition)
        if isinstance(condition, Membership):
            return self._membership(condition)
        return self._relation(condition)

    def _presence(self, condition: Presence) -> Test:
        value = condition.value
        if isinstance(value, Call):
            message = "a function by itself is neither true nor false"
            raise self.entities.error(message, f"compare it: {self._written(value)} > 0", value.span)
        if self.entities.is_value(value):
            raise self.entities.unknown(value.span)
        found = self.entities.of(value)
        if isinstance(value, Binary | Negative):
            return NotZero(found.expression)
        if found.shape.type is Type.BOOL and found.name not in _TRUE_WHERE_THERE:
            message = f"{found.name} by itself is true wherever there is such a flag, set or not"
            self.warnings.append((message, f"write {found.name} == 1", condition.span))
        return Present(found.expression)

    def _relation(self, relation: Relation) -> Test:
        left = self._left(relation.left)
        if relation.sign == "matches":
            return self._matches(relation, left)
        if relation.sign == "contains":
            return self._contains(relation, left)
        if relation.sign == "~=":
            self.warnings.append(("~= is an old way to write !==", "write !==", relation.at))
        self._comparable(left, relation.left)
        sign, usual = _MEANING[relation.sign]
        left, function, right = self._comparison(sign, left, relation.left, relation.right)
        return Compared(function, left.expression, right, (relation.many or usual) is Many.ALL)

    def _left(self, entity: Entity) -> Typed:
        if isinstance(entity, Word) and find_field(entity.text) is None and not entity.text[0].isdigit():
            raise self.entities.unknown(entity.span)
        return self.entities.of(entity)

    def _comparable(self, left: Typed, entity: Entity) -> None:
        if not left.shape.traits.compares:
            message = f"{self._written(entity)} has no value to compare"
            raise self.entities.error(message, "by itself it is true where it is there", entity.span)

    def _comparison(
        self, sign: str, left: Typed, entity: Entity, right: Entity
    ) -> tuple[Typed, Pairwise, Expression | Constant]:
        """The left side, how a pair is compared, and the right side."""
        if self.entities.is_value(right):
            found = self.entities.value(right, left.shape)
            if found.mask is not None:
                masked = operations.ARITHMETIC["&"](array([found.value]), found.mask).tolist()[0]
                return left, partial(operations.compare_masked, sign, found.mask), Constant(masked)
            return left, _compare(sign, left.shape), Constant(found.value)
        other = self.entities.operand(right, left.shape)
        if isinstance(other, Constant):
            return left, _compare(sign, left.shape), other
        if left.sliced != other.sliced:
            left, other = self._bytes(left, entity), self._bytes(other, right)
        elif not left.shape.fits(other.shape):
            raise self.entities.unlike(left.shape, other, right)
        return left, _compare(sign, left.shape), other.expression

    def _bytes(self, typed: Typed, entity: Entity) -> Typed:
        if not typed.shape.traits.sliced:
            message = f"expected something with bytes, found {self._written(entity)}, {typed.shape.title}"
            raise self.entities.error(message, "a slice is compared with bytes", entity.span)
        return as_bytes(typed)

    def _searchable(self, relation: Relation, left: Typed) -> None:
        if not left.shape.traits.searched:
            message = f"{relation.sign} looks into text and bytes, found {self._written(relation.left)}"
            hint = f"string({self._written(relation.left)}) makes text of it"
            raise self.entities.error(
                f"{message}, {left.shape.title}",
                hint if left.shape.traits.written else "",
                relation.left.span,
            )

    def _matches(self, relation: Relation, left: Typed) -> Test:
        self._searchable(relation, left)
        right = relation.right
        if not isinstance(right, String):
            message = "expected a regular expression in double quotes"
            raise self.entities.error(
                f"{message}, found {self._written(right)}", 'such as "^GET"', right.span
            )
        pattern = compile_pattern(
            right.value, self._text, right.span.start, right.span.end - right.span.start
        )
        self.has_pattern = True
        return Matched(left.expression, pattern, relation.many is Many.ALL)

    def _contains(self, relation: Relation, left: Typed) -> Test:
        self._searchable(relation, left)
        part_of_address = left.shape.type is Type.ETHER and not isinstance(relation.right, String)
        right = self.entities.operand(relation.right, BYTES if part_of_address else left.shape)
        if isinstance(right, Typed):
            if left.sliced != right.sliced:
                left, right = self._bytes(left, relation.left), self._bytes(right, relation.right)
            elif not left.shape.fits(right.shape):
                raise self.entities.unlike(left.shape, right, relation.right)
            return Compared(operations.contains, left.expression, right.expression, relation.many is Many.ALL)
        found = Compared(operations.contains, left.expression, right, relation.many is Many.ALL)
        return _searched(found, left, right)

    def _membership(self, condition: Membership) -> Test:
        if not isinstance(condition.left, Word | Layers):
            raise self.entities.error(
                "only a field can be in a set", "write == and or instead", condition.left.span
            )
        left = self._left(condition.left)
        self._comparable(left, condition.left)
        items = tuple(self._item(left, condition.left, low, high) for low, high in condition.items)
        found = Among(left.expression, items, condition.many is Many.ALL and not condition.negated)
        return Inverted(found) if condition.negated else found

    def _item(self, left: Typed, entity: Entity, low: Entity, high: Entity | None) -> Item:
        ends = ((">=", low), ("<=", high)) if high is not None else (("==", low),)
        return tuple(self._comparison(sign, left, entity, end)[1:] for sign, end in ends)

    def _written(self, entity: Entity) -> str:
        return self._text[entity.span.start : entity.span.end]


def _compare(sign: str, shape: Shape) -> Pairwise:
    unsigned = shape.type is Type.UINT
    return partial(operations.compare_unsigned if unsigned else operations.compare, sign)


def _searched(found: Compared, left: Typed, right: Constant) -> Test:
    """The same test, asked only of packets in whose bytes the value is at all."""
    source = left.expression
    if not isinstance(source, Occurrences) or not source.field.verbatim:
        return found
    needle = right.value.encode() if isinstance(right.value, str) else right.value
    assert isinstance(needle, bytes)
    if source.field.name == FRAME and not source.layers:
        return Holding(needle, or_reassembled=False)
    return Several((Holding(needle, or_reassembled=True), found), any=False)
