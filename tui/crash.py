"""What a user is told when the program itself is at fault: one line, and a file that a report can hold.

Invariant: nothing is lost of the error; where no file can be written, all of it is said.
"""

from __future__ import annotations

import os
import tempfile
from traceback import format_exception

from tui.errors import printable


def tell(error: BaseException) -> str:
    """Write all that is known of an unexpected error to a file; the line that says so."""
    text = "".join(format_exception(error))
    what = printable(f"{type(error).__name__}: {error}")
    try:
        descriptor, path = tempfile.mkstemp(prefix="tcpscope-error-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return f"an error of tcpscope itself ended it: {what}\n{text}"
    return f"an error of tcpscope itself ended it: {what}; please report it with {path}"
