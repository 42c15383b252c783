"""The field table: names, types, and where values come from."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tui.errors import UsageError
from tui.filter.fields import FIELDS, Type, find
from tui.filter.protocols import PROTOCOLS

TSHARK_TYPES = {
    "FT_IPv4": {Type.IPV4},
    "FT_IPv6": {Type.IPV6},
    "FT_ETHER": {Type.ETHER},
    "FT_BYTES": {Type.BYTES},
    "FT_STRING": {Type.STRING},
    "FT_BOOLEAN": {Type.BOOL},
    "FT_NONE": {Type.NONE},
    "FT_ABSOLUTE_TIME": {Type.TIME},
    "FT_RELATIVE_TIME": {Type.DURATION},
}
# Layers far from TCP, whose names nobody has held against tshark, the packet list, and the verdicts.
OURS = {
    name
    for name in FIELDS
    if name.split(".")[0]
    in {"enc", "nflog", "radiotap", "wlan", "mip6", "ah", "geneve", "gtp", "vxlan", "_ws", "tcpscope", "zeek"}
}


@pytest.fixture(scope="module")
def tshark_fields() -> dict[str, tuple[str, str]]:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    done = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {row[2]: (row[3], row[5]) for row in rows if row[0] == "F"}


def test_a_name_is_the_key_of_its_own_field() -> None:
    assert all(name == field.name for name, field in FIELDS.items())


def test_there_is_exactly_one_way_to_get_a_field() -> None:
    for field in FIELDS.values():
        assert (field.column is None) != (field.values is None), field.name


def test_every_flag_of_tcp_is_a_boolean_in_the_columns() -> None:
    for name in ("res", "ae", "cwr", "ece", "urg", "ack", "push", "reset", "syn", "fin"):
        field = find(f"tcp.flags.{name}")
        assert field.type is Type.BOOL
        assert field.column is not None


def test_an_unknown_name_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(UsageError) as refused:
        find("tcp.scrport")
    assert "tcp.scrport" in refused.value.message
    assert "tcp.srcport" in refused.value.hint


def test_a_name_like_no_other_is_refused_with_an_example() -> None:
    with pytest.raises(UsageError) as refused:
        find("?" * 40)
    assert "tcp.srcport" in refused.value.hint


def test_tshark_has_every_name(tshark_fields: dict[str, tuple[str, str]]) -> None:
    assert sorted(FIELDS.keys() - OURS - tshark_fields.keys()) == []


def test_types_are_those_of_tshark(tshark_fields: dict[str, tuple[str, str]]) -> None:
    for name in FIELDS.keys() - OURS:
        kind, base = tshark_fields[name]
        numbers = {Type.HEX} if base.startswith("BASE_HEX") else {Type.UINT, Type.INT}
        assert FIELDS[name].type in TSHARK_TYPES.get(kind, numbers), name


def test_integers_are_as_wide_as_those_of_tshark(tshark_fields: dict[str, tuple[str, str]]) -> None:
    widths = {f"FT_{sign}{bits}": bits for sign in ("UINT", "INT") for bits in (8, 16, 24, 32, 64)}
    named = {name: tshark_fields[name][0] for name in FIELDS.keys() - OURS}
    wrong = {
        name: (FIELDS[name].bits, kind)
        for name, kind in named.items()
        if FIELDS[name].bits != widths.get(kind, FIELDS[name].bits)
    }
    assert wrong == {}


def test_protocols_have_the_names_that_tshark_has() -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    done = subprocess.run(["tshark", "-G", "protocols"], capture_output=True, text=True, check=True)
    names = {line.split("\t")[2] for line in done.stdout.splitlines()}
    assert sorted(PROTOCOLS.keys() - names) == []
