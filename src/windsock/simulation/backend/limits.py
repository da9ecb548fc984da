"""What the simulation allows itself. None of these is AWS's."""

from __future__ import annotations

from typing import Final

# A call that takes longer is given up and the child replaced: real seconds, whatever clock windsock runs on.
CALL_SECONDS: Final = 60

# After how many logged calls the state is written out again; a replay takes some 2 ms a call.
CALLS_BETWEEN_STATES: Final = 1_000

# How many logged calls are read at once to be replayed.
REPLAY_CHUNK: Final = 200

# A call makes fewer happenings than this; the largest deletes a thousand objects.
HAPPENINGS_OF_A_CALL: Final = 1_000_000

# How often a notice is tried that its receiver fails to take.
NOTICE_ATTEMPTS: Final = 50
