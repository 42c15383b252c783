"""A filter that can be run: tests, which give a mask of a chunk's packets; expressions, which give values.

Invariant: a test asks for nothing that the ones before it have decided. "and" and "or" take their tests in
the order of effort, and ask the next one only for the packets that are still open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from tui.filter.access import is_there, occurrences_of
from tui.filter.field import Effort
from tui.filter.language import operations
from tui.filter.values import (
    Constant,
    Part,
    Parts,
    all_true,
    any_true,
    array,
    combine,
    count,
    each,
)
from tui.index.schema import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.filter.chunk import Bools, Chunk
    from tui.filter.field import Field, Value
    from tui.filter.language.tree import Range
    from tui.filter.pattern import Pattern
    from tui.filter.values import Array

    Pairwise = Callable[[Array, Any], Bools]
    """Which pairs of values are as they must be; the second is an array, or the same for all."""

_FEW = 8  # what comes from columns is asked for all packets unless no more than one in so many is open


class Expression(Struct, frozen=True):
    """Something that has values in packets."""

    @property
    def effort(self) -> Effort:
        """What it takes to get them."""
        raise NotImplementedError

    def parts(self, chunk: Chunk) -> Parts:
        """The values in each packet of the chunk."""
        raise NotImplementedError


class Test(Struct, frozen=True):
    """Something that holds for a packet or does not."""

    @property
    def effort(self) -> Effort:
        """What it takes to know."""
        raise NotImplementedError

    def mask(self, chunk: Chunk) -> Bools:
        """For which packets of the chunk it holds."""
        raise NotImplementedError


class Occurrences(Expression, frozen=True):
    """All values of a field, or of those headers of its protocol that `layers` says."""

    field: Field
    layers: tuple[Range, ...] = ()

    @property
    def effort(self) -> Effort:
        return occurrences_of(self.field, self.layers).effort

    def parts(self, chunk: Chunk) -> Parts:
        return occurrences_of(self.field, self.layers).parts(chunk)


class Nothing(Expression, frozen=True):
    """No value in any packet: what arithmetic comes to that cannot be done."""

    @property
    def effort(self) -> Effort:
        return Effort.COLUMNS

    def parts(self, chunk: Chunk) -> Parts:
        return []


class Mapped(Expression, frozen=True):
    """A function of each value of an expression; None is no value."""

    inner: Expression
    function: Callable[[Any], Value | None]

    @property
    def effort(self) -> Effort:
        return self.inner.effort

    def parts(self, chunk: Chunk) -> Parts:
        return each(self.function, self.inner.parts(chunk))


class Counted(Expression, frozen=True):
    """How many values an expression has, where it has any."""

    inner: Expression

    @property
    def effort(self) -> Effort:
        return self.inner.effort

    def parts(self, chunk: Chunk) -> Parts:
        total = count(self.inner.parts(chunk), len(chunk))
        return [Part(total, total > 0)]


class Extreme(Expression, frozen=True):
    """The greatest or the least of all values of several expressions; a constant is one of them."""

    inner: tuple[Expression | Constant, ...]
    choose: Callable[[Sequence[Any]], Value]

    @property
    def effort(self) -> Effort:
        return max(
            (one.effort for one in self.inner if not isinstance(one, Constant)), default=Effort.COLUMNS
        )

    def parts(self, chunk: Chunk) -> Parts:
        found: dict[int, list[Value]] = {}
        constants: list[Value] = []
        for one in self.inner:
            if isinstance(one, Constant):
                constants.append(one.value)
                continue
            for part in (part.sparse() for part in one.parts(chunk)):
                assert part.owner is not None
                for row, value in zip(part.owner.tolist(), part.values.tolist(), strict=True):
                    found.setdefault(row, []).append(value)
        values = [self.choose([*constants, *each_row]) for each_row in found.values()]
        return [Part(array(values), None, np.fromiter(found, np.int64, len(found)))]


class Computed(Expression, frozen=True):
    """An operation on the values of two expressions; `bounded`: 32 bits must hold the result."""

    sign: str
    left: Expression | Constant
    right: Expression | Constant
    bounded: bool

    @property
    def effort(self) -> Effort:
        return _effort(self.left, self.right)

    def parts(self, chunk: Chunk) -> Parts:
        right = _operand(self.right, chunk)
        if isinstance(right, Constant) and self.sign in "/%" and right.value == 0:
            return []
        left = _operand(self.left, chunk)
        if not isinstance(right, Constant) and self.sign in "/%":
            right = [part.where(part.values != 0) for part in right]
        found = combine(operations.ARITHMETIC[self.sign], left, right)
        return operations.in_bounds(found) if self.bounded else found


def _operand(side: Expression | Constant, chunk: Chunk) -> Parts | Constant:
    return side if isinstance(side, Constant) else side.parts(chunk)


def _effort(*sides: Expression | Constant) -> Effort:
    return max((side.effort for side in sides if not isinstance(side, Constant)), default=Effort.COLUMNS)


class Compared(Test, frozen=True):
    """Whether any pair of values, or all, are as `function` says."""

    function: Pairwise
    left: Expression
    right: Expression | Constant
    all: bool

    @property
    def effort(self) -> Effort:
        return _effort(self.left, self.right)

    def mask(self, chunk: Chunk) -> Bools:
        found = combine(self.function, self.left.parts(chunk), _operand(self.right, chunk))
        return all_true(found, len(chunk)) if self.all else any_true(found, len(chunk))


Item = tuple[tuple["Pairwise", Expression | Constant], ...]
"""An element of a set: one comparison, or two (a range)."""


class Among(Test, frozen=True):
    """Whether any value of an expression, or all, are as one of the items says, which is Wireshark's "in"."""

    left: Expression
    items: tuple[Item, ...]
    all: bool

    @property
    def effort(self) -> Effort:
        return _effort(self.left, *(side for item in self.items for _, side in item))

    def mask(self, chunk: Chunk) -> Bools:
        found = np.zeros(len(chunk), np.bool_)
        parts = self.left.parts(chunk)
        for item in self.items:
            within = [self._within(part, item, chunk) for part in parts]
            found |= all_true(within, len(chunk)) if self.all else any_true(within, len(chunk))
        return found

    def _within(self, part: Part, item: Item, chunk: Chunk) -> Part:
        if not all(isinstance(side, Constant) for _, side in item):
            part = part.sparse()
        bits = [self._against(function, part, side, chunk) for function, side in item]
        return Part(bits[0] & bits[-1], part.present, part.owner)

    def _against(self, function: Pairwise, part: Part, side: Expression | Constant, chunk: Chunk) -> Bools:
        """For each value of a part whether it is so; with packets' values it is compared by itself."""
        if isinstance(side, Constant):
            return function(part.values, side.value)
        numbered = Part(part.values, None, np.arange(len(part.values)))
        others = [_handed_on(other.sparse(), part) for other in side.parts(chunk)]
        return any_true(combine(function, [numbered], others), len(part.values))


def _handed_on(other: Part, part: Part) -> Part:
    """The values of a packet, once for each value of `part` in that packet."""
    marks = Part(np.arange(len(part.values)), None, part.owner)
    pairs = combine(lambda left, right: left, [marks], [other])
    values = combine(lambda left, right: right, [marks], [other])
    return Part(values[0].values, None, pairs[0].values)


class Present(Test, frozen=True):
    """Whether an expression has a value."""

    inner: Expression

    @property
    def effort(self) -> Effort:
        if isinstance(self.inner, Occurrences):
            return is_there(self.inner.field, self.inner.layers).effort
        return self.inner.effort

    def mask(self, chunk: Chunk) -> Bools:
        source = self.inner
        if isinstance(source, Occurrences):
            return count(is_there(source.field, source.layers).parts(chunk), len(chunk)) > 0
        return count(source.parts(chunk), len(chunk)) > 0


class NotZero(Test, frozen=True):
    """Whether an expression has a value other than zero."""

    inner: Expression

    @property
    def effort(self) -> Effort:
        return self.inner.effort

    def mask(self, chunk: Chunk) -> Bools:
        return any_true(operations.not_zero(self.inner.parts(chunk)), len(chunk))


class Holding(Test, frozen=True):
    """Whether a packet's frame has these bytes somewhere; `or_reassembled`: or it has more than its frame."""

    needle: bytes
    or_reassembled: bool

    @property
    def effort(self) -> Effort:
        return Effort.BYTES

    def mask(self, chunk: Chunk) -> Bools:
        found = chunk.frames.holding(self.needle)
        return found | chunk.marked(Mark.REASSEMBLED) if self.or_reassembled else found


class Matched(Test, frozen=True):
    """Whether a regular expression is found in any value of an expression, or in all; text is UTF-8."""

    left: Expression
    pattern: Pattern
    all: bool

    @property
    def effort(self) -> Effort:
        return Effort.BYTES if self.left.effort is Effort.COLUMNS else self.left.effort

    def mask(self, chunk: Chunk) -> Bools:
        found = [self._found(part.sparse(), chunk) for part in self.left.parts(chunk)]
        return all_true(found, len(chunk)) if self.all else any_true(found, len(chunk))

    def _found(self, part: Part, chunk: Chunk) -> Part:
        values = part.values.tolist()
        texts = [value.encode("utf-8", "replace") if isinstance(value, str) else value for value in values]
        return Part(self.pattern.each(texts, chunk.view.stopped), None, part.owner)


class Inverted(Test, frozen=True):
    """Where a test does not hold."""

    inner: Test

    @property
    def effort(self) -> Effort:
        return self.inner.effort

    def mask(self, chunk: Chunk) -> Bools:
        return ~self.inner.mask(chunk)


class Several(Test, frozen=True):
    """Tests that must all hold, or (`any`) of which one must."""

    tests: tuple[Test, ...]
    any: bool

    @property
    def effort(self) -> Effort:
        return max(test.effort for test in self.tests)

    def mask(self, chunk: Chunk) -> Bools:
        first, *rest = sorted(self.tests, key=lambda test: test.effort)
        found = first.mask(chunk)
        for test in rest:
            rows = np.flatnonzero(~found if self.any else found)
            if not len(rows):
                break
            if test.effort <= Effort.BYTES and len(rows) * _FEW > len(chunk):
                found = found | test.mask(chunk) if self.any else found & test.mask(chunk)
            else:
                found[rows] = test.mask(chunk.view.pick(chunk.at[rows]))
        return found
