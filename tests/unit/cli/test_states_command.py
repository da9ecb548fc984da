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

DATA = Path(__file__).parents[2] / "data"


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


ORDER = """{
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "charge", "Payload.$": "$"},
      "OutputPath": "$.Payload",
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3}],
      "Next": "Cool off"
    },
    "Cool off": {"Type": "Wait", "Seconds": 129600, "Next": "Notify"},
    "Notify": {
      "Type": "Map",
      "ItemProcessor": {"StartAt": "Mail", "States": {"Mail": {"Type": "Pass", "End": true}}},
      "End": true
    }
  }
}"""

MOCKS = """{
  "StateMachines": {"Order": {"TestCases": {"Paid": {"Charge": "Late"}, "Broke": {"Charge": "Empty"}}}},
  "MockedResponses": {
    "Late": {
      "0": {"Throw": {"Error": "Busy", "Cause": "try [later]"}},
      "1": {"Return": {"Payload": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}}
    },
    "Empty": {"0": {"Throw": {"Error": "NoMoney", "Cause": "The card is empty."}}}
  }
}"""


def _order(*arguments: str) -> Result:
    Path("order.asl.json").write_text(ORDER)
    Path("mocks.json").write_text(MOCKS)
    return _windsock("run", "order.asl.json", *arguments)


def test_the_way_an_execution_takes_and_its_output() -> None:
    result = _order("--mock", "mocks.json", "--case", "Paid")
    assert result.exit_code == 0
    tree, _, output = result.stdout.partition("[\n")
    iterations = "".join(
        f"    ├── iteration {number}\n    │   └── Mail Pass  at 1d 12h 3s\n" for number in range(10)
    )
    assert (
        tree
        == f"""\
SUCCEEDED after 1d 12h 3s
├── Charge Task  for 3s
│   └── Busy: try [later]  tried again after 3s
├── Cool off Wait  at 3s  for 1d 12h
└── Notify Map  at 1d 12h 3s
{iterations}    └── and 2 more
"""
    )
    assert json.loads(f"[{output}") == list(range(12))


def test_the_machine_of_a_post_without_a_change() -> None:
    names = [f"WriteMetricLambda{when}" for when in ("", "Five", *range(10, 60, 5))]
    mocks = {
        "StateMachines": {"Metrics": {"TestCases": {"Written": dict.fromkeys(names, "Written")}}},
        "MockedResponses": {"Written": {"0": {"Return": {}}}},
    }
    Path("mocks.json").write_text(json.dumps(mocks))
    given = (str(DATA / "machine_write_metric.json.txt"), "--mock", "mocks.json")
    tree = _windsock("run", *given).stdout.partition("[\n")[0]
    assert tree.startswith("SUCCEEDED after 55s\n└── ParallelMetric Parallel  for 55s\n")
    last = (
        "    └── branch 11\n        ├── Wait55 Wait  for 55s\n        └── WriteMetricLambda55 Task  at 55s\n"
    )
    assert tree.endswith(last)
    assert len(json.loads(_windsock("run", *given, "--json").stdout)["history"]) == 88


def test_an_execution_that_fails() -> None:
    result = _order("--mock", "mocks.json", "--case", "Broke")
    assert result.exit_code == 1
    assert (
        result.stdout
        == """\
FAILED
└── Charge Task
    └── NoMoney: The card is empty.  not caught
NoMoney: The card is empty.
"""
    )


def test_an_execution_as_json() -> None:
    shown = json.loads(_order("--mock", "mocks.json", "--case", "Broke", "--json", "--input", "[1]").stdout)
    assert (shown["status"], shown["error"], shown["path"]) == ("FAILED", "NoMoney", ["Charge"])
    assert shown["history"][0]["executionStartedEventDetails"]["input"] == "[1]"
    assert shown["visits"] == [
        {
            "state": "Charge",
            "type": "Task",
            "entered": 0,
            "exited": None,
            "failures": [{"error": "NoMoney", "cause": "The card is empty.", "at": 0, "retried": None}],
            "lines": [],
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "The state 'Charge' calls arn:aws:states:::lambda:invoke, and has no mock."),
        (("--mock", "mocks.json"), "mocks.json: Which test case? There are: Paid, Broke."),
        (("--mock", "none.json"), "cannot read none.json: No such file or directory"),
        (("--input", "{"), "the input is no JSON:"),
        (("--input", "@none.json"), "cannot read none.json: No such file or directory"),
    ],
)
def test_what_a_run_needs(arguments: tuple[str, ...], said: str) -> None:
    result = _order(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_definition_with_faults_is_not_run() -> None:
    Path("bad.asl.json").write_text(BAD)
    result = _windsock("run", "bad.asl.json")
    assert result.exit_code == 1
    assert "2 errors, 1 warning" in result.stdout
