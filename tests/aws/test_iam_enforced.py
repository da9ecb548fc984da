"""IAM enforced, seen from outside: keys and signatures, denials, roles of rules, presigned URLs."""

from __future__ import annotations

import io
import json
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import BIN, cli_environment
from tests.servers import start

from windsock.testing import Server

ACCOUNT = "111122223333"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:alice-jobs"


class Key(NamedTuple):
    """What a client signs with."""

    id: str
    secret: str
    token: str | None = None


class Enforcing(NamedTuple):
    """A windsock that enforces IAM, with the keys of an account's root and of its user `alice`."""

    server: Server
    root: Key
    alice: Key

    def client(self, service: str, key: Key) -> Any:
        return client(self.server.endpoint, service, key)


def client(endpoint: str, service: str, key: Key) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key.id,
        aws_secret_access_key=key.secret,
        aws_session_token=key.token,
        config=botocore.config.Config(retries={"max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforcing]:
    """The keys are made while it audits, as an account's root needs a first one."""
    data = str(tmp_path_factory.mktemp("data"))
    with start("--data", data) as auditing:
        iam = client(auditing.endpoint, "iam", Key(ACCOUNT, "anything"))
        root = _key(iam.create_access_key())
        iam.create_user(UserName="alice")
        alice = _key(iam.create_access_key(UserName="alice"))
    with start("--data", data, "--iam", "enforce") as server:
        yield Enforcing(server, root, alice)


def _key(answer: dict[str, Any]) -> Key:
    return Key(answer["AccessKey"]["AccessKeyId"], answer["AccessKey"]["SecretAccessKey"])


def document(**elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]})


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    """Code and message of a call that must be refused."""
    with pytest.raises(ClientError) as error:
        call(**params)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("service", "operation", "unknown", "wrong"),
    [
        ("sqs", "list_queues", "UnrecognizedClientException", "InvalidSignatureException"),
        ("sns", "list_topics", "InvalidClientTokenId", "SignatureDoesNotMatch"),
        ("lambda", "list_functions", "UnrecognizedClientException", "InvalidSignatureException"),
        ("sts", "get_caller_identity", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    ],
)
def test_who_does_not_sign_well_is_nobody(
    enforcing: Enforcing, service: str, operation: str, unknown: str, wrong: str
) -> None:
    stranger, guesser = Key(ACCOUNT, "anything"), Key(enforcing.alice.id, "guessed")
    assert refusal(getattr(enforcing.client(service, stranger), operation))[0] == unknown
    assert refusal(getattr(enforcing.client(service, guesser), operation))[0] == wrong


def test_a_user_may_what_its_policies_allow(enforcing: Enforcing) -> None:
    sqs, iam = enforcing.client("sqs", enforcing.alice), enforcing.client("iam", enforcing.root)
    code, message = refusal(sqs.create_queue, QueueName="alice-jobs")
    assert (code, message) == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: sqs:createqueue on resource: "
        f"{QUEUE} because no identity-based policy allows the sqs:createqueue action",
    )
    own = document(Action="sqs:*", Resource="arn:aws:sqs:*:*:${aws:username}-*")
    iam.put_user_policy(UserName="alice", PolicyName="own-queues", PolicyDocument=own)
    url = sqs.create_queue(QueueName="alice-jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "x"
    assert refusal(sqs.create_queue, QueueName="bobs")[0] == "AccessDenied"
    assert any(
        each["action"] == "sqs:CreateQueue" and each["enforced"]
        for each in enforcing.server.get("iam/denied")["denied"]
    )


def test_a_session_ends_with_its_token(enforcing: Enforcing) -> None:
    iam, arn = enforcing.client("iam", enforcing.root), f"arn:aws:iam::{ACCOUNT}:role/reader"
    trust = document(Action="sts:AssumeRole", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"})
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)
    sts = enforcing.client("sts", enforcing.alice)
    given = sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    session = Key(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    who = enforcing.client("sts", session).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session"
    assert refusal(enforcing.client("sns", session).list_topics)[0] == "AuthorizationError"
    for token in (None, f"{session.token}x"):
        other = session._replace(token=token)
        assert refusal(enforcing.client("sns", other).list_topics)[0] == "InvalidClientTokenId"


def test_a_url_is_good_for_what_it_was_made_for(enforcing: Enforcing) -> None:
    sts = enforcing.client("sts", enforcing.alice)
    url = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url) as response:
        assert b"user/alice" in response.read()
    for other in (url.replace("GetCallerIdentity", "GetSessionToken"), url.partition("&X-Amz-")[0]):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(other)
        with refused.value as answer:
            assert answer.code == 403


def test_a_rule_whose_role_does_not_trust_it_delivers_nothing(enforcing: Enforcing) -> None:
    """The troubleshooting list of EventBridge: a target whose role events.amazonaws.com may not assume."""
    iam, sqs = enforcing.client("iam", enforcing.root), enforcing.client("sqs", enforcing.root)
    events = enforcing.client("events", enforcing.root)
    dead_letters = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead-letters"
    let_in = document(Action="sqs:SendMessage", Resource=arn, Principal={"Service": "events.amazonaws.com"})
    sqs.set_queue_attributes(QueueUrl=dead_letters, Attributes={"Policy": let_in})
    trust = document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    role = iam.create_role(RoleName="mistrusting", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["test"]}))
    target = {"Id": "1", "Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/other", "RoleArn": role}
    events.create_event_bus(Name="other")
    events.put_targets(Rule="r", Targets=[{**target, "DeadLetterConfig": {"Arn": arn}}])
    events.put_events(Entries=[{"Source": "test", "DetailType": "d", "Detail": "{}"}])
    [message] = sqs.receive_message(QueueUrl=dead_letters, WaitTimeSeconds=10, MessageAttributeNames=["All"])[
        "Messages"
    ]
    attributes = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert "no role trust policy allows the sts:AssumeRole action" in attributes["ERROR_MESSAGE"]


def test_the_aws_cli_signs_well(enforcing: Enforcing) -> None:
    environment = {
        **cli_environment(enforcing.alice.id),
        "AWS_SECRET_ACCESS_KEY": enforcing.alice.secret,
        "AWS_ENDPOINT_URL": enforcing.server.endpoint,
    }
    command = [str(BIN / "aws"), "sts", "get-caller-identity", "--query", "Arn", "--output", "text"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == f"arn:aws:iam::{ACCOUNT}:user/alice"


def test_a_function_may_what_its_role_may(enforcing: Enforcing) -> None:
    iam, functions = enforcing.client("iam", enforcing.root), enforcing.client("lambda", enforcing.root)
    trust = document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    functions.create_function(
        FunctionName="lists",
        Runtime="python3.11",
        Role=role,
        Handler="code.handler",
        Code={
            "ZipFile": zipped(
                "import boto3\ndef handler(event, context): boto3.client('sns').list_topics()\n"
            )
        },
    )

    def run() -> dict[str, Any] | None:
        result = functions.invoke(FunctionName="lists")
        answered: dict[str, Any] | None = json.loads(result["Payload"].read())
        return answered

    told = run()
    assert told is not None
    assert (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/function/lists is not authorized" in told["errorMessage"]
    )
    topics = document(Action="sns:ListTopics", Resource="*")
    iam.put_role_policy(RoleName="function", PolicyName="topics", PolicyDocument=topics)
    assert run() is None


def test_a_state_machine_may_what_its_role_may(enforcing: Enforcing) -> None:
    """The troubleshooting list of state machines: the role may not invoke the function."""
    iam, states = enforcing.client("iam", enforcing.root), enforcing.client("stepfunctions", enforcing.root)
    trust = document(Action="sts:AssumeRole", Principal={"Service": "states.us-east-1.amazonaws.com"})
    role = iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    task = {"Type": "Task", "Resource": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:any", "End": True}
    machine = states.create_state_machine(
        name="invokes", roleArn=role, definition=json.dumps({"StartAt": "T", "States": {"T": task}})
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        pass
    assert told["status"] == "FAILED"
    assert "is not authorized to perform: lambda:InvokeFunction on resource" in told["cause"]


def test_a_url_for_everybody_needs_a_statement_for_everybody(enforcing: Enforcing) -> None:
    iam, functions = enforcing.client("iam", enforcing.root), enforcing.client("lambda", enforcing.root)
    trust = document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    role = iam.create_role(RoleName="open", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    functions.create_function(
        FunctionName="open",
        Runtime="python3.12",
        Handler="code.handler",
        Role=role,
        Timeout=60,
        Code={"ZipFile": zipped("def handler(event, context):\n    return 1\n")},
    )
    url = functions.create_function_url_config(FunctionName="open", AuthType="NONE")["FunctionUrl"]
    asked = urllib.request.Request(enforcing.server.endpoint, headers={"Host": urlsplit(url).netloc})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(asked)
    everybody = {"FunctionName": "open", "Principal": "*"}
    functions.add_permission(
        StatementId="url", Action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE", **everybody
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(asked)
    functions.add_permission(
        StatementId="function", Action="lambda:InvokeFunction", InvokedViaFunctionUrl=True, **everybody
    )
    with urllib.request.urlopen(asked) as answer:
        assert answer.read() == b"1"


def zipped(code: str) -> bytes:
    """A package with one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("code.py", code)
    return content.getvalue()


def test_control_answers_this_machine(enforcing: Enforcing) -> None:
    assert enforcing.server.get("health")["status"] == "ok"
    assert enforcing.server.get("iam/denied")["mode"] == "enforce"


def test_a_large_upload_is_verified_as_it_was_signed(enforcing: Enforcing) -> None:
    s3 = enforcing.client("s3", enforcing.root)
    s3.create_bucket(Bucket="verified")
    body = b"0123456789abcdef" * 20_000
    s3.put_object(Bucket="verified", Key="large", Body=body)
    assert s3.get_object(Bucket="verified", Key="large")["Body"].read() == body


def test_a_large_upload_that_was_changed_on_its_way_is_refused(enforcing: Enforcing) -> None:
    s3 = enforcing.client("s3", enforcing.root)
    s3.create_bucket(Bucket="tampered")
    body = b"0123456789abcdef" * 20_000

    def change(request: Any, **_: Any) -> None:
        request.body = body[::-1]

    s3.meta.events.register("before-send.s3.PutObject", change)
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket="tampered", Key="large", Body=body)
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
