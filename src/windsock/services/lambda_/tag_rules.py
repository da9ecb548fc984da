"""What tags may be.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
"""

from __future__ import annotations

from collections.abc import Mapping

from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import TAGS_PER_FUNCTION


def checked_tags(kept: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """`kept` with `added` on it. Raises InvalidParameterValue."""
    if any(key.lower().startswith("aws:") for key in added):
        raise InvalidParameterValue("Tag keys cannot start with the reserved prefix aws:")
    tags = {**kept, **added}
    if len(tags) > TAGS_PER_FUNCTION:
        raise InvalidParameterValue(f"Number of tags exceeds resource tag limit of {TAGS_PER_FUNCTION}.")
    return tags
