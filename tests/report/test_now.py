"""What the present adds to a story: how long an end waits, and what its kernel says."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from conversation import parse
from frames import pcap

from tui.decode.context import Numbers
from tui.report.explain import Tone, explain
from tui.report.now import TIMERS, WAITS, Now, describe, differs, span, waiting
from tui.session import Session
from tui.sockets import Process, Socket, Timer
from tui.tcp.states import State

if TYPE_CHECKING:
    from pathlib import Path

    from tui.report.explain import StoryLine
    from tui.tcp.story import Story

S = 10**9
CLIENT, SERVER = 0, 1
CURL = Process(1234, "curl")
LAST_ACK_LOST = """
end client 192.0.2.1:40000
end server 192.0.2.2:80
client > server [S] seq 0
server > client [S.] seq 0 ack 1
client > server [.] seq 1 ack 1
client > server [F.] seq 1 ack 1
server > client [F.] seq 1 ack 2
client > server [.] seq 2 ack 2
+5 server > client [F.] seq 1 ack 2
client > server [.] seq 2 ack 2
"""


def story_of(path: Path) -> Story:
    with closing(Session([str(path)])) as session:
        story = session.story(session.wait(), 0)
    assert story is not None
    assert story.client == CLIENT
    return story


@pytest.fixture
def unanswered(captures: Path) -> Story:
    """SYNs in #1 to #5, the first one at `start`."""
    return story_of(captures / "no-answer.pcap")


@pytest.fixture
def closed(captures: Path) -> Story:
    """The client closes in #8, the server in #10; #11 is the last ACK."""
    return story_of(captures / "four-way-close.pcap")


def lines_of(story: Story, row: int, now: Now | None, width: int = 60) -> list[StoryLine]:
    return explain(story, row, Numbers.RELATIVE, width, now=now)


def texts_of(story: Story, row: int, now: Now | None) -> list[str]:
    return [line.text.rstrip() for line in lines_of(story, row, now)]


def test_a_syn_waits_since_the_first_one(unanswered: Story) -> None:
    last = unanswered.last_row
    assert waiting(unanswered, CLIENT, last, unanswered.start + 3_250_000_000) == "for 3.2 s"
    assert waiting(unanswered, CLIENT, last, unanswered.start + 75 * S) == "for 75 s"
    assert waiting(unanswered, SERVER, last, unanswered.start + 75 * S) == ""


def test_time_wait_counts_down_from_sixty_seconds(closed: Story) -> None:
    entered = closed.stages[-2].time
    texts = [waiting(closed, CLIENT, 10, entered + seconds * S) for seconds in (0, 12, 59, 60, 3600)]
    assert texts == ["60 s left", "48 s left", "1.0 s left", "is over", "is over"]


def test_a_fin_that_comes_again_starts_time_wait_anew(tmp_path: Path) -> None:
    path = tmp_path / "again.pcap"
    path.write_bytes(pcap(parse(LAST_ACK_LOST, "test")))
    story = story_of(path)
    again = next(stage for stage in story.stages if stage.repeated)
    assert waiting(story, CLIENT, story.last_row, again.time + 10 * S) == "50 s left"


def test_a_state_that_was_left_later_does_not_wait(closed: Story) -> None:
    assert closed.states_after(8)[CLIENT] is State.FIN_WAIT_2
    assert waiting(closed, CLIENT, 8, closed.end + S) == ""


def test_what_is_open_or_closed_waits_for_nothing(closed: Story, captures: Path) -> None:
    assert waiting(closed, SERVER, closed.last_row, closed.end + S) == ""
    still_open = story_of(captures / "keep-alive.pcap")
    assert waiting(still_open, CLIENT, still_open.last_row, still_open.end + S) == ""


def test_a_clock_that_is_behind_counts_nothing_negative(unanswered: Story) -> None:
    assert waiting(unanswered, CLIENT, 0, unanswered.start - S) == "for 0.0 s"


def test_every_state_that_waits_has_its_words() -> None:
    lasting = {State.CLOSED, State.LISTEN, State.ESTABLISHED}
    assert set(WAITS) == set(State) - lasting
    assert set(TIMERS) == set(Timer)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (3.25, "3.2 s"),
        (9.94, "9.9 s"),
        (9.99, "9.9 s"),
        (10, "10 s"),
        (119.9, "119 s"),
        (120, "2 min"),
        (7200, "2 h"),
        (86400 * 3, "3 d"),
    ],
)
def test_a_time_is_as_exact_as_one_can_follow(seconds: float, text: str) -> None:
    assert span(int(seconds * S)) == text


def test_the_kernel_agrees_if_it_has_the_state_or_no_socket_that_it_would_need(closed: Story) -> None:
    assert not differs(closed, CLIENT, Socket(State.TIME_WAIT))
    assert not differs(closed, CLIENT, Socket(State.CLOSED))
    assert differs(closed, CLIENT, Socket(State.ESTABLISHED))
    assert differs(closed, SERVER, Socket(State.LAST_ACK))


def test_the_kernels_words_are_timer_and_owner(closed: Story) -> None:
    def words(socket: Socket) -> str:
        return describe(closed, CLIENT, closed.last_row, socket)

    assert words(Socket(State.TIME_WAIT, Timer.END, 48 * S)) == "48 s left"
    assert words(Socket(State.TIME_WAIT, process=CURL, user="alice")) == "curl (pid 1234)"
    assert words(Socket(State.TIME_WAIT, user="alice")) == "a process of alice"
    assert words(Socket(State.FIN_WAIT_2, Timer.END, S, CURL)) == (
        "the capture may lag  1.0 s left  curl (pid 1234)"
    )


def test_at_an_earlier_packet_the_kernels_state_is_that_of_now(closed: Story) -> None:
    assert describe(closed, CLIENT, 2, Socket(State.TIME_WAIT)) == "by now"


def test_the_kernels_state_stands_below_the_inferred_one(closed: Story) -> None:
    now = Now(closed.stages[-2].time + 12 * S, (Socket(State.TIME_WAIT, Timer.END, 47 * S), None))
    texts = texts_of(closed, closed.last_row, now)
    at = next(i for i, text in enumerate(texts) if text.startswith("client "))
    assert texts[at : at + 2] == [
        f"client  TIME_WAIT    48 s left  {closed.addresses[CLIENT]}",
        "kernel  TIME_WAIT    47 s left",
    ]


def test_a_difference_is_marked_and_said(closed: Story) -> None:
    now = Now(closed.end, (Socket(State.ESTABLISHED, process=CURL), Socket(State.CLOSED)))
    client, server = (
        line for line in lines_of(closed, closed.last_row, now) if line.text.startswith("kernel")
    )
    assert client.text == "kernel  ESTABLISHED  the capture may lag  curl (pid 1234)"
    assert [tone for _, tone in client.pieces] == [Tone.MUTED, Tone.WARN, Tone.MUTED]
    assert server.text.rstrip() == "kernel  CLOSED"
    assert Tone.WARN not in [tone for _, tone in server.pieces]


def test_nothing_is_said_of_ends_of_other_hosts(closed: Story) -> None:
    without = texts_of(closed, 0, None)
    assert texts_of(closed, 0, Now(closed.end)) == without
    assert not any("kernel" in text for text in without)
