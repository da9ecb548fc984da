"""`apigateway:invoke`: a request to an API of API Gateway.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.engine.http_client import HttpClient, HttpFailure, HttpRequest
from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.http_endpoints import outcome, url_of
from windsock.services.stepfunctions.limits import HTTP_TASK_SECONDS
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

_NO_AUTH: Final = "NO_AUTH"


@integration
class ApiInvoke(Integration):
    """Sends a request to `https://{ApiEndpoint}/{Stage}/{Path}`; an http endpoint says so itself."""

    resources = ("apigateway:invoke",)

    async def request(self, work: Work) -> Any:
        given = work.arguments if isinstance(work.arguments, Mapping) else {}
        if given.get("AuthType", _NO_AUTH) != _NO_AUTH:
            raise WorkFailed(
                "ApiGateway.NotImplemented", f"windsock does not implement AuthType {given['AuthType']} yet."
            )
        try:
            answer = await work.engine.part(HttpClient).send(_request(given), HTTP_TASK_SECONDS)
        except HttpFailure as failure:
            raise WorkFailed("ApiGateway.ExecutionFailed", str(failure)) from failure
        return outcome(answer, "ApiGateway")


def _request(given: Mapping[str, Any]) -> HttpRequest:
    endpoint = str(given.get("ApiEndpoint", ""))
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    parts = [
        endpoint.rstrip("/"),
        *(str(given[name]).strip("/") for name in ("Stage", "Path") if name in given),
    ]
    headers = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in (given.get("Headers") or {}).items()
    }
    body = given.get("RequestBody")
    return HttpRequest(
        str(given.get("Method", "GET")),
        url_of("/".join(part for part in parts if part), given.get("QueryParameters") or {}),
        {"Content-Type": "application/json", **headers},
        b"" if body is None else (body if isinstance(body, str) else to_json(body)).encode(),
    )
