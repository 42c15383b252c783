"""Interfaces of other hosts: tcpdump (or dumpcap) started there, over the user's own ssh.

The packets of that very ssh connection are left out there, since sshd tells its ends in the environment.
Invariant: every failure says on which side it happened; nothing is left running there when the connection
ends.
"""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui.capture.live.program import ProgramRecording
from tui.errors import AccessError, CaptureError, TcpscopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from tui.capture.live.spec import RemoteSpec

_SSH_FAILED = 255  # what ssh exits with when it is ssh that failed
_OWN_CONNECTION = "the connection of ssh"
_NO_PROGRAM = 91  # what our script exits with when there is nothing to capture with


class _Complaint(NamedTuple):
    """What a program there says (in lower case), what kind of error that is, and what to do."""

    words: str
    kind: type[TcpscopeError]
    hint: str


_TO_BE_ALLOWED = (
    "log in as root: ssh://root@{host}/{interface}; or once, there: "
    "sudo setcap cap_net_raw+eip $(readlink -f $(command -v tcpdump))"
)
_COMPLAINTS = (
    _Complaint("permission", AccessError, _TO_BE_ALLOWED),
    _Complaint("not permitted", AccessError, _TO_BE_ALLOWED),
    _Complaint("no such device", AccessError, "ssh {host} tcpdump -D lists them"),
    _Complaint("there is no device", AccessError, "ssh {host} dumpcap -D lists them"),
    _Complaint("filter expression", UsageError, "man pcap-filter tells what there is"),
)

# Runs there, read from standard input, so that no shell has to take it apart twice. It finds a program,
# leaves the own connection out, and ends the program when our side closes its standard input. `set -f`:
# nothing in a filter is a pattern of file names. The braces have all of it read before anything runs.
_SCRIPT = r"""{{
set -f
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
filter={filter}
set -- $SSH_CONNECTION
if [ $# = 4 ]; then
    without="not (tcp and host ${{1%%%*}} and port $2 and host ${{3%%%*}} and port $4)"
    filter="$without${{filter:+ and ($filter)}}"
fi
if command -v tcpdump >/dev/null; then
    set -- tcpdump -n -U -w - -s {length} -i {interface}
    for option in --time-stamp-precision=nano --immediate-mode; do
        if tcpdump --help 2>&1 | grep -q -e "${{option%=*}}"; then set -- "$@" "$option"; fi
    done
    set -- "$@" ${{filter:+"$filter"}}
elif command -v dumpcap >/dev/null; then
    set -- dumpcap -q -w - -s {length} -i {interface} ${{filter:+-f "$filter"}}
else
    exit {no_program}
fi
exec 3<&0
"$@" </dev/null 3<&- &
capture=$!
(cat <&3; kill $capture) >/dev/null 2>&1 &
exec 3<&-
wait $capture
exit
}}
"""


def open_remote(spec: RemoteSpec, copy: BinaryIO | None = None) -> ProgramRecording:
    """Capture there; returns when the first bytes have come. `copy`: see Spool.

    AccessError without ssh, tcpdump, permission or such an interface, UsageError if the filter is wrong,
    CaptureError if ssh does not get there.
    """
    script = _SCRIPT.format(
        filter=shlex.quote(spec.filter),
        interface=shlex.quote(spec.interface),
        length=spec.snap_length,
        no_program=_NO_PROGRAM,
    )
    explain = partial(_explain, spec)
    recording = ProgramRecording(
        spec.name, _command(spec), explain, copy, filter_text=spec.filter, left_out=_OWN_CONNECTION
    )
    recording.tell(script)
    recording.await_beginning()
    return recording


def _command(spec: RemoteSpec) -> list[str]:
    options = [*(["-p", str(spec.port)] if spec.port else []), *(["-l", spec.user] if spec.user else [])]
    return ["ssh", "-T", *options, "--", spec.host, "sh", "-s"]


def _explain(spec: RemoteSpec, status: int, words: Sequence[str]) -> TcpscopeError:
    said = ": ".join(words[-2:]) or f"exit status {status}"
    if status == _SSH_FAILED:
        alone = shlex.join(_command(spec)[:-2])
        return CaptureError(f"ssh to {spec.host}: {words[-1] if words else said}", f"try it alone: {alone}")
    if status == _NO_PROGRAM:
        return AccessError(f"on {spec.host}: neither tcpdump nor dumpcap is installed", "install one there")
    for complaint in _COMPLAINTS:
        if complaint.words in said.lower():
            hint = complaint.hint.format(host=spec.host, interface=spec.interface)
            return complaint.kind(f"on {spec.host}: {said}", hint)
    return CaptureError(f"on {spec.host}: {said}")
