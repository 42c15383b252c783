"""What addresses and ports are called: by files, by the capture itself, by name servers.

Nothing here is imported, read or asked before somebody wants names. A name comes from outside and proves
nothing: it is printable, of bounded length, and stands in place of an address only where the address is found
beside it or a key away.
"""
