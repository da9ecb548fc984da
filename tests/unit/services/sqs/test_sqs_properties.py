"""Random use of queues against a model of what AWS promises."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.services.sqs.conftest import Client

NAMES = itertools.count()
VISIBILITY = 10

SEND = st.tuples(st.just("send"), st.sampled_from("abc"))
RECEIVE = st.tuples(st.just("receive"), st.integers(1, 4))
DELETE = st.tuples(st.just("delete"), st.integers(0, 9))
HIDE = st.tuples(st.just("hide"), st.tuples(st.integers(0, 9), st.integers(0, 20)))
PASS = st.tuples(st.just("pass"), st.integers(1, 12))
STEPS = st.lists(st.one_of(SEND, SEND, RECEIVE, RECEIVE, DELETE, HIDE, PASS), max_size=40)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Sent:
    """A message as the model knows it."""

    body: str
    group: str
    visible_ms: int
    receives: int = 0


@dataclass
class Held:
    """A receipt of a message."""

    sent: Sent
    message: dict[str, Any]
    receives: int


@dataclass
class Model:
    """What a queue must hold. `waiting` is in the order of sending."""

    client: Client
    name: str
    fifo: bool
    waiting: list[Sent] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    count: int = 0

    @property
    def now(self) -> int:
        return self.client.driver.clock.now_ms()

    def may_come(self) -> list[Sent]:
        """The messages that a receive may give now."""
        locked: set[str] = set()
        free = []
        for sent in self.waiting:
            if sent.visible_ms > self.now:
                locked.add(sent.group)
            elif not (self.fifo and sent.group in locked):
                free.append(sent)
        return free

    async def send(self, group: str) -> None:
        body = f"{group}{self.count}"
        self.count += 1
        params = {"MessageGroupId": group} if self.fifo else {}
        await self.client.send(self.name, body, **params)
        self.waiting.append(Sent(body, group, self.now))

    async def receive(self, most: int) -> list[str]:
        free = {sent.body: sent for sent in self.may_come()}
        received = await self.client.receive(self.name, most)
        bodies = [message["Body"] for message in received]
        assert len(set(bodies)) == len(bodies)
        assert set(bodies) <= free.keys(), "a hidden or deleted message came"
        assert len(bodies) == min(most, len(free)), "a visible message did not come"
        if self.fifo:
            self.check_order(bodies, free)
        for message in received:
            sent = free[message["Body"]]
            sent.visible_ms = self.now + VISIBILITY * 1000
            sent.receives += 1
            self.held.append(Held(sent, message, sent.receives))
        return bodies

    def check_order(self, bodies: list[str], free: dict[str, Sent]) -> None:
        for group in "abc":
            ours = [body for body in bodies if body[0] == group]
            due = [sent.body for sent in free.values() if sent.group == group]
            assert ours == due[: len(ours)], "a group was not received in order"

    async def delete(self, index: int) -> None:
        if not self.held:
            return
        held = self.held.pop(index % len(self.held))
        if self.fifo and not self.valid(held):
            return
        await self.client.delete(self.name, held.message)
        if held.sent in self.waiting:
            self.waiting.remove(held.sent)

    async def hide(self, choice: tuple[int, int]) -> None:
        index, seconds = choice
        if not self.held:
            return
        held = self.held[index % len(self.held)]
        if held.sent not in self.waiting or (self.fifo and not self.valid(held)):
            return
        await self.client.hide(self.name, held.message, seconds)
        held.sent.visible_ms = self.now + seconds * 1000

    def valid(self, held: Held) -> bool:
        current = held.sent in self.waiting and held.sent.receives == held.receives
        return current and held.sent.visible_ms > self.now

    async def drain(self) -> None:
        """Everything that was not deleted comes in the end, once, and in order."""
        left = [sent.body for sent in self.waiting]
        came: list[str] = []
        await self.client.driver.advance(30)
        while bodies := await self.receive(10):
            came += bodies
            for held in [held for held in self.held if held.message["Body"] in bodies]:
                if self.valid(held):
                    await self.client.delete(self.name, held.message)
                    self.waiting.remove(held.sent)
        assert sorted(came) == sorted(left)
        assert await self.client.counts(self.name) == (0, 0, 0)

    async def check_counts(self) -> None:
        hidden = sum(sent.visible_ms > self.now for sent in self.waiting)
        assert await self.client.counts(self.name) == (len(self.waiting) - hidden, hidden, 0)


async def run(model: Model, steps: list[tuple[str, Any]]) -> None:
    for kind, choice in steps:
        if kind == "pass":
            await model.client.driver.advance(choice)
        else:
            await getattr(model, kind)(choice)
    await model.check_counts()
    await model.drain()


@quick
@given(steps=STEPS)
async def test_a_standard_queue_loses_and_doubles_nothing(sqs: Client, steps: list[tuple[str, Any]]) -> None:
    name = f"q{next(NAMES)}"
    await sqs.create(name, VisibilityTimeout=str(VISIBILITY))
    await run(Model(sqs, name, fifo=False), steps)


@quick
@given(steps=STEPS)
async def test_a_fifo_queue_keeps_the_order_of_every_group(sqs: Client, steps: list[tuple[str, Any]]) -> None:
    name = f"q{next(NAMES)}.fifo"
    await sqs.create(name, VisibilityTimeout=str(VISIBILITY), ContentBasedDeduplication="true")
    await run(Model(sqs, name, fifo=True), steps)


@quick
@given(steps=STEPS, fifo=st.booleans(), receives=st.integers(1, 3))
async def test_with_a_dead_letter_queue_every_message_is_in_one_of_the_two(
    sqs: Client, steps: list[tuple[str, Any]], fifo: bool, receives: int
) -> None:
    suffix = f"{next(NAMES)}{'.fifo' if fifo else ''}"
    policy = json.dumps({"deadLetterTargetArn": sqs.arn(f"dead{suffix}"), "maxReceiveCount": receives})
    await sqs.create(f"dead{suffix}")
    extra = {"ContentBasedDeduplication": "true"} if fifo else {}
    await sqs.create(f"q{suffix}", VisibilityTimeout="3", RedrivePolicy=policy, **extra)
    left: list[str] = []
    for number, (kind, choice) in enumerate(steps):
        if kind == "send":
            params = {"MessageGroupId": choice} if fifo else {}
            await sqs.send(f"q{suffix}", f"{choice}{number}", **params)
            left.append(f"{choice}{number}")
        elif kind == "receive":
            await sqs.receive(f"q{suffix}", choice)
        elif kind == "pass":
            await sqs.driver.advance(choice)
    for _ in range(receives * (len(left) + 1)):
        await sqs.driver.advance(3)
        await sqs.receive(f"q{suffix}", 10)
    assert await sqs.counts(f"q{suffix}") == (0, 0, 0)
    dead: list[str] = []
    while bodies := await sqs.bodies(f"dead{suffix}", 10, VisibilityTimeout=1000):
        dead += bodies
    assert sorted(dead) == sorted(left)
