"""Statistics of a whole capture, or of what a display filter shows of it: one module a part.

Invariant: a part is made of a snapshot in a thread and never changes; what is counted is what tshark counts.
"""
