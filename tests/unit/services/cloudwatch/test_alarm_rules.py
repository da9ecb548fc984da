"""The rules of composite alarms."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.services.cloudwatch.alarm_rules import AlarmRule, InvalidRule

STATES = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA", "with space": "ALARM"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('ALARM("a")', True),
        ("ALARM(a)", True),
        ('ALARM("with space")', True),
        ("ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)", True),
        ('ALARM("b")', False),
        ('OK("b") AND INSUFFICIENT_DATA("c")', True),
        ('ALARM("b") OR ALARM("a")', True),
        ('NOT ALARM("b")', True),
        ('ALARM("a") AND NOT (OK("b") OR ALARM("c"))', False),
        ('ALARM("b") AND ALARM("a") OR TRUE', True),
        ("FALSE", False),
        ('alarm("a") and true', True),
        ('ALARM("gone")', False),
    ],
)
def test_rules(text: str, holds: bool) -> None:
    assert AlarmRule.parse(text).holds(STATES) is holds


def test_the_alarms_it_mentions() -> None:
    rule = AlarmRule.parse('ALARM("a") OR OK(arn:aws:cloudwatch:us-east-1:000000000000:alarm:b)')
    assert rule.alarms == {"a", "b"}


@pytest.mark.parametrize(
    "text", ["", "ALARM", "ALARM(", 'ALARM("a"', 'ALARM("a") AND', 'ALARM("a") OK("b")', ")", "NOT", "(" * 99]
)
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(InvalidRule):
        AlarmRule.parse(text)


@given(st.text(alphabet='ALRMOKNTDFSUE()" \\ab_', max_size=60))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidRule):
        AlarmRule.parse(text).holds(STATES)
