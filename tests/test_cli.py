"""The command line: what is printed where, and the exit code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tui.cli import main

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "tui"]


def run(*arguments: str | Path, data: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=data,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def refusal(*arguments: str | Path, data: bytes = b"") -> tuple[int, str]:
    """The exit code and the one line on stderr of a command that prints nothing on stdout."""
    done = run(*arguments, data=data)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("tcpscope: ")
    return done.returncode, lines[0]


@pytest.fixture
def capture(captures: Path) -> Path:
    return captures / "three-way-close.pcap"


def test_where_stdout_is_no_terminal_the_packet_list_is_printed(capture: Path) -> None:
    done = run(capture)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("-T", "text", "-r", capture).stdout
    assert len(done.stdout.splitlines()) == 10


def test_fields_are_printed_as_tshark_prints_them(capture: Path) -> None:
    done = run("-n", "-r", capture, "-T", "fields", "-e", "frame.number", "-e", "tcp.flags", "-c", "2")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\t0x0002\n2\t0x0012\n", "")


def test_json_is_json(capture: Path) -> None:
    assert len(json.loads(run("-T", "json", "-c", "3", capture).stdout)) == 3


def test_standard_input_is_a_capture_too(capture: Path) -> None:
    done = run("-q", "-", data=capture.read_bytes())
    assert done.returncode == 0
    assert "standard input (pcap" in done.stdout
    assert "Packets:     10\n" in done.stdout


def test_several_files_are_merged_by_time(captures: Path) -> None:
    done = run(
        *sorted(captures.glob("*-close.pcap")), "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.number"
    )
    times = [float(line.split("\t")[0]) for line in done.stdout.splitlines()]
    assert len(times) > 20
    assert times == sorted(times)


def test_what_stands_before_a_damage_is_printed_and_then_the_damage_is_told(
    capture: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(capture.read_bytes()[:-1])
    done = run("-T", "fields", "-e", "frame.number", cut)
    assert done.returncode == 1
    assert done.stdout.split() == [str(number) for number in range(1, 10)]
    assert done.stderr.startswith(f"tcpscope: {cut}: cut short after packet 9 at byte ")


def test_without_arguments_it_says_what_to_do() -> None:
    code, line = refusal()
    assert code == 2
    assert "tcpscope FILE" in line
    assert "--help" in line


@pytest.mark.parametrize("option", ["-Y", "-z", "--unknown"])
def test_an_option_that_does_not_exist_is_refused_not_ignored(option: str, capture: Path) -> None:
    code, line = refusal("-r", capture, option)
    assert code == 2
    assert option in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-T", "fields"], "-e FIELD"),
        (["-T", "fields", "-e", "tcp.scrport"], "tcp.srcport"),
        (["-T", "fields", "-e", "tcp.seq", "-E", "quote=x"], "quote"),
        (["-e", "tcp.seq"], "-T fields"),
        (["-e", "tcp.seq", "--connections", "-T", "json"], "of each packet"),
        (["-E", "header=y", "-T", "json"], "-T fields"),
        (["-T", "json", "-e", "tcpscope.client.stat"], "tcpscope.client.state"),
        (["--fail-on", "refusd"], "refused"),
        (["-T", "pdml"], "pdml"),
        (["-q", "-T", "text"], "choose one"),
        (["-c", "0"], "-c"),
        (["-c", "many"], "many"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(arguments: list[str], said: str, capture: Path) -> None:
    code, line = refusal("-r", capture, *arguments)
    assert code == 2
    assert said in line


def test_a_missing_file_a_directory_and_no_capture_are_one_line_each(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("these are only notes, and no capture at all\n")
    empty = tmp_path / "empty"
    empty.touch()
    for name in (tmp_path / "missing.pcap", tmp_path, text, empty):
        code, line = refusal(name)
        assert code == 1
        assert str(name) in line


def test_a_file_that_may_not_be_read_is_exit_code_3(
    capture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Root may read everything, so the refusal itself is played.
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert main(["-q", str(capture)]) == 3
    assert capsys.readouterr() == ("", f"tcpscope: {capture}: no permission to read it\n")


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    _, line = refusal(tmp_path / "\x1b[2Jmissing.pcap")
    assert line.isprintable()


def test_a_reader_that_has_seen_enough_is_no_error(capture: Path, tmp_path: Path) -> None:
    data = capture.read_bytes()
    long = tmp_path / "long.pcap"
    long.write_bytes(data[:24] + data[24:] * 2000)
    command = " ".join(["PYTHONPATH=" + str(ROOT), *COMMAND, "-T", "fields", "-e", "ip.src", str(long)])
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"], capture_output=True, timeout=60
    )
    assert done.stdout == b"172.16.196.142\n"
    assert done.stderr == b""
    assert done.returncode == 141


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_without_a_cursor_is_refused_and_told_how_to_print(term: str, capture: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": term}
    done = subprocess.run(
        [*COMMAND, str(capture)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, timeout=60
    )
    os.close(theirs)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == 2
    assert said.startswith("tcpscope: the screen needs a terminal")
    assert "-T text" in said
    assert said.count("\n") == 1


def test_the_screen_is_not_drawn_into_a_file(capture: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    done = subprocess.run(
        [*COMMAND, str(capture)],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment,
        timeout=60,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"stderr" in done.stderr


def test_an_output_that_cannot_be_written_is_told_in_one_line(capture: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full")
    with full.open("wb") as output:
        done = subprocess.run(
            [*COMMAND, "-q", str(capture)],
            stdout=output,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"tcpscope: the output could not be written: ")
    assert done.stderr.count(b"\n") == 1


def test_the_output_is_utf_8_whatever_the_locale(capture: Path) -> None:
    assert "41334 → 60000" in run("-T", "text", capture, LC_ALL="C", PYTHONIOENCODING="latin-1").stdout


def test_help_and_version_go_to_stdout() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert "-T fields" in shown.stdout
    assert "exit status" in shown.stdout
    for option in ("-V", "--version"):
        assert run(option).stdout.startswith("tcpscope ")


@pytest.mark.parametrize(
    "arguments", [["-q"], ["-T", "fields", "-e", "tcp.seq", "-e", "tcp.options.sack_le", "-e", "ip.src"]]
)
def test_printing_imports_neither_the_screen_nor_scapy(arguments: list[str], capture: Path) -> None:
    script = (
        "import sys; from tui.cli import main; main(sys.argv[1:]); "
        "heavy = {name.split('.')[0] for name in sys.modules} & {'textual', 'rich', 'scapy'}; "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, str(capture)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stderr.strip() == ""


def test_a_growing_file_is_followed_until_interrupted(capture: Path, tmp_path: Path) -> None:
    data = capture.read_bytes()
    growing = tmp_path / "growing.pcap"
    growing.write_bytes(data[: 24 + 16 + 74])
    command = [*COMMAND, "--follow", "-T", "fields", "-e", "frame.number", str(growing)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        growing.write_bytes(data)
        assert [process.stdout.readline() for _ in range(9)] == [b"%d\n" % number for number in range(2, 11)]
        process.send_signal(2)
        _, narration = process.communicate(timeout=30)
    assert process.returncode == 130
    assert narration == b""


def frames(path: Path) -> str:
    return run("-T", "fields", "-e", "frame.time_epoch", "-e", "tcp.seq_raw", "-r", path).stdout


def test_what_is_read_and_passes_the_filter_is_saved(capture: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.pcapng.gz"
    done = run("-r", capture, "-Y", "tcp.flags.syn == 1", "-w", saved)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert saved.read_bytes()[:2] == b"\x1f\x8b"
    assert frames(saved) == "".join(frames(capture).splitlines(keepends=True)[:2])


@pytest.mark.parametrize(
    ("name", "options", "magic"),
    [
        ("x", (), "0a0d0d0a"),
        ("x.pcapng", (), "0a0d0d0a"),
        ("x.pcap", (), "d4c3b2a1"),
        ("x", ("-F", "pcap"), "d4c3b2a1"),
        ("x.pcap", ("-F", "pcapng"), "0a0d0d0a"),
    ],
)
def test_the_name_or_an_option_says_in_which_format(
    capture: Path, tmp_path: Path, name: str, options: tuple[str, ...], magic: str
) -> None:
    saved = tmp_path / name
    assert run(capture, "-w", saved, *options).returncode == 0
    assert saved.read_bytes()[:4].hex() == magic
    assert frames(saved) == frames(capture)


def test_packets_are_saved_to_standard_output(capture: Path, tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "-r", capture, "-F", "pcap", "-w", "-"], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    (tmp_path / "x").write_bytes(done.stdout)
    assert frames(tmp_path / "x") == frames(capture)


def test_without_anybody_to_ask_no_file_is_written_over(capture: Path, tmp_path: Path) -> None:
    saved = tmp_path / "x.pcapng"
    saved.write_bytes(b"mine")
    status, line = refusal("-r", capture, "-w", saved)
    assert status == 2
    assert "is there already" in line
    assert saved.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-w", "x", "-q"), "-w saves packets, and -T, -q and the like print"),
        (("-w", "x", "-T", "text"), "-w saves packets"),
        (("-w", "x", "--follow"), "--follow waits for more"),
        (("-F", "pcap", "-q"), "-F chooses the format in which -w saves"),
        (("-w", "no/such/folder/x"), "there is no folder"),
    ],
)
def test_what_cannot_be_saved_is_refused(capture: Path, arguments: tuple[str, ...], words: str) -> None:
    _, line = refusal("-r", capture, *arguments)
    assert words in line


def test_a_damaged_capture_is_saved_up_to_its_damage(capture: Path, tmp_path: Path) -> None:
    cut, saved = tmp_path / "cut.pcap", tmp_path / "saved.pcapng"
    cut.write_bytes(capture.read_bytes()[:-5])
    status, line = refusal("-r", cut, "-w", saved)
    assert status == 1
    assert "cut short after packet 9" in line
    assert len(frames(saved).splitlines()) == 9
