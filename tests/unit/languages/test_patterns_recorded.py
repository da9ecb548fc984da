"""Verdicts and messages recorded at AWS, and matches computed by AWS's own engine."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from windsock.languages.patterns import InvalidEvent, InvalidPattern, Matcher, matches, parse

DATA = Path(__file__).parents[2] / "data"
CASES: list[dict[str, Any]] = json.loads((DATA / "patterns.json").read_text())
VERDICTS = [case for case in CASES if case["expect"] != "exception"]
BAD_PATTERNS = [case for case in CASES if case["error_code"] == "InvalidEventPatternException"]
BAD_EVENTS = [case for case in CASES if case["error_code"] == "ValidationException"]


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", VERDICTS, ids=named)
def test_verdict(case: dict[str, Any]) -> None:
    assert matches(case["pattern_json"], case["event_json"]) is case["expect"]


@pytest.mark.parametrize("case", VERDICTS, ids=named)
def test_matcher_and_explanation_agree_with_the_verdict(case: dict[str, Any]) -> None:
    matcher = Matcher()
    matcher.add("rule", case["pattern_json"])
    assert matcher.matches(case["event_json"]) == (["rule"] if case["expect"] else [])
    explanation = matcher.explain("rule", case["event_json"])
    assert explanation.matched is case["expect"]
    assert bool(explanation.failures) is not case["expect"]


@pytest.mark.parametrize("case", BAD_PATTERNS, ids=named)
def test_message_of_a_bad_pattern(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidPattern) as caught:
        parse(case["pattern_json"])
    assert f"Event pattern is not valid. Reason: {caught.value}" == case["error_message_raw"]


@pytest.mark.parametrize("case", BAD_EVENTS, ids=named)
def test_bad_event(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidEvent):
        matches(case["pattern_json"], case["event_json"])


def test_every_recorded_case_is_tested() -> None:
    assert len(VERDICTS) + len(BAD_PATTERNS) + len(BAD_EVENTS) == len(CASES) == 88


@pytest.fixture(scope="module")
def oracle() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(gzip.decompress((DATA / "patterns_oracle.json.gz").read_bytes()))
    return loaded


def test_matcher_agrees_with_the_java_engine(oracle: dict[str, Any]) -> None:
    matcher = Matcher()
    for name, pattern in oracle["rules"].items():
        matcher.add(name, pattern)
    assert len(matcher) == len(oracle["rules"]) > 1000
    assert [matcher.matches(event) for event in oracle["events"]] == oracle["matches"]
    assert [matcher.matches(json.dumps(event)) for event in oracle["events"]] == oracle["matches"]


def test_matcher_agrees_with_the_java_engine_while_rules_come_and_go(oracle: dict[str, Any]) -> None:
    matcher = Matcher()
    for name, pattern in oracle["rules"].items():
        matcher.add(name, pattern)
    gone = set(list(oracle["rules"])[::2])
    for name in gone:
        matcher.remove(name)
    expected = [[name for name in names if name not in gone] for names in oracle["matches"]]
    assert [matcher.matches(event) for event in oracle["events"]] == expected
    for name in gone:
        matcher.add(name, oracle["rules"][name])
    assert [matcher.matches(event) for event in oracle["events"]] == oracle["matches"]
