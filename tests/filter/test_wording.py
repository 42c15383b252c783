"""Fields become conditions that their own packet passes, and conditions are joined as they are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from viewing import opened

from tui.decode.nodes import Node, walk
from tui.errors import UsageError
from tui.filter.fields import FIELDS
from tui.filter.language import compile_filter
from tui.filter.wording import Joint, condition, conversation, joined

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["three-way-close", "http-get", "header-fields", "fast-retransmit"])
def test_a_packet_passes_the_condition_of_each_of_its_fields(captures: Path, name: str) -> None:
    known = 0
    with opened(captures / f"{name}.pcap") as view:
        for row in range(len(view.capture.packets)):
            for node in walk(view.means.nodes(row)):
                if node.name in FIELDS and not FIELDS[node.name].of_displayed:
                    text = condition(node)
                    known += 1
                    assert compile_filter(text).run(view, row, row + 1).all(), text
    assert known > 50


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Node("tcp", "", 0, 0), "tcp"),
        (Node("tcp.analysis.retransmission", "", 0, 0, value=1), "tcp.analysis.retransmission"),
        (Node("tcp.dstport", "", 0, 0, value=443), "tcp.dstport == 443"),
        (Node("tcp.flags", "", 0, 0, value=2), "tcp.flags == 0x2"),
        (Node("ip.src", "", 0, 0, value="10.0.0.1"), "ip.src == 10.0.0.1"),
        (Node("tcp.payload", "", 0, 0, value=b"GET"), "tcp.payload == 47:45:54"),
        (Node("tcp.payload", "", 0, 0, value=b"G"), r'tcp.payload == "\x47"'),
        (Node("tcp.time_delta", "", 0, 0, value=-1_500_000_000), "tcp.time_delta == -1.500000000"),
        (Node("frame.protocols", "", 0, 0, value='a"b'), r'frame.protocols == "a\"b"'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_is_written_as_its_type_asks(node: Node, text: str) -> None:
    assert condition(node) == text


def test_a_line_that_is_no_field_is_refused() -> None:
    with pytest.raises(UsageError, match="without a field's name"):
        condition(Node("", "a heading", 0, 0))


def test_the_ends_of_a_packet_are_a_conversation() -> None:
    nodes = (Node("ip.src", "", 0, 0, value="10.0.0.1"), Node("ip.dst", "", 0, 0, value="10.0.0.2"))
    assert conversation(nodes) == "ip.addr == 10.0.0.1 and ip.addr == 10.0.0.2"
    with pytest.raises(UsageError):
        conversation(nodes[:1])


@pytest.mark.parametrize(
    ("before", "joint", "text"),
    [
        ("", Joint.AND_SELECTED, "udp"),
        ("", Joint.AND_NOT_SELECTED, "not (udp)"),
        ("tcp", Joint.SELECTED, "udp"),
        ("tcp", Joint.NOT_SELECTED, "not (udp)"),
        ("tcp", Joint.AND_SELECTED, "tcp and udp"),
        ("tcp || ip", Joint.AND_SELECTED, "(tcp || ip) and udp"),
        ("tcp or ip", Joint.OR_SELECTED, "tcp or ip or udp"),
        ('frame contains "or"', Joint.AND_NOT_SELECTED, 'frame contains "or" and not (udp)'),
    ],
)
def test_a_condition_is_joined_to_the_filter_before(before: str, joint: Joint, text: str) -> None:
    assert joined(before, joint, "udp") == text
    compile_filter(text)
