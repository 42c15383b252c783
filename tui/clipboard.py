"""The clipboard of the terminal that the program is shown on, however far away that is.

A terminal takes text by an escape sequence, OSC 52 (xterm, "Control Sequences"). tmux takes it as a command:
of an application's own sequence it says nothing to the terminal around it, unless it is told to
(`set-clipboard`, which is `external` at first). GNU screen hands sequences on that stand in a device control
string, which it keeps short. Invariant: what nobody will take is known before it is sent, and said.
"""

from __future__ import annotations

import asyncio
import subprocess
from base64 import b64encode
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_BYTES = 74_994
"""What makes a sequence of 100,000 characters: the most that hterm, and what follows its example, takes."""
_SCREEN_CHARACTERS = 250
"""In one device control string: screen took 256 characters at first, 512 since 4.2.0, 768 since 4.2.1."""
_TMUX = ("tmux", "load-buffer", "-w", "-")  # -w, for the terminal around it too, since tmux 3.2
_TMUX_SECONDS = 3.0
_WITHOUT = ("linux", "dumb", "vt100", "vt220")  # what TERM says of terminals that have no clipboard
_WITHIN = ("screen", "tmux")  # the same of terminals that are a window of another one
_TO_A_FILE = "write it to a file"


class Clipboard:
    """Copies to the clipboard of the terminal that `environment` tells of."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._term = environment.get("TERM", "")

    def refusal(self, text: str) -> str:
        """Why `text` cannot be copied; "" if it can, as far as is known."""
        if self._in("TMUX"):
            return ""
        if self._term in _WITHOUT:
            return f"not copied, this terminal has no clipboard: {_TO_A_FILE}"
        size = len(_raw(text))
        if size > MOST_BYTES:
            return f"not copied, terminals take {MOST_BYTES:,} bytes at most and not {size:,}: {_TO_A_FILE}"
        return ""

    async def copy(self, text: str, write: Callable[[str], None]) -> str:
        """Copy; `write` sends to the terminal. What is to be said of it, "" if it was done and no more."""
        if self._in("TMUX"):
            failure = await asyncio.to_thread(self._load, text)
            if not failure:
                return ""
            write(sequence(text, in_screen=False))
            return f"sent past tmux, which may not let it through ({failure})"
        refusal = self.refusal(text)
        if refusal:
            return refusal
        write(sequence(text, in_screen=self._in("STY")))
        if self._term.startswith(_WITHIN) and not self._in("STY"):
            return "copied; if this is tmux, only with its option: set -g set-clipboard on"
        return ""

    def _in(self, variable: str) -> bool:
        return bool(self._environment.get(variable))

    def _load(self, text: str) -> str:
        """Hand the text to tmux; why that failed, "" if it did not."""
        try:
            done = subprocess.run(
                _TMUX,
                input=_raw(text),
                capture_output=True,
                env=dict(self._environment),
                timeout=_TMUX_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            return "there is no command tmux"
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"it does not answer: {type(error).__name__}"
        if done.returncode:
            return printable(done.stderr.decode(errors="replace").strip()) or "it refuses"
        return ""


@runtime_checkable
class Copier(Protocol):
    """An application that copies through this module."""

    terminal_clipboard: Clipboard


def sequence(text: str, *, in_screen: bool) -> str:
    """What makes a terminal take `text` into its clipboard."""
    plain = f"\x1b]52;c;{b64encode(_raw(text)).decode()}\a"
    if not in_screen:
        return plain
    starts = range(0, len(plain), _SCREEN_CHARACTERS)
    return "".join(f"\x1bP{plain[start : start + _SCREEN_CHARACTERS]}\x1b\\" for start in starts)


def _raw(text: str) -> bytes:
    """In UTF-8; "?" for what it has no bytes for (lone surrogates)."""
    return text.encode("utf-8", "replace")
