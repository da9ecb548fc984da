"""What tags of pipes can be."""

from __future__ import annotations

from windsock.engine.tag_sets import TagRules
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.limits import TAGS_PER_PIPE

TAG_RULES = TagRules(
    most=TAGS_PER_PIPE,
    too_many=lambda most: ValidationError(f"A pipe has at most {most} tags."),
    reserved=lambda _: ValidationError("aws: prefixed tag key names are not allowed for external use."),
)
