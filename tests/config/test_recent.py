"""The memory of earlier runs does no harm: not when it is damaged, not when others write, not as root."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.config.config import FIRST_CHOICES, Choices
from tui.config.places import config_file, recent_file
from tui.config.recent import MOST_FILES, MOST_FILTERS, Recent
from tui.decode.context import Numbers
from tui.report.list_columns import column_of
from tui.report.listing import TimeForm

ROOT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be in another one's home")
NOBODY = 65534
ADDS_FIVE = """
import sys
from pathlib import Path
from tui.config.recent import Recent

recent = Recent.of_user()
for number in range(5):
    recent.add(Path(f"/{sys.argv[1]}/{number}"))
"""


@pytest.fixture
def file(home: Path) -> Path:
    found = recent_file()
    assert found == home / "state" / "tcpscope" / "recent.json"
    return found


def test_who_never_ran_the_program_has_an_empty_memory(file: Path) -> None:
    recent = Recent(file)
    assert (recent.files(), recent.filters(), recent.choices()) == ((), (), FIRST_CHOICES)
    assert not file.exists()


def test_what_was_used_last_comes_first_and_once(file: Path) -> None:
    recent = Recent(file)
    for name in ("a.pcap", "b.pcap", "a.pcap"):
        recent.add(Path(name))
        recent.add_filter(f"frame == {name}")
    assert recent.files() == (Path.cwd() / "a.pcap", Path.cwd() / "b.pcap")
    assert recent.filters() == ("frame == a.pcap", "frame == b.pcap")


def test_the_memory_is_bounded(file: Path) -> None:
    recent = Recent(file)
    for number in range(MOST_FILTERS + 1):
        recent.add(Path(f"/{number}"))
        recent.add_filter(str(number))
    assert len(recent.files()) == MOST_FILES
    assert len(recent.filters()) == MOST_FILTERS
    assert recent.files()[0] == Path(f"/{MOST_FILTERS}")


def test_the_theme_and_the_forms_are_kept(file: Path) -> None:
    choices = Choices("light", TimeForm.UTC, Numbers.HEX)
    Recent(file).keep(choices)
    Recent(file).add(Path("/a"))
    assert Recent(file).choices() == choices


def test_a_name_that_is_no_utf8_is_kept(file: Path) -> None:
    path = Path(os.fsdecode(b"/captures/\xff.pcap"))
    Recent(file).add(path)
    assert Recent(file).files() == (path,)


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(file: Path) -> None:
    Recent(file).add(Path("/a"))
    Recent(file).add(Path("/b"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"5",
        b"[" * 100_000,
        b'{"files": 5, "filters": [5], "theme": ["x"], "time": "?"}',
    ],
    ids=["empty", "cut", "no UTF-8", "a list", "a number", "without end", "other kinds"],
)
def test_a_damaged_file_is_an_empty_memory_that_goes_on(file: Path, damaged: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(damaged)
    recent = Recent(file)
    assert (recent.files(), recent.filters(), recent.choices()) == ((), (), FIRST_CHOICES)
    recent.add(Path("/a"))
    assert recent.files() == (Path("/a"),)


def test_of_a_damaged_file_what_is_whole_is_kept(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"files": ["/a", 5], "theme": "light", "time": "?", "numbers": "last"}))
    assert Recent(file).files() == (Path("/a"),)
    assert Recent(file).choices() == Choices(theme="light")


def test_where_nothing_can_be_written_nothing_is_remembered(home: Path) -> None:
    (home / "state").write_text("a file in the place of the folder")
    recent = Recent(recent_file())
    recent.add(Path("/a"))
    assert recent.files() == ()


def test_without_a_home_nothing_is_remembered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whom the system does not know: "~" stays as it is."""
    monkeypatch.chdir(home)
    monkeypatch.setattr("tui.config.places.user_state_path", lambda name: Path("~/.local/state", name))
    recent = Recent.of_user()
    recent.add(Path("/a"))
    assert recent.files() == ()
    assert list(home.iterdir()) == []


def test_a_full_disk_leaves_what_was_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Recent(file).add(Path("/a"))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    Recent(file).add(Path("/b"))
    assert Recent(file).files() == (Path("/a"),)
    assert list(file.parent.iterdir()) == [file]


def test_several_instances_at_once_lose_nothing_of_each_other(file: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", ADDS_FIVE, str(each)], cwd=ROOT) for each in range(4)]
    assert [process.wait(60) for process in running] == [0] * len(running)
    assert len(set(Recent(file).files())) == 4 * 5


def test_a_lock_that_nobody_leaves_does_not_stop_the_program(file: Path) -> None:
    import fcntl

    file.parent.mkdir(parents=True)
    descriptor = os.open(file.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        Recent(file).add(Path("/a"))
    finally:
        os.close(descriptor)
    assert Recent(file).files() == (Path("/a"),)


@needs_root
def test_root_writes_nothing_into_the_home_of_somebody_else(file: Path, home: Path) -> None:
    os.chown(home, NOBODY, NOBODY)
    Recent(file).add(Path("/a"))
    assert list(home.iterdir()) == []


@needs_root
def test_through_sudo_the_files_are_those_of_the_caller(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("XDG_STATE_HOME")
    caller = next((each for each in pwd.getpwall() if each.pw_uid and Path(each.pw_dir).is_absolute()), None)
    if caller is None:
        pytest.skip("there is no other user")
    monkeypatch.setenv("SUDO_UID", str(caller.pw_uid))
    config, state = config_file(), recent_file()
    assert config is not None
    assert config.is_relative_to(caller.pw_dir)
    assert state is not None
    assert state.is_relative_to(caller.pw_dir)


@needs_root
def test_through_sudo_what_is_written_belongs_to_the_caller(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:  # pytest's own only root may enter
        Path(folder).chmod(0o777)
        monkeypatch.setenv("SUDO_UID", str(NOBODY))
        file = Path(folder) / "tcpscope" / "recent.json"
        Recent(file).add(Path("/a"))
        assert (file.stat().st_uid, file.parent.stat().st_uid) == (NOBODY, NOBODY)
        assert Recent(file).files() == (Path("/a"),)
    assert os.geteuid() == 0


def test_columns_that_were_chosen_are_remembered_with_all_that_was_changed(file: Path) -> None:
    columns = (
        replace(column_of("tcp.window_size"), title="W", width=9, fixed=True, form="number"),
        column_of("info"),
    )
    Recent(file).keep(Choices(columns=columns))
    assert Recent(file).choices().columns == columns
    Recent(file).keep(Choices())
    assert Recent(file).choices().columns is None


def test_columns_of_a_field_that_there_is_not_any_more_are_forgotten(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"theme": "light", "columns": ["no.such_field", "info"]}))
    assert Recent(file).choices() == Choices(theme="light")
