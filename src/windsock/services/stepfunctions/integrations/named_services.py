"""The services with integrations by name, as the SDK for Java's first version calls them."""

from __future__ import annotations

from typing import Final

from windsock.services.stepfunctions.sdk_calls import NamedService


def _amazon(service: str, name: str) -> NamedService:
    return NamedService(service, name, f"Amazon{name}", f"Amazon{name}Exception")


def _aws(service: str, name: str) -> NamedService:
    return NamedService(service, name, f"AWS{name}", f"AWS{name}Exception")


ATHENA: Final = _amazon("athena", "Athena")
BATCH: Final = _aws("batch", "Batch")
BEDROCK: Final = _amazon("bedrock", "Bedrock")
BEDROCK_RUNTIME: Final = NamedService(
    "bedrock-runtime", "Bedrock", "AmazonBedrockRuntime", "AmazonBedrockRuntimeException"
)
CODEBUILD: Final = _aws("codebuild", "CodeBuild")
DATABREW: Final = NamedService("databrew", "DataBrew", "AWSGlueDataBrew", "AWSGlueDataBrewException")
DYNAMODB: Final = NamedService("dynamodb", "DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException")
ECS: Final = _amazon("ecs", "ECS")
EKS: Final = _amazon("eks", "EKS")
ELASTIC_MAP_REDUCE: Final = _amazon("emr", "ElasticMapReduce")
EMR_CONTAINERS: Final = _amazon("emr-containers", "EMRContainers")
EMR_SERVERLESS: Final = _amazon("emr-serverless", "EMRServerless")
EVENTS: Final = _amazon("events", "EventBridge")
GLUE: Final = _aws("glue", "Glue")
LAMBDA: Final = _aws("lambda", "Lambda")
MEDIACONVERT: Final = _aws("mediaconvert", "MediaConvert")
SAGEMAKER: Final = _amazon("sagemaker", "SageMaker")
SNS: Final = _amazon("sns", "SNS")
SQS: Final = _amazon("sqs", "SQS")
STEP_FUNCTIONS: Final = _aws("stepfunctions", "StepFunctions")
