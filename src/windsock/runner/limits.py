"""The limits functions run under.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
and https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

INIT_SECONDS = 10.0
"""How long initialising may take before it is begun anew as part of the invocation ("Init phase")."""

MAX_RESPONSE_BYTES = 6_291_556
"""The largest payload a function may return: 6 MB and 100 bytes."""

MAX_REQUEST_BYTES = 32 * 1024 * 1024
"""The largest body the Runtime API reads: an oversized response is answered rather than cut off."""

OPEN_FILES = 1024
"""File descriptors a process may open ("File descriptors")."""

IDLE_MS = 600_000
"""How long a process is kept warm idle. AWS publishes no figure; ten minutes is in its usual range."""

MEMORY_LOOK_SECONDS = 0.1
"""How often the memory of a running invocation is measured."""

MAX_LOG_BYTES = 16 * 1024 * 1024
"""How much output of one invocation is kept; the rest is read and dropped: memory is bounded."""
