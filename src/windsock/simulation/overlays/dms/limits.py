"""How long what takes minutes at DMS takes here."""

from __future__ import annotations

from typing import Final

STEP_SECONDS: Final = 10
