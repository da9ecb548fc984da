"""How often what cannot be done at once is tried. None of these is AWS's."""

from __future__ import annotations

from typing import Final

RETRY_MS: Final = 1_000
MOST_ATTEMPTS: Final = 5
