"""THE protocols: names that stand for a packet having such a header, and for the header's bytes.

Invariant: names are Wireshark's. The value of a protocol is what Wireshark's is: its header and all that the
header carries, of which slices and len() see the declared part only (which for some is the whole).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.decode.headers import HEADERS
from tui.decode.tcp_options import OPTIONS
from tui.filter import occurrences
from tui.filter.field import Effort, Field, Type
from tui.filter.payloads import CANDIDATES, NAMES, payloads
from tui.index.schema import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui.filter.chunk import Chunk, Header
    from tui.filter.field import Values

FRAME = "frame"
# Whose declared part goes on to the end of what they carry.
_WHOLE = frozenset({FRAME, "tcp", "icmp", "icmpv6", "gtp"})
_LINKS = frozenset(
    {"eth", "vlan", "mpls", "pppoes", "ppp", "sll", "null", "llc", "radiotap", "wlan", "nflog", "enc"}
)
_HEADER_NAMES = ("", *(HEADERS[layer].name if layer in HEADERS else "" for layer in Layer))


def protocol_name(header: Header) -> str:
    """Wireshark's name of a header; "" of what is none."""
    return _HEADER_NAMES[header.layer]


def ordinals(headers: Sequence[Header]) -> Iterator[tuple[Header, int, int]]:
    """Each header with its number among those of its protocol, counted from 1, and how many those are.

    What a header carries goes with it. Wireshark takes a stack of MPLS labels for one header.
    """
    names = [protocol_name(header) for header in headers]
    first = [name for before, name in pairwise(["", *names]) if name and not name == before == "mpls"]
    totals, seen = Counter(first), Counter[str]()
    carrier, before = "", ""
    for header, name in zip(headers, names, strict=True):
        if name:
            carrier = name
            if not name == before == "mpls":
                seen[name] += 1
        before = name
        yield header, seen[carrier], totals[carrier]


def _ends(headers: Sequence[Header]) -> Iterator[tuple[Header, int]]:
    """Each header with the end of what it carries: a link header carries the trailer too."""
    for place, header in enumerate(headers):
        name = protocol_name(header)
        if not name:
            continue
        inside = [other for other in headers[place:] if other.data is header.data]
        if name not in _LINKS:
            inside = [other for other in inside if other.layer != Layer.TRAILER]
        yield header, max(other.end for other in inside)


def _of_header(name: str, declared: bool) -> Callable[[Chunk], Values]:
    def values(chunk: Chunk) -> Values:
        whole = not declared or name in _WHOLE
        return [
            tuple(
                header.data[header.start : end if whole else header.end]
                for header, end in _ends(headers)
                if protocol_name(header) == name
            )
            for headers in chunk.headers
        ]

    return values


def _frame(chunk: Chunk) -> Values:
    frames = chunk.frames
    return [(frames.frame(index),) for index in range(len(chunk))]


def _payload(name: str) -> Callable[[Chunk], Values]:
    def values(chunk: Chunk) -> Values:
        return [
            tuple(payload.message for payload in payloads(headers) if payload.protocol == name)
            for headers in chunk.headers
        ]

    return values


def _protocol(
    name: str, label: str, values: Callable[[Chunk], Values], effort: Effort = Effort.HEADERS
) -> Field:
    return Field(name, label, Type.PROTOCOL, values=values, effort=effort, verbatim=True)


def _options() -> Iterator[Field]:
    """TCP's options, which Wireshark counts among the protocols."""
    kinds: dict[str, set[int]] = {}
    for kind, option in OPTIONS.items():
        kinds.setdefault(option.name, set()).add(kind)
    for name, numbers in kinds.items():
        label = f"TCP Option - {OPTIONS[min(numbers)].title}"
        yield _protocol(name, label, occurrences.whole_options(frozenset(numbers)))


def _table(declared: bool) -> dict[str, Field]:
    titles = {header.name: header.title for header in reversed(list(HEADERS.values()))}
    fields = [_protocol(name, title, _of_header(name, declared)) for name, title in titles.items()]
    fields += [
        replace(_protocol(name, title, _payload(name)), candidates=CANDIDATES.get(name))
        for name, title in NAMES.items()
    ]
    fields += _options()
    fields.append(_protocol(FRAME, "Frame", _frame, Effort.BYTES))
    return {field.name: field for field in fields}


PROTOCOLS: Mapping[str, Field] = _table(declared=False)
DECLARED: Mapping[str, Field] = _table(declared=True)
"""The same with the declared part as the value."""
