"""Sets of tags as they are kept."""

from __future__ import annotations

import pytest

from windsock.engine.tag_sets import NO_TAGS, TagRules, tag_list, without_tags
from windsock.kernel.errors import AwsError, ValidationError

RULES = TagRules(
    most=3,
    too_many=lambda most: AwsError(f"more than {most}", code="TooMany"),
    reserved=lambda key: ValidationError(f"reserved: {key}"),
)


def test_tags_are_added_over_those_of_the_same_keys_and_keep_their_order() -> None:
    kept = RULES.with_tags(RULES.with_tags(NO_TAGS, {"b": "1", "a": "2"}), {"c": "", "b": "3"})
    assert tag_list(kept) == [
        {"Key": "b", "Value": "3"},
        {"Key": "a", "Value": "2"},
        {"Key": "c", "Value": ""},
    ]


@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "Aws:"])
def test_a_reserved_key_is_refused_with_the_service_s_error(key: str) -> None:
    with pytest.raises(ValidationError, match=f"reserved: {key}"):
        RULES.with_tags(NO_TAGS, {"a": "", key: ""})


def test_keys_and_values_may_hold_what_is_reserved_elsewhere() -> None:
    assert RULES.with_tags(NO_TAGS, {"my-aws:": "aws:x"}) == '{"my-aws:":"aws:x"}'


def test_the_limit_counts_what_is_kept_and_what_is_added_together() -> None:
    kept = RULES.with_tags(NO_TAGS, {"a": "", "b": "", "c": ""})
    assert RULES.with_tags(kept, {"a": "again"}) == '{"a":"again","b":"","c":""}'
    with pytest.raises(AwsError, match="TooMany: more than 3"):
        RULES.with_tags(kept, {"d": ""})


def test_keys_are_removed_and_unknown_ones_are_no_error() -> None:
    kept = RULES.with_tags(NO_TAGS, {"a": "1", "b": "2"})
    assert without_tags(kept, iter(["a", "z"])) == '{"b":"2"}'
    assert without_tags(NO_TAGS, ["a"]) == NO_TAGS
