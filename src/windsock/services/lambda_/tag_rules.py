"""What tags may be.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
"""

from __future__ import annotations

from collections.abc import Mapping

from windsock.engine.tag_sets import TagRules
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import TAGS_PER_FUNCTION

_RULES = TagRules(
    most=TAGS_PER_FUNCTION,
    too_many=lambda _: InvalidParameterValue("Number of tags exceeds resource tag limit."),
    reserved=lambda _: InvalidParameterValue("Tag keys cannot start with the reserved prefix aws:"),
)


def checked_tags(kept: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """`kept` with `added` on it. Raises InvalidParameterValue."""
    return _RULES.merged(kept, added)
