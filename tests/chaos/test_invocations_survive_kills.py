"""Events that Invoke accepted for a function are all run, some of them twice."""

from __future__ import annotations

import base64
import io
import itertools
import json
import random
import zipfile

from tests.chaos.load import Job, Tally, kill_often, load
from tests.chaos.mortal import Mortal
from tests.chaos.queues import bodies, drain, make_queue, require_all
from tests.chaos.wire import Wire

ACCOUNT = "777777777777"
CLIENTS = 3
FUNCTIONS = "/2015-03-31/functions"

# An SDK takes most of a second to import, in each of the processes that run at once.
CODE = """
import json
import os
import urllib.request

ACCOUNT = "777777777777"
HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS.SendMessage",
    "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
    "authorization": "AWS4-HMAC-SHA256 Credential="
    + os.environ["AWS_ACCESS_KEY_ID"]
    + "/20170102/us-east-1/sqs/aws4_request,"
    " SignedHeaders=host, Signature=0",
}


def handler(event, context):
    message = {"QueueUrl": "http://localhost/" + ACCOUNT + "/ran", "MessageBody": json.dumps(event)}
    body = json.dumps(message).encode()
    urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, HEADERS)).read()
"""


def test_events_for_a_function(mortal: Mortal, rounds: int, chance: random.Random) -> None:
    accepted: set[str] = set()
    tally = Tally()

    def invoking(client: int) -> Job:
        numbers = itertools.count()

        def invoke(wire: Wire) -> None:
            event = f"{client}-{next(numbers)}"
            path = f"{FUNCTIONS}/work/invocations"
            wire.rest("lambda", path, json.dumps(event).encode(), x_amz_invocation_type="Event")
            accepted.add(event)
            tally.add()

        return invoke

    with mortal.wire(ACCOUNT) as wire:
        make_queue(wire, "ran")
        _make_function(wire)
    with load(mortal, ACCOUNT, [invoking(client) for client in range(CLIENTS)]):
        kill_often(mortal, tally, rounds, chance, most=100)

    with mortal.wire(ACCOUNT) as wire:
        require_all(set(bodies(drain(mortal, wire, "ran"))), accepted, "ran")


def _make_function(wire: Wire) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", CODE)
    function = {
        "FunctionName": "work",
        "Runtime": "python3.12",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/work",
        "Handler": "index.handler",
        "Code": {"ZipFile": base64.b64encode(archive.getvalue()).decode()},
        "Timeout": 60,
    }
    wire.rest("lambda", FUNCTIONS, json.dumps(function).encode(), content_type="application/json")
