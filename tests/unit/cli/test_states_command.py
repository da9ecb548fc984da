"""What `windsock states` prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from windsock.cli import build

BAD = """{
  "StartAt": "Fetch",
  "States": {
    "Fetch": {
      "Type": "Task",
      "Resource": "arn:aws:states:::aws-sdk:sqs:sendMessagee",
      "Parameters": {"QueueUrl": "$.queue"},
      "Next": "Done"
    },
    "Done": {"Type": "Succeed", "End": true}
  }
}
"""


@pytest.fixture(autouse=True)
def somewhere_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def _windsock(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(build(), ["states", *arguments], input=stdin)


def test_faults_are_shown_with_their_lines() -> None:
    Path("bad.asl.json").write_text(BAD)
    result = _windsock("check", "bad.asl.json")
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
bad.asl.json:6:7  error  The resource provided arn:aws:states:::aws-sdk:sqs:sendMessagee is not recognized. \
The value is not a valid resource ARN, or the resource is not available in this region
  6 |       "Resource": "arn:aws:states:::aws-sdk:sqs:sendMessagee",
    |       ^
  SCHEMA_VALIDATION_FAILED at /States/Fetch/Resource
bad.asl.json:7:22  warning  No .$ on a field that appears to be a JSONPath or Intrinsic Function: 'QueueUrl'
  7 |       "Parameters": {"QueueUrl": "$.queue"},
    |                      ^
  NO_DOLLAR at /States/Fetch/Parameters/QueueUrl
bad.asl.json:10:33  error  Field 'End' is not supported
  10 |     "Done": {"Type": "Succeed", "End": true}
     |                                 ^
  SCHEMA_VALIDATION_FAILED at /States/Done
2 errors, 1 warning
"""
    )


def test_what_is_about_the_whole_comes_first_and_has_no_line() -> None:
    loop = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}'
    result = _windsock("check", "-", stdin=loop)
    assert result.stdout.splitlines()[:2] == [
        "<stdin>  error  Workflow has no terminal state",
        "  MISSING_END_STATE",
    ]


def test_a_text_that_is_no_json_is_shown_where_it_breaks() -> None:
    result = _windsock("check", "-", stdin='{"StartAt":\n  A}')
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:2:4  error  Unrecognized token 'A': was expecting (JSON String,")
    assert "  2 |   A}\n    |    ^\n" in result.stdout


def test_faults_as_json() -> None:
    result = _windsock("check", "-", "--json", "--type", "EXPRESS", stdin='{"StartAt": "A", "States": {}}')
    assert json.loads(result.stdout) == {
        "result": "FAIL",
        "diagnostics": [
            {
                "severity": "ERROR",
                "code": "SCHEMA_VALIDATION_FAILED",
                "message": "Value cannot be empty",
                "location": "/States",
                "line": 1,
                "column": 18,
            }
        ],
    }


def test_a_sound_machine() -> None:
    result = _windsock("check", "-", stdin='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    assert (result.exit_code, result.stdout) == (0, "No faults found.\n")
