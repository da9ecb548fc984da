"""Agents on EC2 instances: each registers its instance, as the role of the instance, some time after it runs.

The calls are like any other: IAM decides on them, CloudTrail has them. What is denied or finds no cluster is
tried again for some time.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterContainerInstance.html
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.engine.calls import Call, Caller
from windsock.engine.engine import Engine
from windsock.engine.retries import backoff_ms
from windsock.engine.tasks import Task, TaskKind, task_kind
from windsock.kernel.ids import uuid4
from windsock.kernel.log import Log
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.backend.instance_callers import instance_caller
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.ecs.limits import AGENT_SECONDS, REGISTER_ATTEMPTS
from windsock.store.transaction import Transaction

log = Log(__name__)

REGISTER: Final = "ecs.register"

_USER_AGENT: Final = "Amazon ECS Agent - v{version} ({hash}) (linux) (+http://aws.amazon.com/ecs/)"


@on("ecs.agent-started")
def agent_started(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An instance with an agent runs."""
    instance = happening.facts["instance"]
    engine.tasks.add(
        tx,
        happening.scope,
        kind=REGISTER,
        lane=happening.scope.arn("ec2", f"instance/{instance}"),
        payload=orjson.dumps({"instance": instance}),
        cause=happening.cause,
        delay_ms=AGENT_SECONDS * 1000,
    )


@task_kind
class Registering(TaskKind):
    """Registers an instance, if it still runs."""

    name = REGISTER

    async def perform(self, engine: Engine, task: Task) -> None:
        instance = task.data()["instance"]
        agent = await _agent_on(engine, task, instance)
        if agent is None:
            await engine.store.write(lambda tx: engine.tasks.complete(tx, task))
            return
        versions = agent["registration"]["versionInfo"]
        caller = await instance_caller(
            engine,
            task.scope,
            agent["profile"],
            instance,
            source_ip=agent["address"],
            user_agent=_USER_AGENT.format(version=versions["agentVersion"], hash=versions["agentHash"]),
        )
        registration = {"cluster": "default", **agent["registration"]}
        if "cluster" not in agent["registration"]:
            params = {"clusterName": "default"}
            await engine.call(
                "ecs", "CreateCluster", params, caller=caller, scope=task.scope, cause=task.cause
            )
        await engine.call(
            "ecs",
            "RegisterContainerInstance",
            registration,
            caller=caller,
            scope=task.scope,
            cause=task.cause,
            completes=task,
        )

    def retry_at(self, task: Task, error: Exception, now_ms: int) -> int | None:
        return None if task.attempts >= REGISTER_ATTEMPTS else now_ms + backoff_ms(task)

    async def give_up(self, engine: Engine, task: Task, error: Exception) -> None:
        log.warning(
            "an instance did not register in its cluster", instance=task.data()["instance"], error=str(error)
        )


async def _agent_on(engine: Engine, task: Task, instance: str) -> Any:
    caller = Caller.service("ecs.amazonaws.com", task.scope.account)
    asking = Call("ecs", "DescribeAgent", {"instance": instance}, caller, task.scope, uuid4(), task.cause)
    return await engine.part(Moto).answer(asking)
