"""Function URLs: a plain HTTP request runs a function."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from tests.aws.conftest import Client
from tests.aws.test_lambda import make_function

from windsock.testing import Server

ACCOUNT = "700000000031"
ECHO = """
import json

def handler(event, context):
    http = event["requestContext"]["http"]
    if event["rawPath"] == "/broken":
        raise ValueError("broken")
    if event["rawPath"] == "/plain":
        return {"you": "said", "what": event["queryStringParameters"], "raw": event["rawQueryString"]}
    if event["rawPath"] == "/as-it-comes":
        return json.loads(event["body"])
    if event["rawPath"] == "/form":
        return {"encoded": event["isBase64Encoded"], "body": event["body"]}
    return {
        "statusCode": 201,
        "headers": {"X-Method": http["method"]},
        "cookies": ["a=1", "b=2"],
        "body": json.dumps({"path": event["rawPath"], "body": event.get("body")}),
    }
"""


def ask(
    windsock: Server, url: str, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[int, dict[str, list[str]], str]:
    """A request to a function URL: its host name in the header, windsock's address underneath.

    `headers` have underscores for hyphens.
    """
    at = urlsplit(windsock.endpoint)
    connection = http.client.HTTPConnection(at.hostname or "", at.port)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": urlsplit(url).netloc, **given})
        response = connection.getresponse()
        answered: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            answered.setdefault(name.lower(), []).append(value)
        return response.status, answered, response.read().decode()
    finally:
        connection.close()


def test_a_request_to_its_url_runs_the_function(client: Client, windsock: Server) -> None:
    functions = client("lambda", ACCOUNT)
    make_function(functions, "echo", ECHO)
    url = functions.create_function_url_config(FunctionName="echo", AuthType="NONE")["FunctionUrl"]

    status, headers, body = ask(windsock, url, "POST", "/some/path?x=1", "hello")
    assert (status, headers["x-method"], headers["set-cookie"]) == (201, ["POST"], ["a=1", "b=2"])
    assert json.loads(body) == {"path": "/some/path", "body": "hello"}

    status, headers, body = ask(windsock, url, "GET", "/plain?x=1&x=2&y=%20a")
    assert (status, headers["content-type"]) == (200, ["application/json"])
    assert json.loads(body) == {"you": "said", "what": {"x": "1,2", "y": " a"}, "raw": "x=1&x=2&y=%20a"}
    form = ask(windsock, url, "POST", "/form", "a=1", content_type="application/x-www-form-urlencoded")
    assert json.loads(form[2]) == {"encoded": True, "body": "YT0x"}

    assert ask(windsock, url, "GET", "/broken")[0] == 502
    for no_response in ('{"statusCode": "x"}', '{"statusCode": 200, "headers": 3}',
                        '{"statusCode": 200, "body": "!", "isBase64Encoded": true}'):  # fmt: skip
        assert ask(windsock, url, "POST", "/as-it-comes", no_response)[0] == 502


def test_a_url_may_want_a_signature_and_may_be_gone(client: Client, windsock: Server) -> None:
    functions = client("lambda", ACCOUNT)
    make_function(functions, "guarded", ECHO)
    url = functions.create_function_url_config(FunctionName="guarded", AuthType="AWS_IAM")["FunctionUrl"]
    assert ask(windsock, url, "GET", "/")[0] == 403
    functions.delete_function_url_config(FunctionName="guarded")
    assert ask(windsock, url, "GET", "/")[0] == 404


def test_pages_of_allowed_origins_may_read_the_answers(client: Client, windsock: Server) -> None:
    functions = client("lambda", ACCOUNT)
    make_function(functions, "shared", ECHO)
    cors = {
        "AllowOrigins": ["https://a.example"],
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["x-own"],
        "ExposeHeaders": ["x-method"],
        "MaxAge": 300,
        "AllowCredentials": True,
    }
    url = functions.create_function_url_config(FunctionName="shared", AuthType="NONE", Cors=cors)[
        "FunctionUrl"
    ]

    status, headers, body = ask(
        windsock, url, "OPTIONS", "/", origin="https://a.example", access_control_request_method="POST"
    )
    # Answered without the function, which would have said 201.
    assert (status, body) == (200, "")
    assert headers["access-control-allow-origin"] == ["https://a.example"]
    assert headers["access-control-allow-methods"] == ["GET,POST"]
    assert headers["access-control-allow-headers"] == ["x-own"]
    assert headers["access-control-allow-credentials"] == ["true"]
    assert headers["access-control-max-age"] == ["300"]

    status, headers, body = ask(windsock, url, "GET", "/", origin="https://a.example")
    assert (status, json.loads(body)["path"]) == (201, "/")
    assert headers["access-control-allow-origin"] == ["https://a.example"]
    assert headers["access-control-expose-headers"] == ["x-method"]

    status, headers, _ = ask(windsock, url, "GET", "/", origin="https://b.example")
    assert (status, "access-control-allow-origin" in headers) == (201, False)
