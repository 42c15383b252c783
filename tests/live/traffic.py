"""Traffic for tests of live capture; run as `traffic.py WHAT ARGUMENT…` on one of the hosts."""

from __future__ import annotations

import socket
import struct
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_REQUEST, _ANSWER = b"how are you?", b"fine, " * 300


def datagrams(address: str, count: str, size: str, pause: str) -> None:
    """Send `count` UDP datagrams of `size` bytes to port 9, `pause` seconds apart."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        for number in range(int(count)):
            sender.sendto(f"datagram {number} ".encode().ljust(int(size), b"."), (address, 9))
            time.sleep(float(pause))


def serve(address: str, port: str = "0") -> None:
    """Answer one client; print the port first, which is any free one if none is given."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, int(port)), family=family) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        with listener.accept()[0] as connection:
            connection.recv(100)
            connection.sendall(_ANSWER)


def talk(address: str, port: str, own_port: str = "0") -> None:
    """Ask the server something."""
    with socket.create_connection((address, int(port)), source_address=("", int(own_port))) as connection:
        connection.sendall(_REQUEST)
        while connection.recv(4096):
            pass


def tagged(device: str, vlan: str) -> None:
    """Send a frame with a VLAN tag; the kernel takes the tag out of it where it comes in."""
    text = b"datagram in a VLAN".ljust(70, b".")
    udp = struct.pack(">HHHH", 9, 9, 8 + len(text), 0) + text
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + bytes(
        (10, 95, 0, 1, 10, 95, 0, 2)
    )
    frame = b"\xff" * 6 + b"\x02\0\0\0\0\1" + struct.pack(">HHH", 0x8100, int(vlan), 0x0800) + ip + udp
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((device, 0))
        sender.send(frame)


TRAFFIC: dict[str, Callable[..., None]] = {
    "datagrams": datagrams,
    "serve": serve,
    "talk": talk,
    "tagged": tagged,
}

if __name__ == "__main__":
    TRAFFIC[sys.argv[1]](*sys.argv[2:])
