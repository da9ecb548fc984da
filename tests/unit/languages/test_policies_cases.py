"""Decisions of IAM: each case with the page and heading of the IAM User Guide that says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.policy_words import policies_of, request_of

from windsock.languages.policies import decide

FILE = Path(__file__).parents[2] / "data/policy_cases.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_decision(case: Mapping[str, Any]) -> None:
    decision = decide(request_of(case["request"]), policies_of(case["policies"]))
    assert decision.verdict == case["verdict"], f"{case['source']}: {decision.reason}"


def test_there_are_enough_cases_each_with_its_source() -> None:
    assert len(CASES) >= 300
    assert all(case["source"].split(":")[0].endswith(".html") for case in CASES)
    assert {case["verdict"] for case in CASES} == {"allow", "explicit_deny", "implicit_deny"}
