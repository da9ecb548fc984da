"""The door of windsock's own paths: which function answers, and who may ask.

They are for tools, not for web pages: other sites' pages are refused. Where IAM is enforced they answer this
machine only. A start loads none of them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import orjson

from windsock.engine.engine import Engine
from windsock.gateway.control.asked import Asked, ControlError, NotThere
from windsock.gateway.control.path import Audience, Path, PathFunction
from windsock.gateway.hosts import is_loopback_name
from windsock.gateway.other_sites import refuse_other_sites
from windsock.gateway.request import Request, Response
from windsock.kernel.discovery import marked
from windsock.kernel.errors import AwsError

_PLACE: Final = "/_windsock"


class Control:
    """Answers the control paths."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claims(self, request: Request) -> bool:
        """Whether the request is for `/_windsock` or something below it."""
        return request.path == _PLACE or request.path.startswith(f"{_PLACE}/")

    async def answer(self, request: Request, source_ip: str) -> Response:
        """The response to a control request; errors are JSON with `code` and `message`."""
        try:
            path, function, segments = self._find(request)
            self._admit(request, source_ip, path.audience)
            answer = await function(Asked(self._engine, request, segments))
        except AwsError as error:
            return _json({"code": error.code, "message": error.message}, error.status)
        return answer if isinstance(answer, Response) else _json(answer)

    @cached_property
    def _paths(self) -> list[tuple[Path, PathFunction]]:
        return list(marked("windsock.gateway.control.paths", Path))

    def _find(self, request: Request) -> tuple[Path, PathFunction, dict[str, str]]:
        name = request.path.removeprefix(_PLACE).strip("/")
        found = [
            (path, function, match.groupdict())
            for path, function in self._paths
            if (match := path.pattern.fullmatch(name)) is not None
        ]
        if not found:
            known = ", ".join(dict.fromkeys(path.template for path, _ in self._paths))
            raise NotThere(f"There is no {request.path}. There are: {known}.")
        method = "GET" if request.method == "HEAD" else request.method
        for each in found:
            if each[0].method == method:
                return each
        methods = " or ".join(path.method for path, _, _ in found)
        raise ControlError(
            f"{request.path} takes {methods}, not {request.method}.", code="MethodNotAllowed", status=405
        )

    def _admit(self, request: Request, source_ip: str, audience: Audience) -> None:
        """Raises AwsError for who may not ask."""
        if audience is Audience.EVERYBODY:
            return
        refuse_other_sites(request, self._engine.settings.endpoint)
        enforced = self._engine.settings.iam == "enforce"
        if enforced and audience is Audience.MACHINE and not is_loopback_name(source_ip):
            raise ControlError("Only this machine may use this.", code="AccessDenied", status=403)


def _json(value: object, status: int = 200) -> Response:
    return Response(status, {"content-type": "application/json"}, orjson.dumps(value))
