"""Filter policies that AWS accepted and refused, with the messages recorded there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windsock.languages.filters import FilterPolicy, InvalidPolicy

DATA = Path(__file__).parents[2] / "data" / "sns_filter_policies.json"
CASES = json.loads(DATA.read_text())
BEGINNINGS = {
    "SetSubscriptionAttributes": "Invalid parameter: ",
    "Subscribe": "Invalid parameter: Attributes Reason: ",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['operation']} {case['policy'][:60]}")
def test_policy_as_recorded(case: dict[str, Any]) -> None:
    if case["message"] is None:
        FilterPolicy.parse(case["policy"], case["scope"])
        return
    with pytest.raises(InvalidPolicy) as refusal:
        FilterPolicy.parse(case["policy"], case["scope"])
    message = BEGINNINGS[case["operation"]] + refusal.value.reason
    if case["message_is_whole"]:
        assert message == case["message"]
    else:
        assert message.split("\n")[0] == case["message"]
