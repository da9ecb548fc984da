"""What moto's failures mean: it looks up what a call names without asking whether it is there.

A lookup of something that the caller named is the not-found error that the operation documents; a member that
moto takes for given is a missing parameter. What is neither is a defect of moto's and stays one.
Sources: the services' API references, as botocore's models have them; for EC2
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.parsers.expat import ExpatError

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from moto.core.exceptions import JsonRESTError, ServiceException

from windsock.engine.validation_styles import style_of
from windsock.kernel.errors import AwsError
from windsock.kernel.models import operation_model

_NOT_THERE: Final = re.compile(r"(NotFound|NoSuch|DoesNotExist|NotExist|Unknown(?!Operation))")
# What services answer that have no error for what is not there, in the order in which they are looked for.
_REFUSALS: Final = ("InvalidRequest", "InvalidInput", "InvalidParameter", "Validation", "BadRequest")
# What names of errors have besides that of the thing: LoadBalancerNotFound, DBProxyNotFoundFault.
_DECORATION: Final = re.compile(rf"{_NOT_THERE.pattern}|Exception$|Fault$|Error$|^Invalid|\.")
_IS_NOT_THERE: Final = re.compile(r"is not a|not found|does not exist")
_POSITIONAL: Final = re.compile(r"missing \d+ required positional arguments?: '(\w+)'")

_INVALID: Final = "ValidationException"
_NOT_WELL_FORMED: Final = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)

# Members that AWS requires and its models do not.
_REQUIRED: Final[Mapping[tuple[str, str], str]] = {
    ("dms", "ListTagsForResource"): "ResourceArn",
    ("ec2", "AllocateHosts"): "AvailabilityZone",
    ("ec2", "CreateFleet"): "LaunchTemplateSpecification",
    ("ec2", "CreateLaunchTemplateVersion"): "LaunchTemplateId",
    ("ec2", "EnableTransitGatewayRouteTablePropagation"): "TransitGatewayAttachmentId",
    ("ecs", "CreateCapacityProvider"): "autoScalingGroupProvider",
    ("ecs", "RegisterContainerInstance"): "instanceIdentityDocument",
    ("glue", "PutSchemaVersionMetadata"): "SchemaId",
    ("kinesis", "CreateStream"): "ShardCount",
    ("kms", "GenerateRandom"): "NumberOfBytes",
    ("kms", "RetireGrant"): "GrantToken",
}

# What is meant where a member is left out.
_LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "ecs": ("cluster", "default"),
    "glue": ("RegistryName", "default-registry"),
}

# Operations in which moto fails where AWS answers this: a text that cannot be read, mostly.
_ANSWERED: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    **{
        ("dynamodb", operation): ("ValidationException", "Statement wasn't well formed, can't be processed")
        for operation in ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction")
    },
    ("dynamodb", "TransactWriteItems"): (
        "ValidationException",
        "TransactItems can only contain one of Check, Put, Update or Delete",
    ),
    ("ec2", "ModifySpotFleetRequest"): (
        "InvalidSpotFleetRequestId.NotFound",
        "The specified Spot Fleet request does not exist",
    ),
    ("ecs", "PutAttributes"): ("TargetNotFoundException", "The specified target wasn't found."),
    ("kinesis", "GetRecords"): ("InvalidArgumentException", "Invalid ShardIterator."),
    ("rds", "StartExportTask"): ("ValidationError", "Invalid resource ARN."),
    ("s3", "UploadPartCopy"): (
        "InvalidArgument",
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    ),
}

# Services whose models have no errors: the code and message for what is not there. `{thing}` is the member's
# name without its `Id` or `Name`.
_UNMODELLED: Final[Mapping[str, tuple[str, str]]] = {
    "autoscaling": ("ValidationError", "{thing} name not found - {thing} '{value}' not found"),
    "ec2": ("Invalid{thing}ID.NotFound", "The {member} '{value}' does not exist"),
}
# What EC2 does not call after its parameter.
_EC2_THINGS: Final[Mapping[str, str]] = {
    "SourceSnapshot": "Snapshot",
    "SourceImage": "AMI",
    "Image": "AMI",
    "PrefixList": "PrefixList",
    "Host": "Host",
    "TransitGatewayRouteTable": "RouteTable",
}


def meaning(service: str, operation: str, params: Mapping[str, Any], failure: Exception) -> AwsError | None:
    """What the caller is to be told of a failure; None where it says nothing of the call."""
    if isinstance(failure, ServiceException):
        return AwsError(failure.message, code=failure.code)
    if isinstance(failure, JsonRESTError):
        return AwsError(failure.message, code=failure.relative_error_type, status=failure.code)
    try:
        model = operation_model(service, operation)
    except AwsError:
        return None  # one that only windsock itself asks for
    if isinstance(failure, ExpatError):
        return AwsError(_NOT_WELL_FORMED, code="MalformedXML")
    missing = _missing_member(model, params, failure)
    if missing is not None:
        return _missing(model, missing)
    named = _looked_up(model, params, failure)
    if named is not None:
        return _not_there(model, *named)
    answered = _ANSWERED.get((service, operation))
    return None if answered is None else AwsError(answered[1], code=answered[0])


def _missing_member(model: OperationModel, params: Mapping[str, Any], failure: Exception) -> str | None:
    """The member that moto took for given."""
    required = _REQUIRED.get((model.service_model.service_name, model.name))
    if required is not None and not params.get(required):
        return required
    wanted: object = failure.args[0] if isinstance(failure, KeyError) and failure.args else None
    if isinstance(failure, KeyError) and wanted is None and not params:
        return next(iter(model.input_shape.members), None) if model.input_shape is not None else None
    if isinstance(failure, TypeError):
        positional = _POSITIONAL.search(str(failure))
        wanted = positional[1] if positional else None
    if not isinstance(wanted, str) or wanted in _texts(params):
        return None
    given = {_plain(name) for name in _names(params)}
    members = {_plain(name): name for name in _members(model.input_shape)}
    return None if _plain(wanted) in given else members.get(_plain(wanted))


def _missing(model: OperationModel, member: str) -> AwsError:
    service = model.service_model.service_name
    style = style_of(service)
    if style.missing is not None:
        return AwsError(style.missing.message.format(member), code=style.missing.code)
    at = member[:1].lower() + member[1:]
    return AwsError(
        f"1 validation error detected: Value null at '{at}' failed to satisfy constraint: "
        "Member must not be null",
        code=style.code or _INVALID,
    )


def _looked_up(
    model: OperationModel, params: Mapping[str, Any], failure: Exception
) -> tuple[str, str] | None:
    """The member, with its value, that moto looked up without finding anything."""
    named = [*_named(params), *_left_out(model, params)]
    if isinstance(failure, KeyError) and failure.args:
        key = failure.args[0]
        return next(((member, value) for member, value in named if _means(value, key)), None)
    if type(failure) is Exception and _IS_NOT_THERE.search(str(failure)):
        return next(((member, value) for member, value in named if value in str(failure).split()), None)
    required = model.input_shape.required_members if model.input_shape is not None else ()
    if _found_nothing(failure):
        return next(((member, value) for member, value in named if member in required), None)
    return None


def _left_out(model: OperationModel, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    meant = _LEFT_OUT.get(model.service_model.service_name)
    return [meant] if meant is not None and meant[0] not in params else []


def _found_nothing(failure: Exception) -> bool:
    """Whether a search came to nothing, and moto went on with that."""
    if isinstance(failure, AttributeError):
        return failure.obj is None
    return isinstance(failure, IndexError | StopIteration | UnboundLocalError)


def _means(value: str, key: object) -> bool:
    return isinstance(key, str) and (
        value == key or (":" in key and key.endswith((f"/{value}", f":{value}")))
    )


def _not_there(model: OperationModel, member: str, value: str) -> AwsError:
    service, thing = model.service_model.service_name, _thing(member)
    unmodelled = _UNMODELLED.get(service)
    if unmodelled is not None:
        words = {"thing": _EC2_THINGS.get(thing, thing) if service == "ec2" else thing}
        words |= {"member": member, "value": value}
        return AwsError(unmodelled[1].format_map(words), code=unmodelled[0].format_map(words))
    errors: list[Shape] = [shape for shape in model.error_shapes if _NOT_THERE.search(shape.name)]
    errors = errors or _refusals(model)
    if not errors:
        return AwsError(f"{member} '{value}' is not valid.", code=style_of(service).code or _INVALID)
    shape = max(errors, key=lambda each: _likeness(_DECORATION.sub("", each.name), thing))
    told: Mapping[str, Any] = shape.metadata.get("error", {})
    code, status = told.get("code", shape.name), told.get("httpStatusCode", 400)
    return AwsError(f"{thing} {value} not found.", code=code, status=status)


def _refusals(model: OperationModel) -> list[Shape]:
    for kind in _REFUSALS:
        found: list[Shape] = [shape for shape in model.error_shapes if shape.name.startswith(kind)]
        if found:
            return found
    return []


def _likeness(stem: str, thing: str) -> int:
    """How well the name of an error goes with that of a member: the letters with which both begin."""
    alike = 0
    for one, other in zip(stem.lower(), thing.lower(), strict=False):
        if one != other:
            break
        alike += 1
    return alike


def _thing(member: str) -> str:
    name = re.sub(r"(Id|Name|Identifier|Arn|ARN|Key)s?$", "", member)
    return (name[:1].upper() + name[1:]) or member


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _texts(params: Mapping[str, Any]) -> set[str]:
    return {value for _, value in _named(params)}


def _named(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    """Every text that was given, with the member that holds it."""
    if isinstance(value, str):
        yield member, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _named(each, name)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each, member)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if _holds_anything(each):
                yield name
            yield from _names(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each)


def _holds_anything(value: Any) -> bool:
    """Whether a value is there at all once it is written in the query protocol."""
    if isinstance(value, Mapping):
        return any(map(_holds_anything, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_anything, value))
    return value is not None


@functools.cache
def _members(shape: Shape | None) -> frozenset[str]:
    """The names of all members of a shape, those of its parts included."""
    found: set[str] = set()
    seen: set[str] = set()

    def look(at: Shape) -> None:
        if at.name in seen:
            return
        seen.add(at.name)
        if isinstance(at, StructureShape):
            found.update(at.members)
            for member in at.members.values():
                look(member)
        elif isinstance(at, ListShape):
            look(at.member)
        elif isinstance(at, MapShape):
            look(at.value)

    if shape is not None:
        look(shape)
    return frozenset(found)
