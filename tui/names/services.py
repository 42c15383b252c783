"""Services: what this host calls a port (services(5))."""

from __future__ import annotations

import socket


class Services:
    """Names of ports, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], str] = {}

    def name(self, port: int, protocol: str) -> str:
        """The name of a port of "tcp" or "udp"; "" if it has none."""
        key = (port, protocol)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _look_up(port, protocol)
        return found


def _look_up(port: int, protocol: str) -> str:
    try:
        return socket.getservbyport(port, protocol)
    except OSError:
        return ""
