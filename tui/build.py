"""The build backend (PEP 517, 660): setuptools, once it is known that the kernels can be compiled.

Used by pip and its like, never by the program. What is missing is said in one line instead of in a compiler's
page.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sysconfig
import warnings
from typing import Any

Settings = dict[str, Any] | None

_INSTALL = (
    "Debian, Ubuntu: apt install gcc libc6-dev python3-dev; Fedora: dnf install gcc python3-devel; "
    "Alpine: apk add gcc musl-dev python3-dev; macOS: xcode-select --install"
)

# pip shows them to whoever installs, who can do nothing about them: the kernels are listed where setuptools
# wants them, and `make` installs editable because that is meant.
for _message in (r".*setuptools\.ext-modules.* is still \*experimental\*", r"(?s).*Editable installation"):
    warnings.filterwarnings("ignore", message=_message)


def __getattr__(hook: str) -> Any:
    """Every other hook is setuptools' own."""
    from setuptools import build_meta

    return getattr(build_meta, hook)


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> Any:
    """PEP 517's hook; SystemExit if there is no compiler."""
    from setuptools import build_meta

    check_compiler()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> Any:
    """PEP 660's hook; SystemExit if there is no compiler."""
    from setuptools import build_meta

    check_compiler()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)


def check_compiler() -> None:
    """Try the compiler on Python's headers; SystemExit says in one line what is missing."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    includes = [f"-I{sysconfig.get_path(name)}" for name in ("include", "platinclude")]
    try:
        done = subprocess.run(
            [*compiler, *includes, "-x", "c", "-fsyntax-only", "-"],
            input="#include <Python.h>\n",
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SystemExit(_missing(f"{shlex.join(compiler)} cannot be run: {error.strerror}")) from None
    if done.returncode:
        errors = [line.strip() for line in done.stderr.splitlines() if "error" in line]
        found = errors[0] if errors else f"it ended with status {done.returncode}"
        raise SystemExit(_missing(f"{shlex.join(compiler)} does not compile Python.h: {found}"))


def _missing(found: str) -> str:
    return f"tcpscope: building needs a C compiler and Python's headers, but {found}. {_INSTALL}"
