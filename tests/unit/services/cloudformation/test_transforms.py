"""Templates are rewritten: by what is included from S3, and by macros, which are functions."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.conftest import Driver
from tests.unit.services.cloudformation.stacks_helpers import Stacks

from windsock.kernel.errors import AwsError

EXPAND = {"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
PIECE = b"DisplayName: included\nTopicName: told\n"
INCLUDING = """
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: own
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref Place}}
Parameters: {Place: {Type: String, Default: 's3://pieces/topic.yaml'}}
"""
MACRO = """
Resources:
  Macro: {Type: AWS::CloudFormation::Macro, Properties: {Name: Loud, FunctionName: loud}}
"""
LOUD = """
def handler(event, context):
    if event["params"].get("Fail"):
        return {"requestId": event["requestId"], "status": "failure", "errorMessage": "too loud"}
    fragment = event["fragment"]
    fragment["DisplayName"] = fragment["DisplayName"].upper() + event["templateParameterValues"]["Mark"]
    return {"requestId": event["requestId"], "status": "success", "fragment": fragment}
"""
REWRITTEN = """
Parameters: {Mark: {Type: String, Default: '!'}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: told, DisplayName: hello, 'Fn::Transform': {Name: Loud}}
"""


@pytest.fixture
def stacks(driver: Driver) -> Stacks:
    return Stacks(driver)


async def display_name(driver: Driver) -> str:
    arn = "arn:aws:sns:us-east-1:000000000000:told"
    attributes = (await driver("sns", "GetTopicAttributes", TopicArn=arn))["Attributes"]
    return str(attributes["DisplayName"])


async def test_a_piece_is_included(driver: Driver, stacks: Stacks) -> None:
    await driver("s3", "CreateBucket", Bucket="pieces")
    await driver("s3", "PutObject", Bucket="pieces", Key="topic.yaml", Body=PIECE)
    with pytest.raises(AwsError, match="CAPABILITY_AUTO_EXPAND"):
        await stacks("CreateStack", StackName="s", TemplateBody=INCLUDING)
    await stacks("CreateStack", StackName="s", TemplateBody=INCLUDING, **EXPAND)
    assert await stacks.status("s") == "CREATE_COMPLETE"
    assert await display_name(driver) == "included"
    elsewhere = INCLUDING.replace("topic.yaml", "none.yaml")
    with pytest.raises(AwsError, match="Transform AWS::Include failed with: S3 error"):
        await stacks("CreateStack", StackName="t", TemplateBody=elsewhere, **EXPAND)


async def test_a_macro_rewrites_what_stands_beside_it(driver: Driver, stacks: Stacks) -> None:
    with pytest.raises(AwsError, match="No transform named Loud found"):
        await stacks("CreateStack", StackName="s", TemplateBody=REWRITTEN, **EXPAND)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", LOUD)
    await driver(
        "lambda",
        "CreateFunction",
        FunctionName="loud",
        Runtime="python3.12",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": code.getvalue()},
    )
    await stacks("CreateStack", StackName="macros", TemplateBody=MACRO)
    assert await stacks.status("macros") == "CREATE_COMPLETE"
    await stacks("CreateStack", StackName="s", TemplateBody=REWRITTEN, **EXPAND)
    assert await stacks.status("s") == "CREATE_COMPLETE"
    assert await display_name(driver) == "HELLO!"
    failing = REWRITTEN.replace("{Name: Loud}", "{Name: Loud, Parameters: {Fail: 'yes'}}")
    with pytest.raises(AwsError, match="Transform 000000000000::Loud failed with: too loud"):
        await stacks("UpdateStack", StackName="s", TemplateBody=failing, **EXPAND)
    await stacks("DeleteStack", StackName="macros")
    with pytest.raises(AwsError, match="No transform named Loud found"):
        await stacks("UpdateStack", StackName="s", TemplateBody=REWRITTEN, **EXPAND)
