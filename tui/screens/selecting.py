"""What is selected on the main screen, for whoever copies it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.report.copies import Selection
from tui.report.printer import header_tree
from tui.report.stories import tell
from tui.screens.filter_commands import as_filters_see
from tui.screens.layouts import Slot

if TYPE_CHECKING:
    from tui.screens.main import MainScreen
    from tui.session import Session, Snapshot

USUAL = {
    Slot.LIST: "row",
    Slot.TREE: "field",
    Slot.HEX: "bytes in hex",
    Slot.HANDSHAKE: "explanation of the connection",
}
"""The form that is the likeliest where the focus is."""


def selection_of(main: MainScreen) -> Selection | None:
    """The selected packet with its field and bytes; None if there is none."""
    snapshot, row = main.snapshot, main.view.row
    if snapshot is None or row is None:
        return None
    listing = main.listing()
    stream = int(snapshot.packets.stream[row])
    in_list = main.arrangement.focused is Slot.LIST
    bits = range(8 * len(main.view.frame)) if in_list else main.view.selected_bits
    field = main.view.field
    nodes = header_tree(main.session, snapshot, row) if main.view.frame else ()
    return Selection(
        titles=[column.title for column in listing.columns],
        cells=listing.cells(snapshot, row),
        field=field,
        same_field=None if field is None else as_filters_see(field, nodes),
        data=main.view.frame[bits.start // 8 : -(-bits.stop // 8)],
        start=bits.start // 8,
        filter=main.filtering.filter,
        story=None if stream < 0 else partial(_story, main.session, snapshot, stream),
    )


def _story(session: Session, snapshot: Snapshot, stream: int) -> str:
    return "".join(tell(session, snapshot, stream, explain=True, as_json=False))
