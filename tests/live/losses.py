"""Conversations of which something is lost, held against the kernel.

What is lost before the observer was never seen. What a firewall drops behind the observer is presumed
delivered, until what is sent again proves that it was not.
"""

from __future__ import annotations

from conversations import TALK, Conversation
from player import Step

from tui.tcp.story import Closing, Opening

# Then nothing refutes the presumption, and it stands.
LIKE_LOST_ACKS = "ACKs that were lost before the observer would look the same"

LOSSES: dict[str, Conversation] = {
    "reset that is lost, found out by the next data": Conversation(
        (
            *TALK,
            Step(
                "server loses RST, server aborts",
                "ESTABLISHED CLOSED",
                live="ESTABLISHED ESTABLISHED",
                file="ESTABLISHED ESTABLISHED",
                because="nothing of the reset was on the wire",
            ),
            Step("server clears, client sends", "CLOSED CLOSED"),
        ),
        closing=Closing.RESET,
    ),
    "SYN dropped by nftables, no answer": Conversation(
        (
            Step("server drops SYN, client connects", "SYN_SENT CLOSED"),
            Step("client resends SYN", "SYN_SENT CLOSED"),
        ),
        opening=Opening.UNANSWERED,
        closing=Closing.NEVER_OPEN,
    ),
    "SYN dropped by nftables, the next one not": Conversation(
        (
            Step(
                "server drops SYN, client connects",
                "SYN_SENT CLOSED",
                file="SYN_SENT SYN_RCVD",
                because="a SYN-ACK that was lost before the observer would look the same",
            ),
            Step("server admits", "ESTABLISHED ESTABLISHED"),
        ),
        says=("with 2 SYNs",),
    ),
    "SYN lost before the observer": Conversation(
        (
            Step(
                "client loses SYN, client connects",
                "SYN_SENT CLOSED",
                live="CLOSED CLOSED",
                file="CLOSED CLOSED",
                because="nothing was on the wire",
            ),
            Step("client clears", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "SYN-ACK lost before the observer": Conversation(
        (
            Step(
                "server loses SYN-ACK, client connects",
                "SYN_SENT SYN_RCVD",
                live="SYN_SENT CLOSED",
                because="nothing shows yet that the SYN arrived",
            ),
            Step("server clears", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "SYN-ACK dropped by the client's firewall": Conversation(
        (
            Step(
                "client drops SYN-ACK, client connects",
                "SYN_SENT SYN_RCVD",
                live="ESTABLISHED SYN_RCVD",
                because="presumed delivered until the SYN comes again",
            ),
            Step("server loses SYN-ACK, client resends SYN", "SYN_SENT SYN_RCVD"),
            Step("client admits, server clears", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "third ACK lost before the observer": Conversation(
        (
            Step("client loses ACK, client connects", "ESTABLISHED SYN_RCVD"),
            Step("client clears, client sends", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "third ACK dropped by the server's firewall": Conversation(
        (
            Step(
                "server drops ACK, client connects",
                "ESTABLISHED SYN_RCVD",
                live="ESTABLISHED ESTABLISHED",
                because="presumed delivered until the SYN-ACK comes again",
            ),
            Step("client holds ACK, server resends SYN-ACK", "ESTABLISHED SYN_RCVD"),
            Step("server admits, client clears", "ESTABLISHED ESTABLISHED"),
        ),
    ),
    "FIN lost before the observer, and resent": Conversation(
        (
            *TALK,
            Step(
                "client loses FIN, client closes",
                "FIN_WAIT_1 ESTABLISHED",
                live="ESTABLISHED ESTABLISHED",
                file="ESTABLISHED ESTABLISHED",
                because="nothing of the FIN was on the wire",
            ),
            Step("client clears", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server closes", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
    ),
    "FIN dropped by the server's firewall, and resent": Conversation(
        (
            *TALK,
            Step(
                "server drops FIN, client closes",
                "FIN_WAIT_1 ESTABLISHED",
                live="FIN_WAIT_1 CLOSE_WAIT",
                file="FIN_WAIT_1 CLOSE_WAIT",
                because=LIKE_LOST_ACKS,
            ),
            Step(
                "client resends FIN",
                "FIN_WAIT_1 ESTABLISHED",
                live="FIN_WAIT_1 CLOSE_WAIT",
                file="FIN_WAIT_1 CLOSE_WAIT",
                because=LIKE_LOST_ACKS,
            ),
            Step("server admits", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server closes", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
        says=("A FIN was sent again",),
    ),
    "final ACK lost before the observer": Conversation(
        (
            *TALK,
            Step("client closes", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("client loses ACK, server closes", "TIME_WAIT LAST_ACK"),
            Step("server resends FIN", "TIME_WAIT LAST_ACK"),
            Step("client clears", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
    ),
    "final ACK dropped by the server's firewall": Conversation(
        (
            *TALK,
            Step("client closes", "FIN_WAIT_2 CLOSE_WAIT"),
            Step(
                "server drops ACK, server closes",
                "TIME_WAIT LAST_ACK",
                live="TIME_WAIT CLOSED",
                because="presumed delivered until the FIN comes again",
            ),
            Step("client holds ACK, server resends FIN", "TIME_WAIT LAST_ACK"),
            Step("server admits, client clears", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
    ),
    "FINs that cross, one of them dropped": Conversation(
        (
            *TALK,
            Step(
                "client drops FIN, client closes, server closes",
                "FIN_WAIT_2 CLOSING",
                live="TIME_WAIT CLOSING",
                file="TIME_WAIT CLOSING",
                because=LIKE_LOST_ACKS,
            ),
            Step(
                "server resends FIN",
                "FIN_WAIT_2 CLOSING",
                live="TIME_WAIT CLOSING",
                file="TIME_WAIT CLOSING",
                because=LIKE_LOST_ACKS,
            ),
            Step("client admits", "TIME_WAIT TIME_WAIT"),
        ),
        closing=Closing.SIMULTANEOUS,
    ),
    "FIN that comes again and crosses its ACK": Conversation(
        (
            *TALK,
            Step("client loses ACK, server closes", "CLOSE_WAIT FIN_WAIT_1"),
            Step("server holds FIN, server waits", "CLOSE_WAIT FIN_WAIT_1"),
            Step("client closes, client clears, server clears", "CLOSED TIME_WAIT", quick=True),
        ),
        closing=Closing.THREE_WAY,
        says=("client's ACK and FIN went as one", "A FIN was sent again"),
    ),
}
