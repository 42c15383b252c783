"""Saving without a screen: `tcpscope -r FILE -w FILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.capture.save.compression import compression_of
from tui.capture.save.target import STDOUT, saved_to, saved_to_stdout
from tui.report.filtered import view_of
from tui.report.save.name import format_of
from tui.report.save.saving import Saving

if TYPE_CHECKING:
    from pathlib import Path

    from tui.capture.formats import Format
    from tui.filter.language import Filter
    from tui.session import Session


def save(
    session: Session, path: Path, form: Format | None, display_filter: Filter | None, *, replace: bool
) -> None:
    """Write what passes the filter to `path`, when all of the session was read; STDOUT: standard output.

    `form` None: as the name of the file says. UsageError if the format cannot hold it, AccessError if the
    file cannot be written, CaptureError if the packets are not there any more.
    """
    snapshot = session.wait()
    if display_filter is None:
        rows = np.arange(len(snapshot.packets))
    else:
        rows = np.flatnonzero(display_filter.run(view_of(session, snapshot)))
    saving = Saving(session, snapshot, rows, form or format_of(path.name))
    compression = compression_of(path.name)
    to_stdout = str(path) == STDOUT
    with (
        saved_to_stdout(compression) if to_stdout else saved_to(path, compression, replace=replace) as output
    ):
        saving.write(output)
