"""Function URLs: a plain HTTP request runs a function."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from tests.aws.conftest import Client
from tests.aws.test_lambda import make_function
from tests.servers import RunningWindsock

ACCOUNT = "700000000031"
ECHO = """
import json

def handler(event, context):
    http = event["requestContext"]["http"]
    if event["rawPath"] == "/broken":
        raise ValueError("broken")
    if event["rawPath"] == "/plain":
        return {"you": "said", "what": event["queryStringParameters"]}
    return {
        "statusCode": 201,
        "headers": {"X-Method": http["method"]},
        "cookies": ["a=1", "b=2"],
        "body": json.dumps({"path": event["rawPath"], "body": event.get("body")}),
    }
"""


def ask(
    windsock: RunningWindsock, url: str, method: str, path: str, body: str | None = None
) -> tuple[int, dict[str, list[str]], str]:
    """A request to a function URL: its host name in the header, windsock's address underneath."""
    at = urlsplit(windsock.endpoint)
    connection = http.client.HTTPConnection(at.hostname or "", at.port)
    try:
        connection.request(method, path, body, {"Host": urlsplit(url).netloc})
        response = connection.getresponse()
        headers: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            headers.setdefault(name.lower(), []).append(value)
        return response.status, headers, response.read().decode()
    finally:
        connection.close()


def test_a_request_to_its_url_runs_the_function(client: Client, windsock: RunningWindsock) -> None:
    functions = client("lambda", ACCOUNT)
    make_function(functions, "echo", ECHO)
    url = functions.create_function_url_config(FunctionName="echo", AuthType="NONE")["FunctionUrl"]

    status, headers, body = ask(windsock, url, "POST", "/some/path?x=1", "hello")
    assert (status, headers["x-method"], headers["set-cookie"]) == (201, ["POST"], ["a=1", "b=2"])
    assert json.loads(body) == {"path": "/some/path", "body": "hello"}

    status, headers, body = ask(windsock, url, "GET", "/plain?x=1&x=2&y=3")
    assert (status, headers["content-type"]) == (200, ["application/json"])
    assert json.loads(body) == {"you": "said", "what": {"x": "1,2", "y": "3"}}

    assert ask(windsock, url, "GET", "/broken")[0] == 502


def test_a_url_may_want_a_signature_and_may_be_gone(client: Client, windsock: RunningWindsock) -> None:
    functions = client("lambda", ACCOUNT)
    make_function(functions, "guarded", ECHO)
    url = functions.create_function_url_config(FunctionName="guarded", AuthType="AWS_IAM")["FunctionUrl"]
    assert ask(windsock, url, "GET", "/")[0] == 403
    functions.delete_function_url_config(FunctionName="guarded")
    assert ask(windsock, url, "GET", "/")[0] == 404
