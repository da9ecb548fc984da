"""What AWS accepts and refuses, as recorded there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from windsock.languages.schedules import InvalidSchedule, parse, parse_scheduler

DATA = Path(__file__).parents[2] / "data" / "schedule_expressions.json"
# A schedule on a bus other than the default one is refused by PutRule, whatever its expression says.
CASES = [case for case in json.loads(DATA.read_text()) if "event_bus" not in case]
PARSERS = {"events.PutRule": parse, "scheduler.CreateSchedule": parse_scheduler}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['api']} {case['expression']}")
def test_accepts_what_aws_accepts(case: dict[str, Any]) -> None:
    parser = PARSERS[case["api"]]
    if case["valid"]:
        parser(case["expression"])
        return
    with pytest.raises(InvalidSchedule) as refusal:
        parser(case["expression"])
    assert refusal.value.expression == case["expression"]
    assert refusal.value.reason
