"""What the tests of Pipes share: making a pipe between queues, sending, and what is in a queue."""

from __future__ import annotations

from typing import Any

from tests.conftest import Driver

ROLE = "arn:aws:iam::000000000000:role/pipe"
SQS = "arn:aws:sqs:us-east-1:000000000000:"


async def make_queues(driver: Driver) -> None:
    """The queues `in` and `out`; what is received from `in` is hidden for 30 seconds."""
    for name in ("in", "out"):
        await driver("sqs", "CreateQueue", QueueName=name)


async def make_pipe(driver: Driver, name: str = "p", **params: Any) -> dict[str, Any]:
    """Make a pipe from `in` to `out`, unless told otherwise, and wait until its state lasts."""
    given = {"Source": SQS + "in", "Target": SQS + "out", "RoleArn": ROLE, **params}
    answer = await driver("pipes", "CreatePipe", Name=name, **given)
    await driver.settle()
    return answer


async def send(driver: Driver, *bodies: str, queue: str = "in", **params: Any) -> None:
    """Send messages, and wait until what they lead to has settled."""
    for body in bodies:
        await driver("sqs", "SendMessage", QueueUrl=f"/000000000000/{queue}", MessageBody=body, **params)
    await driver.settle()


async def waiting(driver: Driver, queue: str) -> list[int]:
    """How many messages of a queue are visible and how many are hidden."""
    answer = await driver(
        "sqs", "GetQueueAttributes", QueueUrl=f"/000000000000/{queue}", AttributeNames=["All"]
    )
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return [int(answer["Attributes"][name]) for name in names]


async def received(driver: Driver, queue: str = "out", **params: Any) -> list[dict[str, Any]]:
    """The messages of a queue, taken out of it."""
    found: list[dict[str, Any]] = []
    url = f"/000000000000/{queue}"
    while True:
        answer = await driver("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, **params)
        some = answer.get("Messages", [])
        if not some:
            return found
        found += some
        for message in some:
            await driver("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


async def bodies(driver: Driver, queue: str = "out") -> list[str]:
    """The bodies of the messages of a queue, taken out of it."""
    return sorted(message["Body"] for message in await received(driver, queue))
