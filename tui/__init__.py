"""tcpscope: what TCP did in a capture, on the screen and proven from the bytes."""

import os

# numpy's linear algebra is not used, yet its threads would spin for 0.1 s of CPU time at every start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
