"""What AWS refuses, in its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.stepfunctions.states_helpers import PASS, create

from windsock.kernel.errors import AwsError

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data" / "recorded_states_api.json").read_text()
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_refused_as_by_aws(driver: Driver, case: dict[str, Any]) -> None:
    await create(driver, PASS, publish=True)
    await create(driver, PASS, "express", type="EXPRESS")
    operation, params = case["call"]
    with pytest.raises(AwsError) as refused:
        await driver("stepfunctions", operation, **params)
    assert (refused.value.code, refused.value.message) == (case["code"], case["message"])
