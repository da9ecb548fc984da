"""Jobs of services: begun by an action, and over when a second operation says so (`.sync`).

A job that does not succeed fails the task with States.TaskFailed and the job as its cause.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.job_kinds import JOBS, Call
from windsock.services.stepfunctions.sdk_shapes import capitalized
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

# What a parameter is that is no way but a text.
_LITERAL: Final = "'"
# How the errors of services end that know of no such thing.
_GONE: Final = ".ResourceNotFoundException"


@integration
class ServiceJob(Integration):
    """Begins a job by the operation that the resource names, and looks for its end."""

    resources = tuple(JOBS)

    async def request(self, work: Work) -> Any:
        service = JOBS[self.resource].service
        answer = await service.call(work, capitalized(work.resource.operation), work.arguments)
        return service.with_metadata(work, answer)

    async def look(self, work: Work, answer: Any) -> Any | None:
        job = JOBS[self.resource]
        try:
            told = await job.service.call(work, job.look.operation, _params(job.look, work, answer))
        except WorkFailed as failed:
            if job.gone and failed.error.endswith(_GONE):
                return answer
            raise
        found = _at(told, job.job)
        state = _at(found, job.state)
        if state in job.bad:
            raise WorkFailed("States.TaskFailed", to_json(found))
        return found if state in job.good else None

    async def stop(self, work: Work, answer: Any) -> None:
        job = JOBS[self.resource]
        if job.stop is not None:
            await job.service.call(work, job.stop.operation, _params(job.stop, work, answer))


def _params(call: Call, work: Work, answer: Any) -> dict[str, Any]:
    return {name: _value(way, work, answer) for name, way in call.params.items()}


def _value(way: str, work: Work, answer: Any) -> Any:
    if way.startswith(_LITERAL):
        return way.removeprefix(_LITERAL)
    if way.startswith("["):
        return [_at(answer, way[1:-1])]
    return _at(work.arguments, way[2:]) if way.startswith("$.") else _at(answer, way)


def _at(value: Any, way: str) -> Any:
    """What a dotted way leads to; None where it leads nowhere."""
    for step in way.split(".") if way else ():
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
