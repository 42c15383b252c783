"""The SSH connection that the user sits in is left out, wherever sshd's words about it have got to."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hosts import TRAFFIC, capturing, two_hosts

from tui.capture.live.own_session import exclusion_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hosts import Host

LEFT_OUT = "not (tcp and host 192.0.2.7 and port 5555 and host 192.0.2.1 and port 22)"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SSH_CONNECTION", "192.0.2.7 5555 192.0.2.1 22", LEFT_OUT),
        (
            "SSH_CONNECTION",
            "fe80::7%eth0 5555 fe80::1%eth0 2222",
            "not (tcp and host fe80::7 and port 5555 and host fe80::1 and port 2222)",
        ),
        ("SSH_CLIENT", "192.0.2.7 5555 22", "not (tcp and host 192.0.2.7 and port 5555 and port 22)"),
    ],
)
def test_sshds_words_become_a_filter(name: str, value: str, expected: str) -> None:
    assert exclusion_of({name: value}) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "192.0.2.7 5555",
        "x) or (y 1 192.0.2.1 22",
        "192.0.2.7 port 192.0.2.1 22",
        "192.0.2.7 99999 ::1 22",
        "a b c d",
    ],
)
def test_whatever_else_stands_there_never_becomes_a_filter(value: str) -> None:
    assert exclusion_of({"SSH_CONNECTION": value}) == ""


def test_it_is_found_in_the_parents_where_sudo_took_it_away() -> None:
    code = (
        "import os, subprocess, sys;"
        "child = 'from tui.capture.live.own_session import exclusion; print(exclusion())';"
        "clean = {name: value for name, value in os.environ.items() if name != 'SSH_CONNECTION'};"
        "subprocess.run([sys.executable, '-c', child], env=clean)"
    )
    assert _in_a_child(code, "192.0.2.7 5555 192.0.2.1 22") == LEFT_OUT


def _in_a_child(code: str, connection: str) -> str:
    environment = os.environ | {"SSH_CONNECTION": connection}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", LEFT_OUT),
        ("udp", f"({LEFT_OUT}) and (udp)"),
        ("vlan 5", f"({LEFT_OUT}) and (vlan 5)"),
        ("tcp port 22", "tcp port 22"),
        ("port ssh", "port ssh"),
        ("host 10.0.0.22", f"({LEFT_OUT}) and (host 10.0.0.22)"),
        ("tcp port 2222", f"({LEFT_OUT}) and (tcp port 2222)"),
    ],
)
def test_it_joins_the_users_filter_unless_that_asks_for_ssh(wanted: str, expected: str) -> None:
    assert joined(wanted, LEFT_OUT) == expected


def test_without_a_session_the_users_filter_stays() -> None:
    assert joined("udp", "") == "udp"


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    with two_hosts() as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("included", [False, True])
def test_its_packets_are_not_captured(hosts: tuple[Host, Host], included: bool) -> None:
    """UDP and other TCP connections are."""
    near, far = hosts
    option = ["--include-ssh"] if included else []
    connection = f"{near.address} 40022 {far.address} 2222"
    with far.start(sys.executable, TRAFFIC, "serve", far.address, "2222") as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline() == "2222\n"
        printed = ("-T", "fields", "-e", "tcp.dstport", "ip and not icmp")
        with capturing(
            far, "-i", "far0", *option, *printed, environment={"SSH_CONNECTION": connection}
        ) as capture:
            assert ("without your own SSH connection" in capture.said) is not included
            near.run(sys.executable, TRAFFIC, "talk", far.address, "2222", "40022")
            near.conversation(far, far.address)
            capture.end(2)
    ports = capture.out.split()
    assert ("2222" in ports) is included
    assert len(ports) > 5
