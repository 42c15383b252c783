"""Wireshark's display filter language, version 4.0.

From text to a mask of packets, in this order: `tokens` (words), `parse` (a tree: `tree`), `check` (names and
types, with `entities`, `literals`, `functions`, `types`), `plan` (what is run), `compile` (what others hold).
"""

from tui.filter.language.compile import Filter, Note, Use, compile_filter

__all__ = ["Filter", "Note", "Use", "compile_filter"]
