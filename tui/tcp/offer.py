"""What the ends offered each other in their SYNs, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

# Option kinds (IANA); experimental 254 carries Fast Open under the magic f989 (RFC 7413 §4.1.1, older
# drafts).
_MSS, _SCALE, _SACK, _TIMESTAMPS, _MD5, _AO, _MPTCP, _FAST_OPEN = 2, 3, 4, 8, 19, 29, 30, 34
_EXPERIMENT, _FAST_OPEN_MAGIC = 254, bytes.fromhex("f989")


class Offer(Struct, frozen=True):
    """The options of one SYN or SYN-ACK.

    `names` are those that both ends must have to be used, by their short names.
    """

    mss: int | None
    scale: int | None
    names: frozenset[str]

    @classmethod
    def read(cls, options: Mapping[int, bytes]) -> Offer:
        """From the options' values by kind, of any length."""
        mss, scale = options.get(_MSS, b""), options.get(_SCALE, b"")
        names = {name for kind, name in _NAMES.items() if kind in options}
        if options.get(_EXPERIMENT, b"").startswith(_FAST_OPEN_MAGIC):
            names.add("fast open")
        return cls(
            mss=int.from_bytes(mss, "big") if len(mss) == 2 else None,
            scale=scale[0] if len(scale) == 1 else None,
            names=frozenset(names),
        )


_NAMES = {
    _SACK: "sack",
    _TIMESTAMPS: "timestamps",
    _MD5: "md5",
    _AO: "ao",
    _MPTCP: "mptcp",
    _FAST_OPEN: "fast open",
}


def negotiated(client: Offer | None, server: Offer | None) -> tuple[str, ...]:
    """What was agreed, and what one end offered and the other did not take, a few words each.

    The client's numbers first.
    """
    if client is None or server is None:
        return ()
    words = [f"mss {client.mss or '-'}/{server.mss or '-'}"]
    if client.scale is not None and server.scale is not None:
        words.append(f"wscale {client.scale}/{server.scale}")
    elif client.scale is not None:
        words.append("wscale not taken")
    words += [name for name in sorted(client.names) if name in server.names]
    words += [f"{name} not taken" for name in sorted(client.names - server.names)]
    return tuple(words)
