"""Writing packets that were read: blocks and records made of a recording's bytes, and the file they go to."""
