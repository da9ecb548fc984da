"""TestState beyond what was recorded: tasks that are really done, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver

from windsock.engine.http_client import HttpRequest
from windsock.kernel.errors import AwsError

ROLE = "arn:aws:iam::123456789012:role/tester"
PASS = {"Type": "Pass", "End": True}
FUNCTION = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
PROCESSOR = {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "I",
    "States": {"I": PASS},
}
MAP = {"Type": "Map", "ItemProcessor": PROCESSOR, "End": True}
READER = {
    **MAP,
    "ItemSelector": {"name.$": "$$.Map.Item.Value.name"},
    "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Parameters": {"Bucket": "b", "Key": "k"},
    },
}
WRITER = {
    **MAP,
    "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},
}
BRANCH = {"StartAt": "B", "States": {"B": PASS}}
PARALLEL = {"Type": "Parallel", "Branches": [BRANCH, {"StartAt": "C", "States": {"C": PASS}}], "End": True}


async def try_state(driver: Driver, definition: dict[str, Any], **params: Any) -> dict[str, Any]:
    """Call TestState."""
    return await driver("stepfunctions", "TestState", definition=json.dumps(definition), **params)


def send(url: str) -> dict[str, Any]:
    """A task that sends its input to a queue."""
    parameters = {"QueueUrl": url, "MessageBody.$": "$"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": parameters,
        "ResultSelector": {"id.$": "$.MessageId"},
        "Catch": [
            {"ErrorEquals": ["SQS.QueueDoesNotExistException"], "ResultPath": "$.error", "Next": "Sorry"}
        ],
        "Next": "Sent",
    }


async def test_a_task_without_a_mock_is_done(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    answer = await try_state(driver, send(url), roleArn=ROLE, input='{"a": 1}', inspectionLevel="DEBUG")
    assert (answer["status"], answer["nextState"]) == ("SUCCEEDED", "Sent")
    (message,) = (await driver("sqs", "ReceiveMessage", QueueUrl=url))["Messages"]
    assert json.loads(message["Body"]) == {"a": 1}
    assert json.loads(answer["output"]) == {"id": message["MessageId"]}
    assert json.loads(answer["inspectionData"]["result"])["MessageId"] == message["MessageId"]


async def test_the_error_of_a_task_is_caught(driver: Driver) -> None:
    url = (await driver("sqs", "CreateQueue", QueueName="q"))["QueueUrl"]
    await driver("sqs", "DeleteQueue", QueueUrl=url)
    answer = await try_state(driver, send(url), roleArn=ROLE, inspectionLevel="DEBUG")
    assert (answer["status"], answer["nextState"]) == ("CAUGHT_ERROR", "Sorry")
    assert answer["error"] == "SQS.QueueDoesNotExistException"
    assert json.loads(answer["output"])["error"]["Error"] == answer["error"]
    assert answer["inspectionData"]["errorDetails"] == {"catchIndex": 0}


async def order(driver: Driver, status: int, **params: Any) -> dict[str, Any]:
    """Test an HTTP Task whose connection adds an API key, a query parameter and a member of the body."""
    invocation = {
        "QueryStringParameters": [{"Key": "tenant", "Value": "hidden-1", "IsValueSecret": True}],
        "BodyParameters": [{"Key": "token", "Value": "hidden-2", "IsValueSecret": True}],
    }
    connection = await driver(
        "events",
        "CreateConnection",
        Name="shop",
        AuthorizationType="API_KEY",
        AuthParameters={
            "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "hidden-3"},
            "InvocationHttpParameters": invocation,
        },
    )
    spec = {
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": f"https://shop.example.com/{status}",
            "Method": "POST",
            "Authentication": {"ConnectionArn": connection["ConnectionArn"]},
            "QueryParameters": {"page": 2},
            "Headers": {"X-Trace": "abc"},
            "RequestBody": {"item": "socks"},
        },
        "ResultSelector": {"id.$": "$.ResponseBody.id"},
        "End": True,
    }
    return await try_state(driver, spec, roleArn=ROLE, **params)


async def test_the_request_of_an_http_task_without_its_secrets(
    driver: Driver, web_server: list[HttpRequest]
) -> None:
    answer = await order(driver, 201, inspectionLevel="TRACE")
    assert json.loads(answer["output"]) == {"id": 7}
    assert "hidden" not in json.dumps(answer)
    request, response = (answer["inspectionData"][name] for name in ("request", "response"))
    assert (request["protocol"], request["method"]) == ("https", "POST")
    assert request["url"] == "https://shop.example.com/201?page=2"
    assert request["headers"].startswith("[Content-Type: application/json, X-Trace: abc, ")
    assert json.loads(request["body"]) == {"item": "socks"}
    assert response == {
        "protocol": "https",
        "statusCode": "201",
        "statusMessage": "Created",
        "headers": "[content-type: application/json, x-own: 1]",
        "body": '{"id": 7}',
    }
    (sent,) = web_server
    assert (sent.headers["X-Key"], sent.url) == ("hidden-3", f"{request['url']}&tenant=hidden-1")


async def test_the_request_of_an_http_task_with_its_secrets(
    driver: Driver, web_server: list[HttpRequest]
) -> None:
    answer = await order(driver, 404, inspectionLevel="TRACE", revealSecrets=True)
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Http.StatusCode.404")
    request = answer["inspectionData"]["request"]
    assert request["url"] == "https://shop.example.com/404?page=2&tenant=hidden-1"
    assert "X-Key: hidden-3" in request["headers"]
    assert json.loads(request["body"]) == {"item": "socks", "token": "hidden-2"}
    assert answer["inspectionData"]["response"]["statusCode"] == "404"


@pytest.mark.parametrize(("status", "level"), [(0, "TRACE"), (200, "DEBUG")])
async def test_an_exchange_is_shown_where_there_is_one_and_it_is_asked_for(
    driver: Driver, web_server: list[HttpRequest], status: int, level: str
) -> None:
    answer = await order(driver, status, inspectionLevel=level)
    assert answer["status"] == ("SUCCEEDED" if status else "FAILED")
    assert not {"request", "response"} & answer["inspectionData"].keys()


async def test_the_variables_after_the_state(driver: Driver) -> None:
    spec = {**PASS, "Assign": {"sum.$": "States.MathAdd($a, 1)"}}
    answer = await try_state(driver, spec, variables='{"a": 1, "b": "x"}', inspectionLevel="DEBUG")
    assert json.loads(answer["inspectionData"]["variables"]) == {"a": 1, "b": "x", "sum": 2}


async def test_what_an_item_reader_would_read(driver: Driver) -> None:
    answer = await try_state(
        driver,
        READER,
        mock={"result": "[1, 2]"},
        stateConfiguration={"mapItemReaderData": "name,age\nAnn,7\nBob,8\n"},
        inspectionLevel="DEBUG",
    )
    assert json.loads(answer["inspectionData"]["afterItemSelector"]) == [{"name": "Ann"}, {"name": "Bob"}]


async def test_a_map_without_items_fails(driver: Driver) -> None:
    answer = await try_state(driver, {**MAP, "ItemsPath": "$.items"}, mock={"result": "[]"})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert answer["cause"].startswith(
        "An error occurred while executing the state 'StateName' (entered at the event id #2). "
    )


WHOLE = {"StartAt": "A", "States": {"A": PASS}}
INVALID = (
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these "
    "values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/"
)
NOT_SUPPORTED = "when a mock is not specified."


@pytest.mark.parametrize(
    ("definition", "params", "code", "message"),
    [
        (WHOLE, {"stateName": "B"}, "ValidationException", "State not found in definition"),
        ({"Type": "Nothing"}, {}, "InvalidDefinition", f"{INVALID}StateName/Type'"),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Nothing", "End": True}}},
            {"stateName": "A"},
            "InvalidDefinition",
            f"{INVALID}A/Type'",
        ),
        (
            PASS,
            {"mock": {"result": "{}"}},
            "ValidationException",
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            FUNCTION,
            {"mock": {"result": "{}"}, "revealSecrets": True},
            "ValidationException",
            "TestState does not support RevealSecrets when a mock is specified.",
        ),
        (
            FUNCTION,
            {"context": "{}", "roleArn": ROLE},
            "ValidationException",
            f"TestState does not support Context {NOT_SUPPORTED}",
        ),
        (
            FUNCTION,
            {},
            "ValidationException",
            "TestState needs a roleArn for a Task state when a mock is not specified.",
        ),
        (FUNCTION, {"mock": {"result": "{"}}, "ValidationException", "Mocked result must be valid JSON."),
        (MAP, {"mock": {"result": "{}"}}, "ValidationException", "Mocked result must be an array."),
        (WRITER, {"mock": {"result": "[]"}}, "ValidationException", "Mocked result must be a JSON object."),
        (
            PARALLEL,
            {"mock": {"result": "[1]"}},
            "ValidationException",
            "Mocked result must contain the same number of items as number of Parallel branches.",
        ),
        (
            PASS,
            {"variables": "[]"},
            "ValidationException",
            "The value for 'variables' must be a JSON object.",
        ),
        (
            {**FUNCTION, "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"},
            {"roleArn": ROLE},
            "InvalidDefinition",
            f"TestState API does not support activities {NOT_SUPPORTED}",
        ),
        (
            {
                **FUNCTION,
                "Resource": "arn:aws:states:::glue:startJobRun.sync",
                "Parameters": {"JobName": "j"},
            },
            {"roleArn": ROLE},
            "InvalidDefinition",
            f"TestState API does not support the '.sync' service integration pattern {NOT_SUPPORTED}",
        ),
    ],
)
async def test_what_is_refused(
    driver: Driver, definition: dict[str, Any], params: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(AwsError) as refused:
        await try_state(driver, definition, **params)
    assert (refused.value.code, refused.value.message) == (code, message)


async def test_an_input_that_is_no_json_is_refused(driver: Driver) -> None:
    with pytest.raises(AwsError) as refused:
        await try_state(driver, PASS, input="{")
    assert refused.value.code == "InvalidExecutionInput"


@pytest.mark.parametrize(
    ("resource", "result", "problem"),
    [
        ("dynamodb:getItem", {"Item": []}, "Field 'Item' must be an object"),
        ("dynamodb:getItem", {"Item": {"a": {"SS": "x"}}}, "Field 'SS' must be an array"),
        ("aws-sdk:sqs:listQueues", {"QueueUrls": [1]}, "Field 'QueueUrls' must be a string"),
        ("aws-sdk:ec2:describeInstances", {"Reservations": ["x"]}, "Field 'Reservations' must be an object"),
        ("dynamodb:getItem", {"Item": {"a": {"BOOL": "x"}}}, "Field 'BOOL' must be a boolean"),
        ("lambda:invoke", {"Payload": {"any": 1}, "StatusCode": True}, "Field 'StatusCode' must be a number"),
        ("lambda:invoke", {"Payload": {"any": 1}}, None),
        ("http:invoke", {"ResponseBody": 1}, None),
        ("elasticmapreduce:addStep", {"StepId": 1}, None),
    ],
)
async def test_mocked_results_are_held_to_the_api(
    driver: Driver, resource: str, result: Any, problem: str | None
) -> None:
    parameters = {"TableName": "t", "Key": {}, "FunctionName": "f"}
    spec = {**FUNCTION, "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters}
    try:
        answer = await try_state(driver, spec, mock={"result": json.dumps(result)})
    except AwsError as error:
        assert error.message == f"Mock result schema validation error: {problem}"
    else:
        assert problem is None
        assert answer["status"] == "SUCCEEDED"
