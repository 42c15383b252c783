"""A connection's stream, to be read: its bytes, and the lines in which they are shown.

Invariant: what is made of the stream is made of the part that is asked for; bytes are read when that is.
"""
