"""`ecs:runTask`: containers as tasks.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.named_services import ECS
from windsock.services.stepfunctions.work import Integration, Work, WorkFailed, integration

_STOPPED: Final = "STOPPED"


@integration
class RunTask(Integration):
    """Runs a task of ECS. As a job it succeeds when each of its containers ends with exit code 0."""

    resources = ("ecs:runTask",)

    async def request(self, work: Work) -> Any:
        answer = await ECS.call(work, "RunTask", work.arguments)
        if not answer.get("Tasks"):
            raise WorkFailed("ECS.AmazonECSException", to_json(answer.get("Failures", [])))
        return ECS.with_metadata(work, answer)

    async def look(self, work: Work, answer: Any) -> Any | None:
        told = await ECS.call(work, "DescribeTasks", self._task(answer))
        task = (told.get("Tasks") or [{}])[0]
        if task.get("LastStatus") != _STOPPED:
            return None
        if any(container.get("ExitCode") != 0 for container in task.get("Containers", ())):
            raise WorkFailed("States.TaskFailed", to_json(task))
        return task

    async def stop(self, work: Work, answer: Any) -> None:
        task = answer["Tasks"][0]
        await ECS.call(work, "StopTask", {"Cluster": task["ClusterArn"], "Task": task["TaskArn"]})

    def _task(self, answer: Any) -> dict[str, Any]:
        task = answer["Tasks"][0]
        return {"Cluster": task["ClusterArn"], "Tasks": [task["TaskArn"]]}
