"""Privileges: given up once the sockets are open; where they are missing, the command that grants them.

Given up for good are: the user and all groups (for those of the user who called sudo, else for nobody's),
every capability in every set, and the right to get one through a program that is started.
Source: capabilities(7), prctl(2).
Invariant: afterwards nothing can bring them back, or the program has ended with an error.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shlex
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OTHERWISE = "; or "
"""What parts one way from the next in the hint of :func:`grants`."""
NOBODY = "nobody"
"""Who we become if it was root who called."""
_DOAS, _NUMBERS = "DOAS_USER", ("SUDO_UID", "PKEXEC_UID")  # how the programs that make root tell who called

_READ_BOUNDING, _DROP_BOUNDING, _NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR_ALL = 23, 24, 38, 47, 4  # linux/prctl.h
_CAPABILITIES = 64  # as many as there can be: two words of 32 in each set
_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3


class Identity(Struct, frozen=True):
    """A user with all groups, and the home directory."""

    name: str
    user: int
    group: int
    groups: tuple[int, ...]
    home: str


def invoker(environment: Mapping[str, str] = os.environ) -> Identity | None:
    """The user who became root through sudo, doas or pkexec; None if we are not root, or nobody did."""
    if os.geteuid() != 0:
        return None
    try:
        if number := next(filter(None, map(environment.get, _NUMBERS)), None):
            entry = pwd.getpwuid(int(number))
        else:
            entry = pwd.getpwnam(environment.get(_DOAS, ""))
    except (KeyError, ValueError):
        return None
    return _identity(entry) if entry.pw_uid else None


@contextmanager
def as_invoker() -> Iterator[None]:
    """What is done inside is done as the user who called sudo, so that files are theirs; else as we are."""
    with _as(invoker()):
        yield


def give_to_invoker(file: int, folder: int | Path) -> None:
    """Let a new file, an open one, belong to the user who called sudo, if the folder that it is in does."""
    user = invoker()
    if user is not None and os.stat(folder).st_uid == user.user:  # noqa: PTH116 it may be a descriptor
        give(file, user.user, user.group)


def give(file: int, user: int, group: int) -> None:
    """Let a file, an open one, belong to somebody else, as root may, if its file system has owners at all."""
    with suppress(PermissionError):
        os.fchown(file, user, group)


@contextmanager
def as_successor() -> Iterator[None]:
    """What is done inside is done as the user that `drop` makes us, who can then still change it."""
    with _as(_successor()):
        yield


def can_import_later() -> bool:
    """Whether whoever we become with :func:`drop` can read what Python imports from."""
    folders = [folder for folder in sys.path if os.path.exists(folder)]  # noqa: PTH110 Path's raises
    with as_successor():
        return all(os.access(folder, os.R_OK | os.X_OK, effective_ids=True) for folder in folders)


@contextmanager
def _as(identity: Identity | None) -> Iterator[None]:
    if identity is None:
        yield
        return
    user, group, groups = os.geteuid(), os.getegid(), os.getgroups()
    os.setgroups(identity.groups)
    os.setegid(identity.group)
    os.seteuid(identity.user)
    try:
        yield
    finally:
        os.seteuid(user)
        os.setegid(group)
        os.setgroups(groups)


def _successor() -> Identity | None:
    """Who we become: nobody, if it was root who called; None if we are not root."""
    if os.geteuid() != 0:
        return None
    return invoker() or _identity(pwd.getpwnam(NOBODY))


def drop() -> str:
    """Give everything up; the name of the user that we are from now on.

    Before the first packet is parsed, and while there is one thread only: capabilities are a thread's own.
    AccessError if it does not succeed.
    """
    linux = sys.platform == "linux"
    try:
        successor = _successor()
        if linux:
            _drop_bounding()
        if successor:
            _become(successor)
        if linux:
            _drop_capabilities()
        _prove()
    except (OSError, KeyError) as error:
        message = f"root's privileges could not be given up: {error}"
        raise AccessError(message, "--no-drop keeps them") from error
    return pwd.getpwuid(os.geteuid()).pw_name


def grants(interfaces: str) -> AccessError:
    """That we may not capture, and the exact commands that change it."""
    hints = [f"this time: {_as_root(*_own_command())}"]
    if sys.platform == "linux":
        python = str(Path(sys.executable).resolve())
        hints.append(
            f"for good, for every user and Python program: {_as_root('setcap', 'cap_net_raw+eip', python)}"
        )
    if shutil.which("dumpcap"):
        group = _as_root("usermod", "-aG", "wireshark", pwd.getpwuid(os.getuid()).pw_name)
        hints.append(f"with Wireshark's dumpcap: {group}, log in again, and add --backend dumpcap")
    return AccessError(f"no permission to capture on {interfaces}", OTHERWISE.join(hints))


def _as_root(*command: str) -> str:
    return shlex.join(["sudo", *command])


def _own_command() -> list[str]:
    """The command that we are, with its whole path: sudo has another search path."""
    program = Path(sys.argv[0]).absolute()
    if os.access(program, os.X_OK):
        return [str(program), *sys.argv[1:]]
    return [sys.executable, *sys.orig_argv[1:]]


def _identity(entry: pwd.struct_passwd) -> Identity:
    groups = tuple(os.getgrouplist(entry.pw_name, entry.pw_gid))
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid, groups, entry.pw_dir)


def _become(identity: Identity) -> None:
    """Real, effective and saved: root changes all three of a kind at once."""
    os.setgroups(identity.groups)
    os.setgid(identity.group)
    os.setuid(identity.user)
    os.environ.update(HOME=identity.home, USER=identity.name, LOGNAME=identity.name)


def _drop_bounding() -> None:
    """What no program started by us can ever get; only who has CAP_SETPCAP can say so."""
    for capability in range(_CAPABILITIES):
        if _prctl(_READ_BOUNDING, capability) != 1:
            continue
        try:
            _call("prctl", _DROP_BOUNDING, capability, 0, 0, 0)
        except PermissionError:
            return


def _drop_capabilities() -> None:
    """Permitted, effective, inheritable and ambient; and what set-user-ID programs would give."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()
    _call("prctl", _AMBIENT, _CLEAR_ALL, 0, 0, 0)
    _call("capset", header, none)
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _prove() -> None:
    """OSError if root can be had again."""
    try:
        os.setuid(0)
    except PermissionError:
        return
    raise OSError("root is still to be had")


def _prctl(*numbers: int) -> int:
    result: int = ctypes.CDLL(None).prctl(*numbers)
    return result


def _call(name: str, *arguments: object) -> None:
    """A function of the C library; OSError if it fails."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
