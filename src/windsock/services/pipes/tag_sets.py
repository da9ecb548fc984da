"""Tags of pipes, as they are kept: a JSON object from key to value."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from windsock.kernel.errors import ValidationError
from windsock.services.pipes.limits import TAGS_PER_PIPE


def checked_tags(tags: Mapping[str, str]) -> str:
    """Tags to be kept. Raises ValidationError."""
    if any(key.lower().startswith("aws:") for key in tags):
        raise ValidationError("aws: prefixed tag key names are not allowed for external use.")
    if len(tags) > TAGS_PER_PIPE:
        raise ValidationError(f"A pipe has at most {TAGS_PER_PIPE} tags.")
    return orjson.dumps(tags).decode()
