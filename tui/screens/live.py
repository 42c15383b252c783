"""What a capture that goes on adds to the main screen: it follows the newest packet, pauses, stops, reports.

Invariant: nothing here moves the cursor once the user has moved it up, or the focus elsewhere; what the bar
says is asked of the recordings twice a second, and costs no packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import key_text
from tui.capture.live.keeping import Capture
from tui.capture.live.recording import LiveRecording
from tui.panes.capture_bar import CaptureBar, Progress
from tui.screens.layouts import Slot

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from tui.actions import Actions
    from tui.feed import Feed
    from tui.panes.packet_list import PacketList
    from tui.screens.arrangement import Arrangement
    from tui.session import Session, Snapshot

PERIOD = 0.1  # s between two pictures of a capture that goes on: each costs bytes on a slow line
_REPORT_SECONDS = 0.5


class Live:
    """The captures of a session, and how the packet list goes with them."""

    def __init__(
        self,
        session: Session,
        packet_list: PacketList,
        arrangement: Arrangement,
        feed: Feed,
        actions: Actions,
        *,
        follow: bool,
    ) -> None:
        """`follow`: begin with following, if packets are captured."""
        recordings = [reader.recording for reader in session.readers]
        self.captures = tuple(each for each in recordings if isinstance(each, Capture))
        self.bar = CaptureBar()
        self.bar.display = bool(self.captures)
        self._session = session
        self._list = packet_list
        self._arrangement = arrangement
        self._feed = feed
        self._actions = actions
        self._following = follow and bool(self.captures)
        self._stopped = False
        self._shown = 0  # packets, when the list was shown last
        self._row = 0  # where following has put the cursor
        if self.captures:
            feed.period = PERIOD

    @property
    def following(self) -> bool:
        """Whether the newest packet is selected as packets come; not any more once somebody moved away."""
        pane = self._list
        if self._following and pane.line_count():
            moved_up = pane.row < self._row and pane.cursor < pane.line_count() - 1
            scrolled_up = pane.size and pane.cursor >= pane.top + pane.window
            if moved_up or scrolled_up or self._arrangement.focused is not Slot.LIST:
                self._following = False
            self._row = min(self._row, pane.row)  # a filter may have hidden the newest packets
        return self._following

    @property
    def paused(self) -> bool:
        """Whether the list stands still while packets are captured."""
        return self._feed.held

    def start(self, host: MessagePump) -> None:
        """Report from now on, by `host`'s timer."""
        if self.captures:
            host.set_interval(_REPORT_SECONDS, self.report)
            self.report()

    def show(self, snapshot: Snapshot) -> None:
        """The list shows `snapshot` now: go to its newest packet, if that is followed."""
        self._shown = len(snapshot.packets)
        if self.following:
            self._go_to_newest()

    def report(self) -> None:
        """Bring the bar up to date."""
        if self.captures:
            self.bar.show(self._progress())

    def follow(self) -> None:
        """Follow from now on."""
        self._following = True
        self._arrangement.focus(Slot.LIST)
        self._feed.hold(False)
        self._go_to_newest()
        self.report()

    def leave_alone(self) -> None:
        """Do not follow any more."""
        self._following = False
        self.report()

    def pause(self, paused: bool) -> None:
        """Let the list stand still, or show what came meanwhile."""
        self._feed.hold(paused)
        self.report()

    def stop(self) -> bool:
        """End all captures, what they have stays; false if none goes on."""
        going_on = [each for each in self.captures if not each.complete]
        for capture in going_on:
            capture.stop()
        self._stopped = self._stopped or bool(going_on)
        return bool(going_on)

    def _go_to_newest(self) -> None:
        if self._list.line_count():
            self._list.end()
            self._row = self._list.row

    def _progress(self) -> Progress:
        counted = [each for each in self.captures if isinstance(each, LiveRecording)]
        failures = [each.failure for each in self.captures if each.failure]
        drops = [each.drops() for each in counted]
        captured = len(self._session.snapshot().packets)
        return Progress(
            going_on=any(not each.complete for each in self.captures),
            ended="failed" if failures else "stopped" if self._stopped else "ended",
            failed=bool(failures),
            packets=captured,
            rate=sum(each.rate() for each in counted) if counted else None,
            dropped=(sum(each.kernel for each in drops), sum(each.ours for each in drops)) if drops else None,
            gone=sum(each.gone() for each in counted),
            size=sum(each.size for each in self.captures),
            temporary=any(each.temporary for each in self.captures),
            filter=next((each.filter_text for each in self.captures if each.filter_text), ""),
            without_own=any(each.left_out for each in self.captures),
            following=self._following_text(captured - self._shown),
        )

    def _following_text(self, new: int) -> str:
        if self._session.snapshot().finished and not new:
            return ""
        if self.paused:
            return f"paused, {new:,} new ({self._key('pause')}: go on)"
        return "following" if self.following else f"{self._key('follow')}: follow"

    def _key(self, action: str) -> str:
        return key_text(self._actions[action].keys[0])
