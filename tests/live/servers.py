"""The programs behind the captures as servers: real sockets must give the same verdicts."""

from __future__ import annotations

from conversations import OPEN, Conversation
from player import Step

from tui.tcp.story import Closing

ASK = Step("client sends, server answers data", "ESTABLISHED ESTABLISHED")
GET = b"get"

# An end's own ACK would leave alone, 40 ms after a FIN, if its program were late to close; where ACK and FIN
# are to go as one, bare ACKs are lost so long.
SERVERS: dict[str, Conversation] = {
    "echo server, killed": Conversation(
        (OPEN, ASK, Step("server dies", "CLOSE_WAIT FIN_WAIT_2")),
        closing=Closing.ONE_SIDE,
        program="echo",
        says=("server closed first", "client acknowledged it", "but has not closed"),
    ),
    "daytime server": Conversation(
        (
            OPEN,
            Step("server goes-on, server answers data", "ESTABLISHED ESTABLISHED"),
            Step("client loses ACK, server goes-on", "CLOSE_WAIT FIN_WAIT_1"),
            Step("client closes, client clears", "CLOSED TIME_WAIT"),
        ),
        closing=Closing.THREE_WAY,
        program="daytime",
        says=("server closed first", "client's ACK and FIN went as one"),
    ),
    "a process for each client": Conversation(
        (OPEN, ASK, Step("server loses ACK, client closes", "TIME_WAIT CLOSED")),
        closing=Closing.THREE_WAY,
        program="fork",
        says=("client closed first", "server's ACK and FIN went as one"),
    ),
    "get, 200 ok": Conversation(
        (
            OPEN,
            Step("client loses ACK, client sends", "CLOSE_WAIT FIN_WAIT_1"),
            Step("client closes, client clears", "CLOSED TIME_WAIT"),
        ),
        closing=Closing.THREE_WAY,
        program="reply",
        text=GET,
        says=("server closed first", "Three segments, not four", "client's ACK and FIN went as one"),
    ),
    "get, 200 ok, the server pauses before it closes": Conversation(
        (
            OPEN,
            ASK,
            Step("client closes", "FIN_WAIT_2 CLOSE_WAIT"),
            Step("server goes-on", "TIME_WAIT CLOSED"),
        ),
        closing=Closing.FOUR_WAY,
        program="reply-and-pause",
        text=GET,
        says=("client closed first", "Four segments"),
    ),
    "HTTP endpoint": Conversation(
        (OPEN, ASK, Step("server loses ACK, client closes", "TIME_WAIT CLOSED")),
        closing=Closing.THREE_WAY,
        program="http",
        text=b"GET / HTTP/1.1\r\nHost: server\r\n\r\n",
        says=("client closed first", "server's ACK and FIN went as one"),
    ),
}
