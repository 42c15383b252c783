"""The states that tcpscope infers from the packets are those that the kernel has: real sockets, real TCP."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from conversations import CONVERSATIONS, Conversation
from lab import two_namespaces, watchdog
from losses import LOSSES
from player import Check, Player, latest_story, states_of
from servers import SERVERS

from tui.session import Session

if TYPE_CHECKING:
    from tui.tcp.story import Story

pytestmark = pytest.mark.slow

ALL = CONVERSATIONS | LOSSES | SERVERS


@dataclass(frozen=True)
class Played:
    """A conversation that was played: what was compared meanwhile, and the story of the whole file."""

    conversation: Conversation
    checks: list[Check]
    story: Story


@pytest.fixture(scope="module", params=ALL)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Each conversation, played once for all tests."""
    conversation = ALL[request.param]
    path = tmp_path_factory.mktemp("live") / "conversation.pcap"
    with watchdog(), two_namespaces() as namespaces, ExitStack() as stack:
        player = Player(stack, namespaces, path, conversation.program, conversation.text)
        for step in conversation.steps:
            player.play(step)
    with closing(Session([str(path)])) as session:
        session.wait()
        story = latest_story(session)
    assert story is not None
    return Played(conversation, player.checks, story)


def test_tcpscope_says_what_the_kernel_says(request: pytest.FixtureRequest, played: Played) -> None:
    """After every packet and every step, from the packets up to then."""
    differences = [check for check in played.checks if check.told is not check.live]
    assert list(map(str, differences)) == []


def test_the_whole_file_proves_what_the_kernel_said(request: pytest.FixtureRequest, played: Played) -> None:
    """The state shown at a packet is right, since it is known what came after."""
    last = [check for check in played.checks if check.row >= played.story.first_row]
    told = [(check, states_of(played.story, check.row)[check.end]) for check in last]
    assert [f"{check}; in the file {state.name}" for check, state in told if state is not check.file] == []


def test_the_kinds_of_opening_and_closing_are_recognised(played: Played) -> None:
    expected = played.conversation
    assert (played.story.opening, played.story.closing) == (expected.opening, expected.closing)
    assert [words for words in expected.says if words not in played.story.verdict] == []
