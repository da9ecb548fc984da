"""Fn::And, Fn::Or and Fn::Not: conditions put together.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_SOME: Final = (
    "Template error: every {} object requires a list of at least 2 and at most 10 boolean parameters."
)
_ONE: Final = "Template error: every Fn::Not object requires a list with one boolean parameter."


@intrinsic("Fn::And")
def and_(evaluation: Evaluation, written: Any) -> bool:
    """`{"Fn::And": [condition, ...]}`, two to ten of them."""
    return all(_truths(evaluation, written, "Fn::And"))


@intrinsic("Fn::Or")
def or_(evaluation: Evaluation, written: Any) -> bool:
    """`{"Fn::Or": [condition, ...]}`, two to ten of them."""
    return any(_truths(evaluation, written, "Fn::Or"))


@intrinsic("Fn::Not")
def not_(evaluation: Evaluation, written: Any) -> bool:
    """`{"Fn::Not": [condition]}`."""
    if not isinstance(written, list) or len(written) != 1:
        raise TemplateError(_ONE)
    return not _truth(evaluation, written[0], _ONE)


def _truths(evaluation: Evaluation, written: Any, name: str) -> list[bool]:
    if not isinstance(written, list) or not 2 <= len(written) <= 10:
        raise TemplateError(_SOME.format(name))
    return [_truth(evaluation, each, _SOME.format(name)) for each in written]


def _truth(evaluation: Evaluation, written: Any, otherwise: str) -> bool:
    value = evaluation.value(written)
    if not isinstance(value, bool):
        raise TemplateError(otherwise)
    return value
