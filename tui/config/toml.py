"""Plain values as TOML (v1.0.0) writes them, on one line.

Python reads TOML (tomllib) and does not write it. What has to be written are comments and a few plain values:
less than a library would cost whoever installs the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

Plain: TypeAlias = object
"""What tomllib gives: str, int, float, bool, times, and lists and dicts of them."""


def to_toml(value: Plain) -> str:
    """The value in TOML; a table as an inline table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        entries = ", ".join(f"{_key(key)} = {to_toml(each)}" for key, each in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(to_toml, value))}]"
    return str(value)


def _key(name: str) -> str:
    """A bare key if it can be one (A-Z a-z 0-9 _ -), else a quoted one."""
    return name if _BARE_KEY.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but TOML wants the control character 7F escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
