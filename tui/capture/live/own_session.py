"""The SSH connection that the user sits in: found, and put into the words of a capture filter.

Without this, every line on the screen would make packets that make lines. sshd says in SSH_CONNECTION which
connection it is; sudo takes that away, so the environments of the parents are asked too.
Invariant: what comes out is made of addresses and port numbers only, whatever the environment holds.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROC = Path("/proc")
_MOST_PARENTS = 64
_MOST_PORT = 65535


def exclusion() -> str:
    """A filter that lets all through but the user's own SSH connection; "" if there is none."""
    return next(filter(None, map(exclusion_of, _environments())), "")


def joined(user_filter: str, without: str) -> str:
    """`user_filter` without the packets that `without` (a result of :func:`exclusion`) leaves out.

    A filter that names the port of SSH itself asks for them, as Wireshark has it. The exclusion stands first:
    behind the word "vlan", everything would be looked for inside of the tag.
    """
    if not without or not user_filter:
        return without or user_filter
    return user_filter if _asks_for_ssh(user_filter, without) else f"({without}) and ({user_filter})"


def _asks_for_ssh(user_filter: str, without: str) -> bool:
    words = set(re.findall(r"[\w.-]+", user_filter))
    ports = re.findall(r"port (\d+)", without)
    return bool(words & {"ssh", "22", *ports})


def exclusion_of(environment: Mapping[str, str]) -> str:
    """Of one process; SSH_CONNECTION has both ends, SSH_CLIENT the server's port only."""
    match environment.get("SSH_CONNECTION", "").split():
        case [peer, peer_port, own, own_port]:
            ends = (_end(peer, peer_port), _end(own, own_port))
            return f"not (tcp and {ends[0]} and {ends[1]})" if all(ends) else ""
    match environment.get("SSH_CLIENT", "").split():
        case [peer, peer_port, own_port]:
            end = _end(peer, peer_port)
            return f"not (tcp and {end} and port {own_port})" if end and _is_port(own_port) else ""
    return ""


def _end(host: str, port: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    return f"host {address} and port {port}" if _is_port(port) else ""


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= _MOST_PORT


def _environments() -> Iterator[Mapping[str, str]]:
    """Our own environment, then the parents', nearest first, as far as they may be read."""
    yield os.environ
    process = os.getppid()
    for _ in range(_MOST_PARENTS):
        try:
            raw = (_PROC / str(process) / "environ").read_bytes()
            # The name in parentheses may hold anything; the parent stands second behind it.
            parent = (
                (_PROC / str(process) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
            )
        except (OSError, IndexError):  # no /proc, no permission, or gone
            return
        yield dict(
            entry.split("=", 1) for entry in raw.decode("utf-8", "replace").split("\0") if "=" in entry
        )
        process = int(parent)
