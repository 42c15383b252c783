"""Live capture: packets of interfaces, recorded into a capture file that is read while it grows.

The parts: `options` (the command line), `spec` (what is asked for), `interfaces` (what there is),
`own_session` (the SSH connection to leave out), `filters` (libpcap's compiler), `ring` and `libpcap` (the
sockets), `recorder` (the files), `recording` (the thread between them, and the face to a session),
`privileges` (what is given up), `remote` (the same over ssh), `start` (all of it together).
"""
