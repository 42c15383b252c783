"""How many packets went through each interface: what the system counts, whether anybody captures or not.

Source: Documentation/ABI/testing/sysfs-class-net-statistics of Linux; elsewhere nothing is known.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.capture.live.interfaces import Device

SYSTEM = Path("/sys/class/net")


def packets_of(device: Device, folder: Path = SYSTEM) -> int | None:
    """Packets since the interface is there, as often as a capture would see them; None if nobody counts.

    What loopback sends it receives again, and a capture has it once.
    """
    statistics = folder / device.name / "statistics"
    names = ("rx_packets",) if device.loopback else ("rx_packets", "tx_packets")
    try:
        return sum(int((statistics / name).read_text("ascii")) for name in names)
    except (OSError, ValueError):  # not Linux; or the interface has gone
        return None
