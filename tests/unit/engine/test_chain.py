"""The call chain: one way in, clear ends."""

from __future__ import annotations

import pytest
from tests.conftest import Driver

from windsock.kernel.errors import NotImplementedOperation


async def test_a_call_is_answered(driver: Driver) -> None:
    answer = await driver("sts", "GetCallerIdentity", account="111122223333")
    assert answer["Account"] == "111122223333"
    assert answer["Arn"] == "arn:aws:iam::111122223333:root"


async def test_an_operation_that_is_not_there_says_so(driver: Driver) -> None:
    with pytest.raises(NotImplementedOperation) as caught:
        await driver("events", "CreateEndpoint")
    assert caught.value.status == 501
    assert "events:CreateEndpoint" in caught.value.message
