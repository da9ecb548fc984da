"""Write `src/windsock/simulation/backend/moto_operations.json`: which operations the installed moto answers,
with what is adjusted in it.

Run after every upgrade of moto: `python scripts/generate_moto_operations.py`. It imports all of moto (half a
minute), so that windsock need not import any of it to know who answers a call.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import textwrap
from pathlib import Path
from typing import Any

import moto.backend_index
from botocore.loaders import Loader
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from windsock.kernel.models import service_model
from windsock.simulation.child.adjustments import apply_all
from windsock.simulation.child.execute import endpoint_of

TARGET = Path(__file__).parent.parent / "src/windsock/simulation/backend/moto_operations.json"

# Their simulations would act on copies of windsock's own services, or need Docker.
LEFT_OUT = {"cloudformation", "stepfunctions", "lambda", "batch", "swf"}

# Answered as done, with a result, while nothing is: a build that succeeds without building, a command that
# ran nowhere, mail that nobody gets, a verdict on a picture nobody saw. By how their names begin.
PRETENDED = {
    "athena": ("StartQueryExecution",),
    "bedrock-runtime": ("Invoke",),
    "codebuild": ("StartBuild",),
    "codepipeline": ("StartPipelineExecution",),
    "comprehend": ("Detect", "Start"),
    "emr-containers": ("StartJobRun",),
    "emr-serverless": ("StartJobRun",),
    "rds-data": ("ExecuteStatement",),
    "redshift-data": ("ExecuteStatement",),
    "rekognition": ("Compare", "Detect", "Start"),
    "sagemaker": ("StartPipelineExecution",),
    "sagemaker-runtime": ("Invoke",),
    "ses": ("Send",),
    "sesv2": ("Send",),
    "ssm": ("SendCommand",),
    "textract": ("Detect", "Start"),
    "transcribe": ("Start",),
}

# Answered by methods that are not named after them, or that end with a refusal of what they do not know.
OTHERWISE = {
    "ec2": ["ModifyInstanceAttribute"],
    "s3": [
        "CompleteMultipartUpload",
        "CreateBucket",
        "CreateMultipartUpload",
        "DeleteObjects",
        "GetBucketLifecycleConfiguration",
        "GetBucketNotificationConfiguration",
        "GetBucketTagging",
        "ListBuckets",
        "PutBucketAccelerateConfiguration",
        "PutBucketAcl",
        "PutBucketCors",
        "PutBucketEncryption",
        "PutBucketInventoryConfiguration",
        "PutBucketLifecycleConfiguration",
        "PutBucketLogging",
        "PutBucketNotificationConfiguration",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketReplication",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutBucketWebsite",
        "PutObjectLockConfiguration",
        "PutPublicAccessBlock",
        "RestoreObject",
    ],
    "es": [
        "CreateElasticsearchDomain",
        "DeleteElasticsearchDomain",
        "DescribeElasticsearchDomain",
        "DescribeElasticsearchDomainConfig",
        "DescribeElasticsearchDomains",
        "ListDomainNames",
        "UpdateElasticsearchDomainConfig",
    ],
}


def main() -> None:
    """Look for every operation of every service."""
    found = {}
    adjusted = apply_all()
    for service in Loader().list_available_services("service-2"):
        if service in LEFT_OUT:
            continue
        methods = _methods(service)
        operations = [
            operation
            for operation in service_model(service).operation_names
            if not operation.startswith(PRETENDED.get(service, ()))
            and (
                (service, operation) in adjusted or _answers(methods.get(camelcase_to_underscores(operation)))
            )
        ]
        operations += OTHERWISE.get(service, [])
        if operations:
            found[service] = sorted(operations)
    TARGET.write_text(json.dumps(found, indent=1) + "\n")


def _packages(service: str) -> list[str]:
    """The packages of moto's that a service's requests reach; of several its own, if there is one."""
    url = endpoint_of(service, "us-east-1") + "/"
    if _names_account_in_host(service):
        url = url.replace("https://", "https://111122223333.")
    patterns = moto.backend_index.backend_url_patterns
    reached = list(dict.fromkeys(name for name, pattern in patterns if pattern.match(url)))
    own = service.replace("-", "")
    return [own] if own in reached else reached


def _names_account_in_host(service: str) -> bool:
    model = service_model(service)
    return any(
        (model.operation_model(name).endpoint or {}).get("hostPrefix") == "{AccountId}."
        for name in model.operation_names
    )


def _methods(service: str) -> dict[str, Any]:
    """What the classes that answer the service can do, by the name of the method."""
    found: dict[str, Any] = {}
    for package in _packages(service):
        root = importlib.import_module(f"moto.{package}")
        for info in pkgutil.walk_packages(root.__path__, f"moto.{package}."):
            if "responses" not in info.name:
                continue
            for _, owner in inspect.getmembers(importlib.import_module(info.name), inspect.isclass):
                if issubclass(owner, BaseResponse) and owner.__module__.startswith(root.__name__):
                    found |= dict(inspect.getmembers(owner, inspect.isfunction))
    return found


def _answers(method: Any) -> bool:
    """Whether a method does more than to refuse."""
    if method is None:
        return False
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(method))).body
    last = function.body[-1] if isinstance(function, ast.FunctionDef) else None
    return not (isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last))


if __name__ == "__main__":
    main()
