"""Text messages and mobile pushes: kept, with the whole of their APIs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import SCOPE, make_topic, subscribe

from windsock.kernel.errors import AwsError
from windsock.services.sns.opt_outs import opt_out
from windsock.services.sns.tables import pushes

NUMBER = "+15550100123"


def sent(driver: Driver) -> list[tuple[str, str, str]]:
    """Protocol, endpoint and text of everything that was pushed."""
    rows = driver.engine.store.read(lambda tx: tx.rows(pushes.select().order_by(pushes.c.id)))
    return [(row.protocol, row.endpoint, row.body) for row in rows]


async def make_app(driver: Driver, **attributes: str) -> str:
    arn: str = (
        await driver(
            "sns", "CreatePlatformApplication", Name="app", Platform="GCM",
            Attributes={"PlatformCredential": "secret", **attributes},
        )
    )["PlatformApplicationArn"]  # fmt: skip
    return arn


async def make_device(driver: Driver, app: str, token: str = "t1", **params: Any) -> str:
    arn: str = (
        await driver("sns", "CreatePlatformEndpoint", PlatformApplicationArn=app, Token=token, **params)
    )["EndpointArn"]
    return arn


async def test_a_text_message_is_kept(driver: Driver) -> None:
    answer = await driver("sns", "Publish", PhoneNumber=NUMBER, Message="direct")
    assert answer["MessageId"]
    topic = await make_topic(driver)
    await subscribe(driver, topic, "sms", NUMBER)
    await driver(
        "sns", "Publish", TopicArn=topic, Message='{"default":"d","sms":"short"}', MessageStructure="json"
    )
    await driver.settle()
    assert sent(driver) == [("sms", NUMBER, "direct"), ("sms", NUMBER, "short")]


async def test_who_opted_out_gets_nothing(driver: Driver) -> None:
    await driver.engine.store.write(lambda tx: opt_out(tx, SCOPE, NUMBER))
    assert await driver("sns", "CheckIfPhoneNumberIsOptedOut", phoneNumber=NUMBER) == {"isOptedOut": True}
    assert await driver("sns", "ListPhoneNumbersOptedOut") == {"phoneNumbers": [NUMBER]}
    with pytest.raises(AwsError, match="OptedOut"):
        await driver("sns", "Publish", PhoneNumber=NUMBER, Message="m")
    topic = await make_topic(driver)
    await subscribe(driver, topic, "sms", NUMBER)
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.settle()
    assert sent(driver) == []
    await driver("sns", "OptInPhoneNumber", phoneNumber=NUMBER)
    await driver("sns", "Publish", PhoneNumber=NUMBER, Message="m")
    assert len(sent(driver)) == 1


async def test_sms_settings_are_kept(driver: Driver) -> None:
    await driver("sns", "SetSMSAttributes", attributes={"DefaultSMSType": "Transactional"})
    await driver("sns", "SetSMSAttributes", attributes={"DefaultSenderID": "windsock"})
    kept = {"DefaultSMSType": "Transactional", "DefaultSenderID": "windsock"}
    assert await driver("sns", "GetSMSAttributes") == {"attributes": kept}
    assert await driver("sns", "GetSMSAttributes", attributes=["DefaultSenderID"]) == {
        "attributes": {"DefaultSenderID": "windsock"}
    }


async def test_a_sandbox_number_is_verified_with_the_password_sent_to_it(driver: Driver) -> None:
    await driver("sns", "CreateSMSSandboxPhoneNumber", PhoneNumber=NUMBER)
    [(_, _, text)] = sent(driver)
    with pytest.raises(AwsError, match="VerificationException"):
        await driver("sns", "VerifySMSSandboxPhoneNumber", PhoneNumber=NUMBER, OneTimePassword="wrong")
    listed = await driver("sns", "ListSMSSandboxPhoneNumbers")
    assert listed == {"PhoneNumbers": [{"PhoneNumber": NUMBER, "Status": "Pending"}]}
    await driver("sns", "VerifySMSSandboxPhoneNumber", PhoneNumber=NUMBER, OneTimePassword=text[-6:])
    listed = await driver("sns", "ListSMSSandboxPhoneNumbers")
    assert listed == {"PhoneNumbers": [{"PhoneNumber": NUMBER, "Status": "Verified"}]}
    await driver("sns", "DeleteSMSSandboxPhoneNumber", PhoneNumber=NUMBER)
    with pytest.raises(AwsError, match="ResourceNotFound"):
        await driver("sns", "DeleteSMSSandboxPhoneNumber", PhoneNumber=NUMBER)
    assert await driver("sns", "GetSMSSandboxAccountStatus") == {"IsInSandbox": False}
    assert await driver("sns", "ListOriginationNumbers") == {"PhoneNumbers": []}


async def test_an_application_hides_its_credentials(driver: Driver) -> None:
    app = await make_app(driver)
    assert app == "arn:aws:sns:us-east-1:000000000000:app/GCM/app"
    await driver(
        "sns", "SetPlatformApplicationAttributes", PlatformApplicationArn=app, Attributes={"Enabled": "false"}
    )
    shown = {"Attributes": {"Enabled": "false"}}
    assert await driver("sns", "GetPlatformApplicationAttributes", PlatformApplicationArn=app) == shown
    assert await driver("sns", "ListPlatformApplications") == {
        "PlatformApplications": [{"PlatformApplicationArn": app, **shown}]
    }
    await driver("sns", "DeletePlatformApplication", PlatformApplicationArn=app)
    assert await driver("sns", "ListPlatformApplications") == {"PlatformApplications": []}


async def test_a_token_is_one_endpoint(driver: Driver) -> None:
    app = await make_app(driver)
    device = await make_device(driver, app, CustomUserData="mine")
    assert await make_device(driver, app, CustomUserData="mine") == device
    with pytest.raises(AwsError) as refused:
        await make_device(driver, app, CustomUserData="yours")
    assert refused.value.message == (
        f"Invalid parameter: Token Reason: Endpoint {device} already exists with the same Token, but "
        "different attributes."
    )
    other = await make_device(driver, app, "t2")
    with pytest.raises(AwsError, match="already exists with the same Token"):
        await driver("sns", "SetEndpointAttributes", EndpointArn=other, Attributes={"Token": "t1"})
    await driver("sns", "SetEndpointAttributes", EndpointArn=other, Attributes={"Token": "t3"})
    listed = await driver("sns", "ListEndpointsByPlatformApplication", PlatformApplicationArn=app)
    assert {each["Attributes"]["Token"] for each in listed["Endpoints"]} == {"t1", "t3"}
    await driver("sns", "DeleteEndpoint", EndpointArn=other)
    with pytest.raises(AwsError, match="NotFound: Endpoint does not exist"):
        await driver("sns", "GetEndpointAttributes", EndpointArn=other)


async def test_pushes_reach_enabled_endpoints_of_enabled_applications(driver: Driver) -> None:
    app = await make_app(driver)
    device = await make_device(driver, app)
    structure = {"Message": '{"default":"d","GCM":"{\\"notification\\":{}}"}', "MessageStructure": "json"}
    await driver("sns", "Publish", TargetArn=device, **structure)
    topic = await make_topic(driver)
    await subscribe(driver, topic, "application", device)
    await driver("sns", "Publish", TopicArn=topic, **structure)
    await driver.settle()
    assert sent(driver) == [("GCM", device, '{"notification":{}}')] * 2

    await driver("sns", "SetEndpointAttributes", EndpointArn=device, Attributes={"Enabled": "false"})
    with pytest.raises(AwsError, match="EndpointDisabled: Endpoint is disabled"):
        await driver("sns", "Publish", TargetArn=device, Message="m")
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.settle()
    assert len(sent(driver)) == 2

    await driver("sns", "SetEndpointAttributes", EndpointArn=device, Attributes={"Enabled": "true"})
    await driver(
        "sns", "SetPlatformApplicationAttributes", PlatformApplicationArn=app, Attributes={"Enabled": "false"}
    )
    with pytest.raises(AwsError, match="PlatformApplicationDisabled"):
        await driver("sns", "Publish", TargetArn=device, Message="m")
