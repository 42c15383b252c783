"""libpcap's capture through scapy's socket: for systems without Linux' ring, and where somebody prefers it.

Times are whole microseconds, and a direction is not told. Invariant: as in `ring`, one socket whatever the
number of interfaces; here it is one handle of libpcap for each.
"""

from __future__ import annotations

import select
import time
from ctypes import byref
from typing import TYPE_CHECKING, Any

from tui.capture.interface import NANOSECOND_TICKS, NANOSECONDS, Interface
from tui.capture.live.filters import bad_filter, load_libpcap
from tui.capture.live.interfaces import link_type_of
from tui.capture.live.scapy_access import scapy_module
from tui.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.capture.live.sockets import Frame

_MOST_BYTES = 65535  # that scapy asks libpcap for
_MOST_AT_ONCE = 4096  # frames of one interface before the others have their turn
_PAUSE = 0.05  # s
_MICROSECOND = 1000  # ns


class LibpcapSocket:
    """Captures on the interfaces called `names` what libpcap lets through for `filter_text`."""

    def __init__(
        self, names: Sequence[str], *, snap_length: int, filter_text: str = "", promiscuous: bool = True
    ) -> None:
        """PermissionError or OSError if libpcap cannot open one, UsageError if the filter is wrong."""
        self.interfaces: list[Interface] = []
        self._snap_length = snap_length
        self._dropped = 0
        self._handles: list[Any] = []  # scapy's L2pcapListenSocket
        try:
            for name in names:
                self._open(name, filter_text, promiscuous)
        except BaseException:
            self.close()
            raise

    def receive(self, seconds: float) -> list[Frame]:
        """See PacketSocket; the frames of one interface stand behind another's."""
        ready, _, _ = select.select(self._handles, (), (), seconds)
        frames = [frame for handle in ready for frame in self._frames(handle)]
        if ready and not frames:  # an interface that is down is always ready
            time.sleep(min(seconds, _PAUSE))
        return frames

    def dropped(self) -> int:
        """See PacketSocket."""
        binding = scapy_module("libs.winpcapy")
        counts = binding.pcap_stat()
        self._dropped = 0
        for handle in self._handles:
            binding.pcap_stats(handle.pcap_fd.pcap, byref(counts))
            self._dropped += counts.ps_drop
        return self._dropped

    def close(self) -> None:
        """See PacketSocket."""
        for handle in self._handles:
            handle.close()

    def _open(self, name: str, filter_text: str, promiscuous: bool) -> None:
        failure = scapy_module("error").Scapy_Exception
        try:
            handle = load_libpcap().L2pcapListenSocket(
                iface=name, promisc=promiscuous, filter=filter_text or None
            )
        except failure as error:
            raise bad_filter(filter_text, error) from error
        except OSError as error:  # libpcap gives words, no number
            raise (PermissionError if "permission" in str(error) else OSError)(str(error)) from error
        handle.pcap_fd.setnonblock(True)
        self._handles.append(handle)
        self.interfaces.append(
            Interface(
                recording=0,
                link_type=link_type_of(handle.pcap_fd.datalink()),
                snap_length=min(self._snap_length, _MOST_BYTES),
                resolution=NANOSECOND_TICKS,
                name=printable(name),
                filter=filter_text,
            )
        )

    def _frames(self, handle: Any) -> list[Frame]:
        number = self._handles.index(handle)
        wrapper = handle.pcap_fd
        frames: list[Frame] = []
        for _ in range(_MOST_AT_ONCE):
            _, data = wrapper.next()
            if data is None:
                break
            header = wrapper.header.contents
            time = header.ts.tv_sec * NANOSECONDS + header.ts.tv_usec * _MICROSECOND
            frames.append((number, time, header.len, data[: self._snap_length], 0))
        return frames
