"""The feed shows each snapshot once, and stops when there will be no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from textual.message_pump import MessagePump

from tui.feed import PERIOD, Feed
from tui.session import Session, Snapshot


@dataclass
class News:
    """As much of a snapshot as the feed looks at."""

    version: int
    finished: bool = False


class Source:
    """A session whose snapshot the test sets."""

    def __init__(self) -> None:
        self.news = News(0)

    def snapshot(self) -> News:
        return self.news


class Host:
    """A message pump whose one timer the test fires."""

    def __init__(self) -> None:
        self.period: float | None = None
        self.running = False

    def set_interval(self, period: float, work: Callable[[], None]) -> Host:
        self.period, self.running = period, True
        return self

    def stop(self) -> None:
        self.running = False


def feed_of(source: Source, shown: list[News]) -> Feed:
    return Feed(cast(Session, source), cast(Callable[[Snapshot], None], shown.append))


def test_the_first_snapshot_is_shown_at_once() -> None:
    shown: list[News] = []
    feed_of(Source(), shown).start(cast(MessagePump, Host()))
    assert len(shown) == 1


def test_a_snapshot_is_shown_once() -> None:
    source, shown = Source(), list[News]()
    feed = feed_of(source, shown)
    feed.pull()
    feed.pull()
    source.news = News(1)
    feed.pull()
    assert [news.version for news in shown] == [0, 1]


def test_it_asks_at_most_twenty_times_a_second() -> None:
    host = Host()
    feed_of(Source(), []).start(cast(MessagePump, host))
    assert host.period == PERIOD
    assert PERIOD >= 1 / 20


def test_held_it_shows_nothing_and_released_the_latest_at_once() -> None:
    source, shown = Source(), list[News]()
    feed = feed_of(source, shown)
    feed.pull()
    feed.hold(True)
    for version in (1, 2):
        source.news = News(version)
        feed.pull()
    assert [news.version for news in shown] == [0]
    feed.hold(False)
    assert [news.version for news in shown] == [0, 2]


def test_it_ends_with_the_last_snapshot_and_shows_that_too() -> None:
    host, source, shown = Host(), Source(), list[News]()
    feed = feed_of(source, shown)
    feed.start(cast(MessagePump, host))
    assert host.running
    source.news = News(1, finished=True)
    feed.pull()
    assert not host.running
    assert [news.version for news in shown] == [0, 1]
