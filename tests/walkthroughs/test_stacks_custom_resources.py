"""Custom resources of the seed's kind: inline functions in Python and Node.js, with `cfnresponse`."""

from __future__ import annotations

import os
import shutil

import pytest
from tests.aws.conftest import Client
from tests.walkthroughs.stacks import Stacks

from windsock.testing import Server

TEMPLATE = "inline_custom_resources.yaml"


@pytest.fixture
def stacks(client: Client, windsock: Server) -> Stacks:
    if shutil.which("node") is None and "CI" not in os.environ:
        pytest.skip("Node.js is not installed")
    return Stacks(windsock, client("cloudformation", "600000000001"))


def test_inline_functions_make_custom_resources(stacks: Stacks) -> None:
    outputs = {"Joined": "a+b of custom", "Types": "str", "LookedUp": "looked-up"}
    assert stacks.create("custom", TEMPLATE) == outputs
    assert stacks.update("custom", TEMPLATE, Names="c") == {**outputs, "Joined": "c of custom"}
    stacks.delete("custom")


def test_a_custom_resource_that_fails_tells_why_and_is_rolled_back(client: Client, stacks: Stacks) -> None:
    stacks.create("wishes", TEMPLATE)
    stacks.update("wishes", TEMPLATE, "UPDATE_ROLLBACK_COMPLETE", Wish="denied")
    (failure,) = stacks.failures("wishes")
    assert failure.startswith(
        "LookedUp: Received response status [FAILED] from custom resource. "
        "Message returned: It is not granted (RequestId: "
    )
    assert len(client("lambda", "600000000001").list_functions()["Functions"]) == 2
