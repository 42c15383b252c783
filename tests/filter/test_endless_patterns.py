"""Display filters whose regular expression takes for ever: they can be stopped, and end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from viewing import opened

from tui.errors import UsageError
from tui.filter.field import Effort
from tui.filter.language import compile_filter
from tui.report.colouring import Colouring
from tui.report.colouring_rules import NO_RULE, ColouringRule
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui.filter.chunk import View

ENDLESS = 'frame matches "(.+)+xyz"'


@pytest.fixture
def view(captures: Path) -> Iterator[View]:
    with opened(captures / "three-way-close.pcap") as found:
        yield found


def _run(view: View, failures: list[str]) -> None:
    try:
        compile_filter(ENDLESS).run(view)
    except UsageError as error:
        failures.append(str(error))


def test_it_is_given_up_when_nobody_wants_to_know_any_more(view: View) -> None:
    stopped, failures = threading.Event(), list[str]()
    view.stopped = stopped.is_set
    thread = threading.Thread(target=_run, args=(view, failures))
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    began = time.monotonic()
    stopped.set()
    thread.join(5)
    assert time.monotonic() - began < 2
    assert failures == ["the regular expression was stopped"]


def test_meanwhile_others_go_on(view: View) -> None:
    stopped, began = threading.Event(), time.monotonic()
    view.stopped = stopped.is_set
    thread = threading.Thread(target=_run, args=(view, []))
    thread.start()
    longest, before = 0.0, time.monotonic()
    while time.monotonic() - began < 1:
        time.sleep(0.005)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    stopped.set()
    thread.join(5)
    assert longest < 0.5


def test_it_is_never_quick(view: View) -> None:
    found = compile_filter('string(tcp.srcport) matches "^4133"')
    assert found.has_pattern
    assert found.effort > Effort.COLUMNS
    assert found.run(view).tolist() == compile_filter("tcp.srcport in {41330..41339}").run(view).tolist()
    assert not compile_filter("tcp.srcport == 41334").has_pattern


def test_it_ends_by_itself_and_is_not_tried_again(view: View, short_patience: None) -> None:
    endless = compile_filter(ENDLESS)
    with pytest.raises(UsageError, match="takes more than"):
        endless.run(view)
    began = time.monotonic()
    with pytest.raises(UsageError, match="takes more than"):
        endless.run(view)
    assert time.monotonic() - began < 0.5


def test_a_filter_that_was_stopped_can_run_again(view: View) -> None:
    found = compile_filter('frame matches "get "')
    view.stopped = lambda: True
    endless = compile_filter(ENDLESS)
    with pytest.raises(UsageError, match="stopped"):
        endless.run(view)
    view.stopped = lambda: False
    expected = compile_filter('frame contains "GET "').run(view)
    assert found.run(view).tolist() == expected.tolist()


def test_a_colouring_rule_waits_for_no_expression_and_colours_nothing_if_it_takes_too_long(
    captures: Path, short_patience: None
) -> None:
    session = Session([str(captures / "three-way-close.pcap")])
    try:
        snapshot = session.wait()
        rules = ColouringRule("endless", ENDLESS, "", ""), ColouringRule("rest", "frame", "", "")
        colouring = Colouring(session, rules)
        began = time.monotonic()
        first = colouring.look(snapshot, range(5))
        assert time.monotonic() - began < 0.5
        assert first.unsure == list(range(5))
        late = colouring.look(snapshot, range(5), late=True)
        assert [late.rules[row] for row in range(5)] == [rules[1]] * 5
        assert NO_RULE not in late.rules.values()
    finally:
        session.close()


def test_ctrl_c_ends_a_filter_of_the_command_line(captures: Path) -> None:
    command = [sys.executable, "-m", "tui", "-r", str(captures / "three-way-close.pcap"), "-Y", ENDLESS]
    process = psutil.Popen(
        [*command, "-T", "text"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 20
    while not (matching := process.children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(matching) == 1
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert (out, b"Traceback" in err) == (b"", False)
    assert process.returncode == 130
    assert not matching[0].is_running()
