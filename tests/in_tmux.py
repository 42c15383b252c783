"""The program in a real terminal: tmux, whose screen can be read and to which keys can be sent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 20.0  # s
_MODES = ("alternate_on", "cursor_flag", "mouse_any_flag")


class Terminal:
    """A tmux session of its own server, with tcpscope in it."""

    def __init__(
        self,
        folder: Path,
        size: str,
        *arguments: object,
        environment: str = "",
        within: str = "",
        place: Path = ROOT,
    ) -> None:
        """Start it in the folder `place`; `within` is a command that runs it, such as one for a namespace."""
        # Of its own: the server of a terminal that was closed just now still holds its socket.
        self._socket = str(folder / f"tmux{len(list(folder.glob('tmux*')))}")
        self._pid = folder / "pid"
        columns, rows = size.split("x")
        # Test runners set COLUMNS and LINES, which Textual would believe before the terminal.
        own = f"PYTHONPATH={ROOT} XDG_CONFIG_HOME={folder}/config XDG_STATE_HOME={folder}/state"
        clean = f"env -u COLUMNS -u LINES {own} {environment}"
        program = f"{within} {clean} {sys.executable} -m tui {' '.join(map(str, arguments))}"
        shell = f"cd {place}; (echo $BASHPID > {self._pid}; exec {program}); echo ended $?; stty -a; sleep 60"
        command = ["bash", "-c", shell]
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", columns, "-y", rows, *command)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def type(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def send_signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(int(self._pid.read_text()), number)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def modes(self) -> dict[str, bool]:
        """Which of the terminal's modes are on."""
        told = self._tmux("display-message", "-p", " ".join(f"#{{{mode}}}" for mode in _MODES))
        return {mode: flag == "1" for mode, flag in zip(_MODES, told.split(), strict=True)}

    def wait_for(self, *words: str) -> str:
        """The screen once it shows all of `words`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            screen = self.screen()
            if all(word in screen for word in words):
                return screen
            time.sleep(0.05)
        raise AssertionError(f"not shown within {PATIENCE} s: {words}\n{self.screen()}")

    def hang_up(self) -> None:
        """As if the connection to the terminal broke."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, capture_output=True)

    close = hang_up
