"""The table of link types."""

from __future__ import annotations

import pytest

from tui.capture.link_types import LINK_TYPES, link_type_description, link_type_name


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "LINKTYPE_NULL"),
        (1, "LINKTYPE_ETHERNET"),
        (9, "LINKTYPE_PPP"),
        (12, "LINKTYPE_RAW"),
        (14, "LINKTYPE_RAW"),
        (51, "LINKTYPE_PPP_ETHER"),
        (101, "LINKTYPE_RAW"),
        (108, "LINKTYPE_LOOP"),
        (109, "LINKTYPE_ENC"),
        (113, "LINKTYPE_LINUX_SLL"),
        (127, "LINKTYPE_IEEE802_11_RADIOTAP"),
        (147, "LINKTYPE_USER0"),
        (162, "LINKTYPE_USER15"),
        (228, "LINKTYPE_IPV4"),
        (229, "LINKTYPE_IPV6"),
        (239, "LINKTYPE_NFLOG"),
        (276, "LINKTYPE_LINUX_SLL2"),
        (999, "LINKTYPE_UNKNOWN (999)"),
    ],
)
def test_a_link_type_has_the_registrys_name(number: int, name: str) -> None:
    assert link_type_name(number) == name


def test_descriptions_are_wiresharks() -> None:
    assert link_type_description(276) == "Linux cooked-mode capture v2"
    assert link_type_description(999) == "Unknown link type 999"


def test_the_table_is_in_order_and_has_every_number_once() -> None:
    assert list(LINK_TYPES) == sorted(LINK_TYPES)
    assert all(link_type.number == number for number, link_type in LINK_TYPES.items())
