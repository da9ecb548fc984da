"""How many tags something of an organisation has, and which."""

from __future__ import annotations

from typing import Final

from windsock.engine.operations import Params
from windsock.engine.tag_sets import NO_TAGS, TagRules
from windsock.services.organizations.errors import ConstraintViolation, InvalidInput
from windsock.services.organizations.limits import TAGS

RULES: Final = TagRules(
    TAGS,
    lambda _: ConstraintViolation(
        "You have exceeded the number of tags allowed on this resource.", "MAX_TAG_LIMIT_EXCEEDED"
    ),
    lambda _: InvalidInput(
        "You specified a system tag. You can't add, edit, or delete system tag keys.",
        "INVALID_SYSTEM_TAGS_PARAMETER",
    ),
)


def new_tags(params: Params) -> str:
    """The tags that a call gives to something new, as they are kept."""
    return RULES.with_tags(NO_TAGS, given_tags(params))


def given_tags(params: Params) -> dict[str, str]:
    """The tags of a call. Raises InvalidInput for a key that is there twice."""
    given = params.get("Tags") or ()
    tags = {tag["Key"]: tag["Value"] for tag in given}
    if len(tags) < len(given):
        raise InvalidInput(
            "Tag keys must be unique among the tags attached to the same entity.", "DUPLICATE_TAG_KEY"
        )
    return tags
