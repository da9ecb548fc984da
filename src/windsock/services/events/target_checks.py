"""What PutTargets looks at before it takes a target.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html; the messages are AWS's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import NotImplementedOperation, ValidationError
from windsock.kernel.scope import Scope
from windsock.languages.json_places import jackson_place
from windsock.languages.json_tokens import JsonSyntaxError, read
from windsock.languages.templates import InvalidTemplate, Transformer
from windsock.services.events.dead_letters import check_dead_letters

_INPUT_FORMS: Final = ("Input", "InputPath", "InputTransformer")

# What EventBridge can only invoke by taking a role. Event buses are not among them: their policies let
# accounts in, and rules from before AWS asked for a role name none.
# Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
_ROLE_TAKERS: Final = frozenset(
    (
        *(
            "batch",
            "codebuild",
            "codepipeline",
            "ecs",
            "firehose",
            "glue",
            "inspector",
            "kinesis",
            "redshift",
        ),
        *("redshift-serverless", "sagemaker", "ssm", "ssm-incidents", "states"),
    )
)

# What AWS delivers to and windsock does not, by how its ARNs begin from the service on.
# Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
_KINDS_TO_COME: Final = (
    *("appsync:endpoints/", "execute-api:", "glue:workflow/", "imagebuilder:image-pipeline/"),
    *("ssm:automation-definition/", "ssm:opsitem", "ssm-incidents:response-plan/"),
)

# Of `events` itself: API destinations, and the API calls that are targets without a resource of their own.
_EVENTS_ROLE_TAKERS: Final = ("api-destination/", "target/")

# Which services a block of parameters is for. SqsParameters may stand beside any target.
_PARAMETERS_FOR: Final[Mapping[str, frozenset[str]]] = {
    "EcsParameters": frozenset({"ecs"}),
    "KinesisParameters": frozenset({"kinesis"}),
    "BatchParameters": frozenset({"batch"}),
    "HttpParameters": frozenset({"events", "execute-api"}),
    "RedshiftDataParameters": frozenset({"redshift", "redshift-serverless"}),
    "RunCommandParameters": frozenset({"ssm"}),
    "SageMakerPipelineParameters": frozenset({"sagemaker"}),
    "AppSyncParameters": frozenset({"appsync"}),
}
_REQUIRED_PARAMETERS: Final[Mapping[str, str]] = {
    "ecs": "EcsParameters",
    "batch": "BatchParameters",
    "redshift": "RedshiftDataParameters",
    "redshift-serverless": "RedshiftDataParameters",
    "ssm": "RunCommandParameters",
}

# AWS takes `$`, names after dots and numbers in brackets; names in brackets it refuses.
_REFUSED_PATH: Final = re.compile(r"(?!\$)|.*\[\s*['\"]", re.DOTALL)


def check_targets(engine: Engine, scope: Scope, targets: Sequence[Mapping[str, Any]]) -> None:
    """Raise ValidationError when one of the targets for a rule of `scope` cannot be taken."""
    seen: set[str] = set()
    for target in targets:
        if target["Id"] in seen:
            raise ValidationError(
                "Parameter targets is not valid. "
                f"Reason: More than one target with Id '{target['Id']}' is provided."
            )
        seen.add(target["Id"])
        _check_target(engine, scope, target)


def _check_target(engine: Engine, scope: Scope, target: Mapping[str, Any]) -> None:
    arn = parse_arn(target["Arn"])
    kind = engine.targets.of(arn) if arn is not None else None
    if arn is not None and kind is None and f"{arn.service}:{arn.resource}".startswith(_KINDS_TO_COME):
        raise ValidationError(f"windsock does not deliver to {arn} yet.")
    if arn is None or kind is None:
        raise ValidationError(
            f"Parameter {target['Arn']} is not valid. Reason: Provided Arn is not in correct format."
        )
    if _takes_role(arn) and not target.get("RoleArn"):
        raise ValidationError(f"RoleArn is required for target {target['Arn']}.")
    _check_parameters(arn, target)
    _check_input(target)
    check_dead_letters(scope, target.get("DeadLetterConfig"))
    reason = kind.refuse(target, arn)
    if reason is not None:
        raise ValidationError(reason)
    needed = kind.needs(target)
    if needed is not None and not engine.answers(*needed):
        raise ValidationError(NotImplementedOperation(*needed).message)


def _takes_role(arn: Arn) -> bool:
    if arn.service == "events":
        return arn.resource.startswith(_EVENTS_ROLE_TAKERS)
    return arn.service in _ROLE_TAKERS


def _check_parameters(arn: Arn, target: Mapping[str, Any]) -> None:
    for block, services in _PARAMETERS_FOR.items():
        if block in target and arn.service not in services:
            raise ValidationError(f"Parameter(s) {block} not supported for target: {target['Id']}.")
    required = _REQUIRED_PARAMETERS.get(arn.service)
    if required is not None and required not in target:
        raise ValidationError(f"Parameter(s) {required} must be specified for target: {target['Id']}.")


def _check_input(target: Mapping[str, Any]) -> None:
    if sum(form in target for form in _INPUT_FORMS) > 1:
        raise ValidationError(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    if "Input" in target:
        _check_json(target["Input"], target["Id"])
    if "InputPath" in target:
        _check_path(target["InputPath"], target["Id"])
    if "InputTransformer" in target:
        _check_transformer(target["InputTransformer"], target["Id"])


def _check_json(text: str, target_id: str) -> None:
    """Raise ValidationError with the place where AWS's parser stops."""
    position = 0
    try:
        if sum(1 for _ in read(text)):
            return
    except JsonSyntaxError as error:
        position = error.position
    raise ValidationError(
        f"JSON syntax error in input for target {target_id}: {jackson_place(text, position)}"
    )


def _check_path(path: str, target_id: str) -> None:
    if _REFUSED_PATH.match(path) is not None:
        raise ValidationError(f"InputPath for target {target_id} is invalid.")


def _check_transformer(transformer: Mapping[str, Any], target_id: str) -> None:
    paths: Mapping[str, str] = transformer.get("InputPathsMap", {})
    for path in paths.values():
        _check_path(path, target_id)
    try:
        Transformer.parse(paths, transformer["InputTemplate"])
    except InvalidTemplate as error:
        raise ValidationError(error.for_target(target_id)) from error
