"""Explanations of verdicts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from windsock.languages.patterns import Explanation, FieldFinding, Matcher, OrFinding


def explain(pattern: dict[str, Any], event: dict[str, Any]) -> Explanation:
    matcher = Matcher()
    matcher.add("rule", pattern)
    explanation = matcher.explain("rule", event)
    json.dumps(explanation.as_dict())
    return explanation


@pytest.mark.parametrize(
    ("alternatives", "detail", "line"),
    [
        (["running"], {"state": "stopped"}, 'detail.state: wanted one of ["running"], got "stopped"'),
        (["running"], {}, 'detail.state: field is absent, wanted one of ["running"]'),
        ([1], {"state": "1"}, 'detail.state: wanted one of [1], got "1"'),
        ([True], {"state": [False, None]}, "detail.state: wanted one of [true], got false, null"),
        ([{"prefix": "x"}], {"state": {"x": 1}}, None),
        ([{"prefix": "x"}], {"state": []}, None),
        ([{"exists": False}], {"state": 1.5}, 'detail.state: wanted one of [{"exists": false}], got 1.5'),
        (["a"], {"state": list("bcdefgh")}, None),
    ],
)
def test_failure(alternatives: list[Any], detail: dict[str, Any], line: str | None) -> None:
    explanation = explain(
        {"source": ["s"], "detail": {"state": alternatives}}, {"source": "s", "detail": detail}
    )
    assert not explanation.matched
    (failure,) = explanation.failures
    if line is not None:
        assert failure == line
    assert f"FAIL {failure}" in str(explanation)
    assert 'ok   source: wanted one of ["s"], got "s"' in str(explanation)


def test_what_is_there_instead_of_a_value() -> None:
    pattern = {"state": ["x"]}
    assert explain(pattern, {"state": {"a": 1}}).failures == [
        'state: field has no value but an object, wanted one of ["x"]'
    ]
    assert explain(pattern, {"state": []}).failures == [
        'state: field has no value but an empty array, wanted one of ["x"]'
    ]
    assert explain(pattern, {"state": list("abcdefg")}).failures == [
        'state: wanted one of ["x"], got "a", "b", "c", "d", "e" and 2 more'
    ]


def test_or_shows_its_branches() -> None:
    pattern = {"source": ["s"], "$or": [{"a": [1], "b": [2]}, {"c": [{"numeric": [">", 3]}]}]}
    explanation = explain(pattern, {"source": "s", "a": 1, "b": 1, "c": 3})
    assert str(explanation).splitlines() == [
        "rule: does not match",
        '  ok   source: wanted one of ["s"], got "s"',
        "  FAIL $or: no branch holds",
        "    FAIL branch 1",
        "      ok   a: wanted one of [1], got 1",
        "      FAIL b: wanted one of [2], got 1",
        "    FAIL branch 2",
        '      FAIL c: wanted one of [{"numeric": [">", 3]}], got 3',
    ]
    assert explanation.failures == [
        "b: wanted one of [2], got 1",
        'c: wanted one of [{"numeric": [">", 3]}], got 3',
    ]
    assert explanation.as_dict() == {
        "name": "rule",
        "matched": False,
        "note": None,
        "findings": [
            {"path": "source", "passed": True, "wanted": ["s"], "actual": ["s"], "absent": False},
            {
                "$or": [
                    {
                        "passed": False,
                        "findings": [
                            {"path": "a", "passed": True, "wanted": [1], "actual": [1], "absent": False},
                            {"path": "b", "passed": False, "wanted": [2], "actual": [1], "absent": False},
                        ],
                    },
                    {
                        "passed": False,
                        "findings": [
                            {
                                "path": "c",
                                "passed": False,
                                "wanted": [{"numeric": [">", 3]}],
                                "actual": [3],
                                "absent": False,
                            }
                        ],
                    },
                ],
                "passed": False,
            },
        ],
    }


def test_match() -> None:
    explanation = explain({"$or": [{"a": [True]}, {"b": [2]}]}, {"a": True})
    assert explanation.matched
    assert explanation.failures == []
    (finding,) = explanation.findings
    assert isinstance(finding, OrFinding)
    assert finding.passed
    (first,) = finding.branches[0]
    assert isinstance(first, FieldFinding)
    assert first.as_dict()["actual"] == [True]


def test_a_condition_that_a_later_one_replaced_is_not_shown() -> None:
    matcher = Matcher()
    matcher.add("rule", '{"a": ["x"], "a": ["y"]}')
    explanation = matcher.explain("rule", {"a": "y"})
    assert [finding.as_dict()["wanted"] for finding in explanation.findings] == [["y"]]
