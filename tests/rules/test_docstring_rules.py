"""Everything public says what it is."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any, Protocol

from sources import program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType


def _modules() -> list[ModuleType]:
    """All but the packages that hold nothing but modules."""
    written = [source for source in program() if source.tree.body]
    names = [source.place.removesuffix(".py").replace("/", ".") for source in written]
    return [importlib.import_module(name.removesuffix(".__init__")) for name in names]


def _public(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, member) for name, member in members.items() if not name.startswith("_"))


def _bare(module: ModuleType) -> Iterator[str]:
    """What lacks a docstring; a method that overrides one has that one's, a protocol's its class's."""
    if not module.__doc__:
        yield module.__name__
    for name, member in _public(vars(module)):
        if getattr(member, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(member) and not member.__doc__:
            yield f"{module.__name__}.{name}"
        elif inspect.isclass(member):
            yield from _bare_class(member)


def _bare_class(cls: type) -> Iterator[str]:
    if not cls.__doc__:
        yield f"{cls.__module__}.{cls.__qualname__}"
    for name, member in () if Protocol in cls.__bases__ else _public(vars(cls)):
        method = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if not inspect.isfunction(method) or name.startswith("on_"):  # Textual's handlers: named by message
            continue
        if not method.__doc__ and not any(hasattr(base, name) for base in cls.__mro__[1:]):
            yield f"{cls.__module__}.{cls.__qualname__}.{name}"


def test_every_public_module_class_and_function_has_a_docstring() -> None:
    assert [bare for module in _modules() for bare in _bare(module)] == []
