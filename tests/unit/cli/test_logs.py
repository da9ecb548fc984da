"""Log lines: for people and for programs."""

from __future__ import annotations

import logging

import orjson
import pytest

from windsock.cli.logs import JsonLines, TextLines
from windsock.kernel.log import Log


def line_of(formatter: logging.Formatter, caplog: pytest.LogCaptureFixture) -> str:
    return formatter.format(caplog.records[-1])


def test_a_line_for_people(caplog: pytest.LogCaptureFixture) -> None:
    Log("windsock.test").warning("an event was dropped", rule="nightly", error="no such queue")
    line = line_of(TextLines(), caplog)
    assert line.endswith("Z warning  an event was dropped  rule=nightly error='no such queue'")


def test_a_line_for_programs(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        Log("windsock.test").exception("it failed", attempts=3)
    line = orjson.loads(line_of(JsonLines(), caplog))
    assert (line["level"], line["message"], line["attempts"]) == ("error", "it failed", 3)
    assert line["exception"].endswith("ValueError: broken")
