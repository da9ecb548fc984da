"""The door of windsock's own paths: which function answers, and who may ask.

They are for tools, not for web pages: other sites' pages are refused. Where IAM is enforced they answer this
machine only. A start loads none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final, NamedTuple

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


class _Found(NamedTuple):
    """A path that a request may mean, its function, and the segments that its template names."""

    path: Path
    function: PathFunction
    segments: Mapping[str, str]


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
            found = self._at(request.path)
            # Who may not ask is not told either what there is.
            self._admit(request, source_ip, found[0].path.audience if found else Audience.MACHINE)
            chosen = self._chosen(request, found)
            answer = await chosen.function(Asked(self._engine, request, chosen.segments))
        except AwsError as error:
            return _json({"code": error.code, "message": error.message}, error.status)
        return answer if isinstance(answer, Response) else _json(answer)

    @cached_property
    def _paths(self) -> list[tuple[Path, PathFunction]]:
        return list(marked("windsock.gateway.control.paths", Path))

    def _at(self, path: str) -> list[_Found]:
        """What answers a path, by one method or another."""
        name = path.removeprefix(_PLACE).strip("/")
        return [
            _Found(each, function, match.groupdict())
            for each, function in self._paths
            if (match := each.pattern.fullmatch(name)) is not None
        ]

    def _chosen(self, request: Request, found: list[_Found]) -> _Found:
        """What answers the request. Raises ControlError."""
        if not found:
            known = ", ".join(dict.fromkeys(path.template for path, _ in self._paths))
            raise NotThere(f"There is no {request.path}. There are: {known}.")
        method = "GET" if request.method == "HEAD" else request.method
        chosen = next((each for each in found if each.path.method == method), None)
        if chosen is None:
            methods = " or ".join(each.path.method for each in found)
            raise ControlError(
                f"{request.path} takes {methods}, not {request.method}.", code="MethodNotAllowed", status=405
            )
        return chosen

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
