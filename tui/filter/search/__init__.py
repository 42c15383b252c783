"""Searching packets for a text, a regular expression, bytes, or by a display filter.

`query.py` says what can be searched for and where, `needles.py` how it is found in a packet, `hunt.py` goes
from packet to packet.
"""
