"""Policies merged level by level, by the rules and examples of AWS's pages on inheritance."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.inheritance import effective

NONE = {"@@operators_allowed_for_child_policies": ["@@none"]}


def tag(*, key: Any = None, values: Any = None, **further: Any) -> dict[str, Any]:
    """A tag policy about one tag."""
    told = {name: given for name, given in (("tag_key", key), ("tag_value", values)) if given is not None}
    return {"tags": {"costcenter": {**told, **further}}}


ROOT = tag(key={"@@assign": "CostCenter"}, values={"@@assign": ["Development", "Support"]})


@pytest.mark.parametrize(
    ("levels", "values"),
    [
        ([[ROOT]], ["Development", "Support"]),
        ([[ROOT], [], [tag(values={"@@assign": ["Sandbox"]})]], ["Sandbox"]),
        (
            [[ROOT], [tag(values={"@@append": ["Marketing", "Support"]})]],
            ["Development", "Support", "Marketing"],
        ),
        ([[ROOT], [tag(values={"@@remove": ["Development"]})]], ["Support"]),
        (
            [[ROOT], [tag(values={"@@append": ["A"]}), tag(values={"@@remove": ["Support"]})]],
            ["Development", "A"],
        ),
        (
            [[ROOT, tag(values=NONE)], [tag(values={"@@assign": ["Sandbox"]})]],
            ["Development", "Support"],
        ),
        (
            [[tag(values=NONE), ROOT]],
            ["Development", "Support"],
        ),
        (
            [
                [ROOT, tag(values={"@@operators_allowed_for_child_policies": ["@@append"]})],
                [tag(values={"@@assign": ["Sandbox"]}), tag(values={"@@append": ["Sandbox"]})],
            ],
            ["Development", "Support", "Sandbox"],
        ),
        (
            [
                [ROOT, tag(values=NONE)],
                [tag(values={"@@operators_allowed_for_child_policies": ["@@all"]})],
                [tag(values={"@@assign": ["Sandbox"]})],
            ],
            ["Development", "Support"],
        ),
    ],
)
def test_the_values_that_hold(levels: list[list[dict[str, Any]]], values: list[str]) -> None:
    told = {"tag_key": "CostCenter", "tag_value": values}
    assert effective(levels) == {"tags": {"costcenter": told}}


def test_what_is_not_there_yet_is_as_locked_as_where_it_would_be() -> None:
    locked = {"tags": {**ROOT["tags"], **NONE}}
    more = {"tags": {"project": {"tag_key": {"@@assign": "Project"}}}}
    assert effective([[locked], [more]]) == effective([[ROOT]])
    open_below = tag(values={"@@append": ["New"]})
    merged = effective([[locked], [open_below]])
    assert merged["tags"]["costcenter"]["tag_value"] == ["Development", "Support", "New"]


def test_nothing_is_set_by_nothing() -> None:
    assert effective([]) == effective([[], [{"tags": {}}]]) == {}
