"""Choice rules, beyond what was recorded at AWS."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.asl.choices import Rule
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure

DOCUMENT: Any = {
    "type": "Public",
    "value": 22,
    "one": 1.0,
    "true": True,
    "null": None,
    "at": "2001-01-01T12:00:00Z",
    "log": "log-2024.txt",
    "items": [1],
    "none": [],
}


def holds(rule: dict[str, Any]) -> bool:
    environment = Environment(0, bytes, {"Execution": {"Name": "n"}}, {"v": {"x": 22}})
    return Rule.compile(rule).holds(DOCUMENT, environment)


def variable(path: str, **comparison: Any) -> dict[str, Any]:
    return {"Variable": path, **comparison}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # The examples of "Choice workflow state" and of the specification.
        ({"Not": variable("$.type", StringEquals="Private"), "Next": "Public"}, True),
        (
            {
                "And": [
                    variable("$.value", IsPresent=True),
                    variable("$.value", IsNumeric=True),
                    variable("$.value", NumericGreaterThanEquals=20),
                    variable("$.value", NumericLessThan=30),
                ],
                "Next": "ValueInTwenties",
            },
            True,
        ),
        (variable("$.log", StringMatches="log-*.txt"), True),
        (variable("$.at", TimestampEquals="2001-01-01T12:00:00Z"), True),
        # Combinations stop at what decides.
        ({"And": [variable("$.nothing", IsPresent=True), variable("$.nothing", StringEquals="a")]}, False),
        ({"Or": [variable("$.value", IsPresent=True), variable("$.nothing", StringEquals="a")]}, True),
        ({"Or": [variable("$.value", NumericEquals=1), variable("$.value", NumericEquals=2)]}, False),
        ({"Not": {"And": [{"Not": variable("$.true", BooleanEquals=True)}]}}, True),
        # Where values come from.
        (variable("$v.x", NumericEqualsPath="$.value"), True),
        (variable("$$.Execution.Name", StringEquals="n"), True),
        (variable("$v.y", IsPresent=False), True),
        (variable("$.null", IsPresent=True), True),
        (variable("$.null", IsNull=True), True),
        (variable("$.items[*]", IsPresent=True), True),
        # Types.
        (variable("$.one", NumericEquals=1), True),
        (variable("$.true", NumericEquals=1), False),
        (variable("$.one", BooleanEquals=True), False),
        (variable("$.value", StringEquals="22"), False),
        (variable("$.value", NumericEqualsPath="$.type"), False),
        (variable("$.type", StringGreaterThan="Private"), True),
        # Timestamps are instants, however they are spelt.
        (variable("$.at", TimestampEquals="2001-01-01T13:00:00+01:00"), True),
        (variable("$.at", TimestampLessThan="2001-01-01T12:00:00.000000001Z"), True),
        (variable("$.at", TimestampGreaterThanEqualsPath="$.at"), True),
        (variable("$.at", IsTimestamp=True), True),
        (variable("$.type", IsTimestamp=False), True),
    ],
)
def test_rules(rule: dict[str, Any], expected: bool) -> None:
    assert holds(rule) is expected


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("*", "", True),
        ("a*", "a", True),
        ("*LogMessage*", "a LogMessage b", True),
        ("a**b", "axb", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\\*", r"a\x", True),
        ("a?c", "abc", False),
        ("[a]", "a", False),
        ("a*b*c", "a-b-b-c\n", False),
        ("line*end", "line\nend", True),
        ("A", "a", False),
    ],
)
def test_string_matches(form: str, text: str, expected: bool) -> None:
    rule = Rule.compile({"Variable": "$", "StringMatches": form})
    assert rule.holds(text, Environment(0, bytes)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("2016-03-14T01:59:00Z", True),
            ("2016-03-14T01:59:00.123456789-08:00", True),
            ("2016-03-14T01:59Z", True),
        ),
        *(("2016-03-14t01:59:00Z", False), ("2016-03-14T01:59:00z", False), ("2016-03-14 01:59:00Z", False)),
        *(("2016-03-14T01:59:00", False), ("2016-03-14T25:59:00Z", False), ("2016-02-30T01:59:00Z", False)),
        *(
            ("2016-03-14", False),
            ("", False),
            ("2016-03-14T01:59:00Z\n", False),
            ("0000-01-01T00:00:00Z", False),
        ),
    ],
)
def test_what_is_a_timestamp(text: str, expected: bool) -> None:
    rule = Rule.compile({"Variable": "$", "IsTimestamp": True})
    assert rule.holds(text, Environment(0, bytes)) is expected


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (variable("$.nothing", StringEquals="a"), "$.nothing"),
        (variable("$.nothing", IsNull=True), "$.nothing"),
        (variable("$.value", NumericEqualsPath="$v.y"), "$v.y"),
    ],
)
def test_a_path_that_leads_nowhere(rule: dict[str, Any], path: str) -> None:
    with pytest.raises(RuntimeFailure) as failure:
        holds(rule)
    assert failure.value.cause == (
        f"Invalid path '{path}': The choice state's condition path references an invalid value."
    )


def test_a_backslash_that_escapes_nothing() -> None:
    with pytest.raises(RuntimeFailure):
        holds(variable("$.type", StringMatches="a\\b"))


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"Next": "a"},
        variable("$.a"),
        {"StringEquals": "a"},
        variable("$.a", StringEquals="a", NumericEquals=1),
        variable("$.a", StringEquals=1),
        variable("$.a", NumericEquals=True),
        variable("$.a", NumericEquals="1"),
        variable("$.a", BooleanEquals="true"),
        variable("$.a", TimestampEquals="yesterday"),
        variable("$.a", IsNull=1),
        variable("$.a", IsNullPath="$.b"),
        variable("$.a", StringMatchesPath="$.b"),
        variable("$.a", StringEqualsPath="b"),
        variable("a", StringEquals="a"),
        variable("$.a", StringAlmostEquals="a"),
        {"And": []},
        {"Or": {}},
        {"Not": []},
        {"And": [1]},
        {"And": [variable("$.a", IsNull=True)], "Or": [variable("$.a", IsNull=True)]},
    ],
)
def test_what_is_no_rule(rule: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        Rule.compile(rule)


def test_rules_nest_as_deep_as_is_allowed() -> None:
    rule = variable("$.true", BooleanEquals=True)
    for _ in range(50):
        rule = {"Not": rule}
    assert holds(rule)
    with pytest.raises(DefinitionError):
        Rule.compile({"Not": rule})
