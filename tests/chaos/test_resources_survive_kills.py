"""Simulated resources whose making was answered are there after a kill, with the ids that were told.

Killed are windsock and, at other moments, the process of its own that moto runs in.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.conftest import MakeMortal
from tests.chaos.load import Job, Tally, load
from tests.chaos.mortal import Mortal
from tests.chaos.wire import Wire

CLIENTS = 3
TABLE = {
    "TableName": "table",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@dataclass
class Answered:
    """The ARNs of secrets, which have random ends, by name; and the keys of items."""

    secrets: dict[str, str] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)


def test_resources_survive_kills(make_mortal: MakeMortal, rounds: int, chance: random.Random) -> None:
    with make_mortal() as mortal:
        for number in range(rounds):
            answered, tally = Answered(), Tally()
            account = f"8{number:011}"
            with mortal.wire(account) as wire:
                wire("dynamodb", "CreateTable", **TABLE)
            jobs = [_making(str(client), answered, tally) for client in range(CLIENTS)]
            with load(mortal, account, jobs):
                for kill in (_kill_moto, Mortal.kill, _kill_moto):
                    tally.wait_for_more(chance.randint(1, 700))
                    kill(mortal)
                tally.wait_for_more(10)
            with mortal.wire(account) as wire:
                _require_there(wire, answered)


def _making(client: str, answered: Answered, tally: Tally) -> Job:
    numbers = itertools.count()

    def make(wire: Wire) -> None:
        name = f"{client}-{next(numbers)}"
        secret = wire("secretsmanager", "CreateSecret", Name=name, SecretString=name)
        answered.secrets[name] = secret["ARN"]
        wire("dynamodb", "PutItem", TableName="table", Item={"id": {"S": name}})
        answered.items.add(name)
        tally.add(2)

    return make


def _kill_moto(mortal: Mortal) -> None:
    windsock = mortal.running.process.pid
    for child in Path(f"/proc/{windsock}/task/{windsock}/children").read_text().split():
        with suppress(ProcessLookupError):  # it is being started again
            os.kill(int(child), signal.SIGKILL)


def _require_there(wire: Wire, answered: Answered) -> None:
    for name, arn in answered.secrets.items():
        assert wire("secretsmanager", "DescribeSecret", SecretId=name)["ARN"] == arn
    for name in answered.items:
        assert "Item" in wire("dynamodb", "GetItem", TableName="table", Key={"id": {"S": name}})
