"""`windsock up --demo`: the AMI builder's event goes through, and its way is shown.

The event is the one of the AWS blog's AMI builder: a pipeline says that an image was created, a rule
chooses that, a topic mails it.
"""

from __future__ import annotations

import re
from typing import Any

import orjson
import typer
from rich.console import Console

from windsock.cli.trees import tree_of
from windsock.engine.calls import Caller
from windsock.engine.engine import Engine
from windsock.gateway.ways import way_of
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope
from windsock.services.sns.mails import list_mails

SCOPE = Scope(DEFAULT_ACCOUNT, DEFAULT_REGION)
RULE = "demo-ami-builder"
MAILBOX = "you@example.com"
PATTERN = '{"source":["com.ami.builder"],"detail-type":["AmiBuilder"],"detail":{"AmiStatus":["Created"]}}'


async def show(engine: Engine) -> None:
    """Set the rule up (again, if it is there), send the event, print what became of it."""

    async def call(service: str, operation: str, **params: Any) -> dict[str, Any]:
        caller = Caller.root(SCOPE.account)
        return await engine.call(service, operation, params, caller=caller, scope=SCOPE) or {}

    topic = (await call("sns", "CreateTopic", Name="demo-ami-builder"))["TopicArn"]
    await call("sqs", "CreateQueue", QueueName=RULE)
    await call("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint=MAILBOX)
    await engine.activity.settled()
    await _confirm(engine, call, topic)
    await call("events", "PutRule", Name=RULE, EventPattern=PATTERN)
    targets = [{"Id": "mail", "Arn": topic}, {"Id": "queue", "Arn": SCOPE.arn("sqs", RULE)}]
    await call("events", "PutTargets", Rule=RULE, Targets=targets)
    entry = {
        "Source": "com.ami.builder",
        "DetailType": "AmiBuilder",
        "Detail": '{ "AmiStatus": "Created"}',
        "Resources": ["ami-12cd5guf"],
    }
    put = await call("events", "PutEvents", Entries=[entry])
    await engine.activity.settled()
    _print_way(engine, put["Entries"][0]["EventId"])


async def _confirm(engine: Engine, call: Any, topic: str) -> None:
    """Follow the link of the confirmation mail, as its reader would; none is kept when it was really sent."""
    for mail in engine.store.read(lambda tx: list_mails(tx, recipient=MAILBOX)):
        token = re.search(r"Token=(\w+)", mail.body)
        if token:
            await call("sns", "ConfirmSubscription", TopicArn=topic, Token=token[1])
            return


def _print_way(engine: Engine, event_id: str) -> None:
    (way,) = way_of(engine, SCOPE, event_id)
    shown = orjson.loads(orjson.dumps(way))
    console = Console(highlight=False)
    console.print("\nAn event went through:")
    console.print(tree_of(shown))
    typer.echo("Read its mail with `windsock mail`, its message with `aws sqs receive-message`.\n")
