"""AWS's wire protocols on a bare connection: no retries, so that an answer is an answer."""

from __future__ import annotations

import http.client
import json
import re
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

_TARGETS = {
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "events": ("AWSEvents", "1.1"),
    "logs": ("Logs_20140328", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "states": ("AWSStepFunctions", "1.0"),
}


class Unanswered(Exception):
    """The connection ended before the whole answer was there."""


class Refused(AssertionError):
    """An answer that is no success."""


class Wire:
    """One connection of one thread, in the name of an account."""

    def __init__(self, port: int, account: str) -> None:
        self.account = account
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def __call__(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """A call to a service that speaks JSON; the decoded answer."""
        prefix, version = _TARGETS[service]
        headers = {
            "content-type": f"application/x-amz-json-{version}",
            "x-amz-target": f"{prefix}.{operation}",
        }
        answer: dict[str, Any] = json.loads(
            self._post(service, headers, json.dumps(params).encode()) or b"{}"
        )
        return answer

    def sns(self, action: str, **params: str) -> dict[str, str]:
        """A call to SNS, with `.` in the names of parameters written `__`; the leaves of the answer."""
        return self._form("sns", "2010-03-31", action, params)

    def cloudformation(self, action: str, **params: str) -> dict[str, str]:
        """A call to CloudFormation, likewise; of leaves of one name the last."""
        return self._form("cloudformation", "2010-05-15", action, params)

    def _form(self, service: str, version: str, action: str, params: dict[str, str]) -> dict[str, str]:
        form = {name.replace("__", "."): value for name, value in params.items()}
        body = urlencode({"Action": action, "Version": version, **form}).encode()
        answer = self._post(service, {"content-type": "application/x-www-form-urlencoded"}, body).decode()
        return dict(re.findall(r"<(\w+)>([^<]+)</\1>", answer))

    def rest(self, service: str, path: str, body: bytes, **headers: str) -> bytes:
        """A POST to a service that goes by paths, with `-` in the names of headers written `_`."""
        return self._post(service, {name.replace("_", "-"): v for name, v in headers.items()}, body, path)

    def _post(self, service: str, headers: dict[str, str], body: bytes, path: str = "/") -> bytes:
        credential = f"{self.account}/20170102/us-east-1/{service}/aws4_request"
        authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
        try:
            self._connection.request("POST", path, body, {**headers, "authorization": authorization})
            response = self._connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered from error
        if not 200 <= response.status < 300:
            raise Refused(f"{response.status}: {answer.decode()}")
        return answer
