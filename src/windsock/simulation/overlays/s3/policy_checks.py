"""What S3 takes as the policy of a bucket, in the order and the words in which it complains.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any, Final

import orjson

from windsock.languages.policies import PolicyError, parse
from windsock.languages.policies.conditions import is_operator
from windsock.languages.policies.matchers import action_question
from windsock.simulation.overlays.s3.errors import MalformedPolicy
from windsock.simulation.overlays.s3.limits import BYTES_OF_A_POLICY

KnowsPrincipal = Callable[[str], bool]
"""Whether the user or role with an ARN is there."""

_VERSIONS: Final = ("2008-10-17", "2012-10-17")
_TOP: Final = frozenset({"Version", "Id", "Statement"})
_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_REQUIRED: Final = ("Effect", "Principal", "Action", "Resource")

_ACCOUNT: Final = re.compile(r"(?:arn:aws[\w-]*:iam::)?\d{12}(?::root)?")
_ENTITY: Final = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(?:user|role)/[^*?\s]+")
_SESSION: Final = re.compile(r"arn:aws[\w-]*:sts::\d{12}:(?:assumed-role|federated-user)/[^*?\s]+")
_UNIQUE_ID: Final = re.compile(r"A(?:IDA|ROA)[A-Z0-9]{16,}")
_CANONICAL_ID: Final = re.compile(r"[0-9a-f]{64}")
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)")


def check_policy(text: str, bucket: str, knows: KnowsPrincipal) -> None:
    """Raises MalformedPolicy unless `text` may be the policy of a bucket (its ARN)."""
    policy = _document(text)
    for statement in _statements(policy):
        _check_elements(statement)
        for kind, names in _principals(statement).items():
            for name in names:
                _check_principal(kind, name, knows)
        _check_actions(statement, bucket)
        _check_conditions(statement)
    if len(orjson.dumps(policy)) > BYTES_OF_A_POLICY:
        raise MalformedPolicy(
            f"Normalized policy document exceeds the maximum allowed size of {BYTES_OF_A_POLICY} bytes"
        )
    try:
        parse(text, "resource")
    except PolicyError as error:
        raise MalformedPolicy("Invalid policy syntax.") from error


def _document(text: str) -> Mapping[str, Any]:
    if not text.lstrip().startswith("{"):
        raise MalformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    try:
        policy: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedPolicy("This policy contains invalid Json") from error
    _check_known(policy, _TOP)
    if policy.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise MalformedPolicy("The policy must contain a valid version string")
    return policy


def _statements(policy: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if "Statement" not in policy:
        raise MalformedPolicy("Missing required field Statement")
    statements = policy["Statement"]
    statements = [statements] if isinstance(statements, dict) else statements
    if not isinstance(statements, list) or not all(isinstance(each, dict) for each in statements):
        raise MalformedPolicy("Invalid policy syntax.")
    if not statements:
        raise MalformedPolicy("Could not parse the policy: Statement is empty!")
    return statements


def _check_elements(statement: Mapping[str, Any]) -> None:
    _check_known(statement, _ELEMENTS)
    for element in _REQUIRED:
        if element not in statement and f"Not{element}" not in statement:
            raise MalformedPolicy(f"Missing required field {element}")
    if statement["Effect"] not in ("Allow", "Deny"):
        raise MalformedPolicy(f"Invalid effect: {statement['Effect']}")


def _check_known(element: Mapping[str, Any], known: frozenset[str]) -> None:
    for field in element:
        if field not in known:
            raise MalformedPolicy(f"Unknown field {field}")


def _principals(statement: Mapping[str, Any]) -> Mapping[str, list[str]]:
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal == "*":
        return {"AWS": ["*"]}
    if not isinstance(principal, dict) or not principal:
        raise MalformedPolicy("Invalid policy syntax.")
    return {kind: _listed(names) for kind, names in principal.items()}


def _check_principal(kind: str, name: str, knows: KnowsPrincipal) -> None:
    if kind == "AWS":
        valid = name == "*" or any(
            form.fullmatch(name) is not None for form in (_ACCOUNT, _SESSION, _UNIQUE_ID, _CANONICAL_ID)
        )
        valid = valid or (_ENTITY.fullmatch(name) is not None and knows(name))
    elif kind == "Service":
        valid = _SERVICE.fullmatch(name) is not None
    elif kind == "CanonicalUser":
        valid = _CANONICAL_ID.fullmatch(name) is not None
    else:
        valid = kind == "Federated"
    if not valid:
        raise MalformedPolicy("Invalid principal in policy", details={"Detail": f'"{kind}" : "{name}"'})


def _check_actions(statement: Mapping[str, Any], bucket: str) -> None:
    arns = _listed(statement.get("Resource", statement.get("NotResource")))
    for arn in arns:
        if not (_covers_bucket(arn, bucket) or _covers_objects(arn, bucket)):
            raise MalformedPolicy("Policy has invalid resource", details={"Detail": arn})
    covered = [
        kind
        for kind, covers in (("bucket", _covers_bucket), ("object", _covers_objects))
        if any(covers(arn, bucket) for arn in arns)
    ]
    for action in _listed(statement.get("Action", statement.get("NotAction"))):
        applies = _applies_to(action)
        if not applies:
            raise MalformedPolicy("Policy has invalid action", details={"Detail": action})
        if "Action" in statement and applies.isdisjoint(covered):
            raise MalformedPolicy("Action does not apply to any resource(s) in statement")


@functools.lru_cache(maxsize=512)
def _applies_to(pattern: str) -> frozenset[str]:
    """What an action of a policy is done to: buckets, objects or both; nothing when there is none of it."""
    asked = action_question([pattern])
    return frozenset(kind for kind, actions in _actions().items() if any(map(asked, actions)))


@functools.cache
def _actions() -> Mapping[str, Sequence[str]]:
    """All actions by what they are done to, in lower case: `scripts/generate_access_data.py` writes them."""
    file = resources.files(__package__).joinpath("bucket_actions.json")
    return {kind: [name.lower() for name in names] for kind, names in orjson.loads(file.read_bytes()).items()}


def _covers_bucket(arn: str, bucket: str) -> bool:
    return _glob(arn).fullmatch(bucket) is not None


def _covers_objects(arn: str, bucket: str) -> bool:
    """Whether an ARN with wildcards or variables can be that of an object in the bucket."""
    start, variable, _ = arn.partition("${")
    if start.startswith(f"{bucket}/"):
        return len(arn) > len(f"{bucket}/")
    fixed = re.split(r"[*?]", start, maxsplit=1)[0]
    return (fixed != start or bool(variable)) and f"{bucket}/".startswith(fixed)


@functools.lru_cache(maxsize=512)
def _glob(pattern: str) -> re.Pattern[str]:
    """A pattern with wildcards, which match what the text between them leaves over."""
    pieces = (re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", pattern))
    return re.compile(".*".join(pieces), re.DOTALL)


def _check_conditions(statement: Mapping[str, Any]) -> None:
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, dict):
        raise MalformedPolicy("Invalid policy syntax.")
    for operator, keys in conditions.items():
        if not is_operator(operator):
            raise MalformedPolicy(f"Invalid Condition type : {operator}")
        for key in keys if isinstance(keys, dict) else [""]:
            if ":" not in key:
                raise MalformedPolicy("Policy has an invalid condition key", details={"Detail": key})


def _listed(values: Any) -> list[str]:
    listed = values if isinstance(values, list) else [values]
    if not all(isinstance(value, str) for value in listed):
        raise MalformedPolicy("Invalid policy syntax.")
    return listed
