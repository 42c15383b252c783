"""Zeek's words for a connection: conn_state and history, as its conn.log has them.

Invariant: the words are those of Zeek 8, reading the same segments as one connection, without a look at
checksums or application protocols. So they differ from a conn.log where

* checksums are wrong: they are not verified here, as with `zeek -C`; there is no letter c;
* Zeek begins a connection anew where tcp.stream does not, by its timeouts (5 s after a close, 5 min idle…)
  and its own rule for ports used again;
* it stops looking, because a script or a limit says so (letter x).

Sources: scripts/base/protocols/conn/main.zeek (both words, their letters, function conn_state); TCP.cc and
TCPSessionAdapter.cc in src/packet_analysis/protocol/tcp (roles, history, states); TCP_Endpoint.h, .cc and
TCP_Reassembler.cc in src/analyzer/protocol/tcp (letters t, w, g); ScaledHistoryEntry and FlipRoles in
src/session/Session.h and src/Conn.cc; zeek/zeek#2191 (a flip at the second segment).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from tui.tcp.zeek_words import spell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.index.grouping import Grouping
    from tui.index.table import Packets

# The kernel knows them by number; the first stands for a connection that only ICMP errors quote.
CONN_STATES = (
    "",
    "S0",  # a SYN that nobody answers
    "S1",  # established, not closed
    "SF",  # established and closed
    "REJ",  # the SYN is refused with RST
    "S2",  # only the originator closed
    "S3",  # only the responder closed
    "RSTO",  # established, reset by the originator
    "RSTR",  # reset by the responder
    "RSTOS0",  # the originator sent SYN, then RST; no SYN-ACK was seen
    "RSTRH",  # the responder sent SYN-ACK, then RST; no SYN was seen
    "SH",  # the originator sent SYN, then FIN; no SYN-ACK was seen
    "SHR",  # the responder sent SYN-ACK, then FIN; no SYN was seen
    "OTH",  # no SYN was seen, or all else
)

# likely_server_ports: the TCP ports that the scripts in Zeek's scripts/base/protocols add to it. Of a
# connection whose SYN is missing, the end with such a port is taken for the responder.
LIKELY_SERVER_PORTS = frozenset(
    {
        *(21, 2811),  # ftp
        22,  # ssh
        *(25, 587),  # smtp
        53,  # dns
        79,  # finger
        *(80, 81, 631, 1080, 3128, 8000, 8080, 8888),  # http, socks
        88,  # krb
        135,  # dce-rpc
        *(139, 445),  # smb
        143,  # imap
        *(389, 3268),  # ldap
        *(443, 563, 585, 614, 636, 989, 990, 992, 993, 995, 5223),  # ssl
        502,  # modbus
        1883,  # mqtt
        3389,  # rdp
        *(5222, 5269),  # xmpp
        5432,  # postgresql
        6379,  # redis
        *range(6666, 6670),  # irc
        20000,  # dnp3
    }
)


class Words(Struct, frozen=True):
    """One entry a connection: `states` are indices of CONN_STATES, `histories` ASCII, at most 64 letters.

    The letters, upper case for the originator: S SYN, H SYN-ACK, A pure ACK, D payload, F FIN, R RST,
    I FIN with RST, Q SYN with FIN or RST, T payload sent again, W zero window, G a gap in the payload;
    ^ originator and responder were exchanged. A, D, I and Q are said once in each direction; S, H, F and R
    again only with another number than before; T, W and G at the 1st, 10th, 100th… time.
    """

    states: NDArray[np.uint8]
    histories: NDArray[np.bytes_]


def words(packets: Packets, connections: NDArray[np.void], grouping: Grouping) -> Words:
    """Zeek's words for `connections` (schema.CONNECTION), whose packets are grouped by `grouping`."""
    likely = np.zeros(1 << 16, np.uint8)
    likely[list(LIKELY_SERVER_PORTS)] = 1
    states, letters = spell(packets, connections, grouping.order, grouping.starts, likely)
    return Words(states, letters.view(f"S{letters.shape[1]}").ravel())
