"""Compare windsock's verdicts on policies with those of another simulator, `@cloud-copilot/iam-simulate`.

    python scripts/compare_policies.py [--generated 4000] [--seed 1]

For developers: it installs the npm package into a temporary directory and runs it there. The cases are those
of tests/data/policy_cases.json and as many generated ones. Disagreements are printed; those where the other
is known to be wrong, or where it lacks the feature, are listed in `KNOWN` and counted apart.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.policy_words import policies_of, request_of  # noqa: E402

from windsock.languages.policies import decide  # noqa: E402

PACKAGE: Final = "@cloud-copilot/iam-simulate"
DRIVER: Final = Path(__file__).with_suffix(".mjs")
VERDICTS: Final = {
    "Allowed": "allow",
    "ExplicitlyDenied": "explicit_deny",
    "ImplicitlyDenied": "implicit_deny",
}

Words = dict[str, Any]


def main() -> None:
    """Print how many verdicts agree, and those that do not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generated", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    written = json.loads((ROOT / "tests/data/policy_cases.json").read_text())["cases"]
    cases = [*written, *generated(options.generated, random.Random(options.seed))]
    asked = [case for case in cases if can_be_asked(case)]
    outcomes: Counter[str] = Counter({"not asked": len(cases) - len(asked)})
    for case, theirs in zip(asked, their_verdicts(asked), strict=True):
        ours = decide(request_of(case["request"]), policies_of(case["policies"])).verdict
        if theirs not in VERDICTS:
            outcomes["refused by the other"] += 1
            print(f"{case['name']}: {theirs}\n")
        elif VERDICTS[theirs] == ours:
            outcomes["agree"] += 1
        elif case["name"] in KNOWN:
            outcomes["known"] += 1
        else:
            outcomes["disagree"] += 1
            print(f"ours {ours}, theirs {theirs}: {json.dumps(case)}\n")
    print(dict(outcomes))


# Names of written cases in which the other simulator is wrong, and why.
_VERSION: Final = "it takes variables in every version; the guide says 2012-10-17 only"
_PART: Final = "it does not match a variable right behind the account of an ARN; the guide's example does"
_SESSION: Final = "it lets session policies limit what is granted to a session in person; the guide does not"
_ROOT: Final = "it knows no root user"
_REGIONAL: Final = "it knows no regional names of services"
_NOT_PRINCIPAL: Final = (
    "to it an excepted role or account excepts all within; the guide says all but the named"
)

KNOWN: Final[Mapping[str, str]] = {
    "variables are plain text in version 2008-10-17": _VERSION,
    "variables spelled out in version 2008-10-17": _VERSION,
    "no version is version 2008-10-17": _VERSION,
    "variable in part of a name": _PART,
    "resource a line end is a character": "its * does not match line ends",
    "DateEquals seconds since 1970": "it does not compare both ways to write a date",
    "IpAddress any": "its 0.0.0.0/0 contains nothing",
    "user who federated named": "it does not look behind a federated user",
    "session named in the resource policy, session policy is silent": _SESSION,
    "federated user named, session policy is silent": _SESSION,
    "everybody named, session policy is silent": _SESSION,
    "the root user may do all in the account": _ROOT,
    "a resource policy that is silent": _ROOT,
    "the root user in another account, its account allowed": _ROOT,
    "the root user excepted": _ROOT,
    "another session of the role": _NOT_PRINCIPAL,
    "another user of the account, which is excepted": _NOT_PRINCIPAL,
    "regional name in its region": _REGIONAL,
    "global name, regional caller": _REGIONAL,
    "regional service trusted in its region": _REGIONAL,
}


def can_be_asked(case: Words) -> bool:
    """Whether the other simulator has what the case needs."""
    principal, policies = case["request"]["principal"], case["policies"]
    if "provider" in principal or len(policies.get("session", [0])) != 1:
        return False
    return not ("session" in policies and "resource" in policies and case["name"].startswith("generated"))


def their_verdicts(cases: Sequence[Words]) -> list[str]:
    """The other simulator's verdicts, or what it says instead."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=directory, check=True)
        driver = Path(directory) / DRIVER.name
        driver.write_text(DRIVER.read_text())
        answer = subprocess.run(
            ["node", str(driver)],
            input=json.dumps([simulation_of(case) for case in cases]),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    verdicts: list[str] = json.loads(answer.stdout)
    return verdicts


def simulation_of(case: Words) -> Words:
    """A case in the other simulator's words; it derives no condition keys, so it is given them all."""
    request, policies = request_of(case["request"]), case["policies"]
    principal: Any = request.principal.arn
    context = {key: value if isinstance(value, str) else list(value) for key, value in request.keys.items()}
    simulation = {
        "request": {
            "principal": {"type": "Anonymous"} if request.principal.kind == "anonymous" else principal,
            "action": request.action,
            "resource": {"resource": request.resource, "accountId": request.owner},
            "contextVariables": context,
        },
        "identityPolicies": _named(policies.get("identity", ())),
        "serviceControlPolicies": [
            {"orgIdentifier": f"ou-{index}", "policies": _named(level)}
            for index, level in enumerate(policies.get("service_control", ()))
        ],
        "resourceControlPolicies": [],
    }
    if "boundary" in policies:
        simulation["permissionBoundaryPolicies"] = _named([policies["boundary"]])
    if "session" in policies:
        simulation["sessionPolicy"] = policies["session"][0]
    resource = policies.get("resource") or policies.get("trust")
    if resource:
        simulation["resourcePolicy"] = resource
    return simulation


def _named(documents: Sequence[Words]) -> list[Words]:
    return [{"name": f"policy{index}", "policy": document} for index, document in enumerate(documents)]


ACCOUNT: Final = "111122223333"
OTHER: Final = "444455556666"
BUCKET: Final = "arn:aws:s3:::reports/"
ACTIONS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectAcl")
ACTION_PATTERNS: Final = (*ACTIONS, "s3:*", "S3:Get*", "*", "s3:?etObject", "sns:*", "s3:*e*t")
NAMES: Final = ("jobs", "alice", "jobs-2", "Jobs")
NAME_PATTERNS: Final = (*NAMES, "*", "jo*", "*s", "j?bs", "${aws:username}", "${aws:PrincipalTag/t, 'jobs'}")
TEXTS: Final = ("a", "A", "ab", "b", "alice")
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:UserAgent": TEXTS,
    "aws:RequestTag/t": TEXTS,
    "aws:PrincipalTag/t": (*TEXTS, "jobs"),
    "aws:MultiFactorAuthAge": ("10", "9.5", "-1", "300"),
    "aws:TokenIssueTime": ("2019-06-01T00:00:00Z", "2020-01-01T00:00:00Z", "2021-01-01T00:00:00+01:00"),
    # No IPv6: the other does not see that such an address is outside of an IPv4 range.
    "aws:SourceIp": ("10.0.0.7", "10.0.0.9", "192.168.3.4"),
    "aws:SecureTransport": ("true", "false"),
}
STRINGS: Final = (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike"
)
COMPARISONS: Final[Mapping[str, tuple[str, ...]]] = {
    STRINGS: (*TEXTS, "a*", "?", "*", "${aws:username}", "${aws:PrincipalTag/t}"),
    "NumericEquals NumericNotEquals NumericLessThan NumericGreaterThanEquals": ("10", "9.5", "-1", "10.0"),
    "DateLessThan DateGreaterThan DateGreaterThanEquals DateNotEquals": (
        "2020-01-01T00:00:00Z",
        "2020-12-31T23:00:00Z",
        "2019-06-01",
    ),
    "IpAddress NotIpAddress": ("10.0.0.0/8", "10.0.0.7", "192.168.0.0/16", "10.0.0.8/30", "2001:db8::/32"),
    "Bool": ("true", "false"),
}
# The keys that each row of COMPARISONS is tried on.
KEYS: Final[tuple[tuple[str, ...], ...]] = (
    ("aws:UserAgent", "aws:RequestTag/t", "aws:PrincipalTag/t"),
    ("aws:MultiFactorAuthAge",),
    ("aws:TokenIssueTime",),
    ("aws:SourceIp",),
    ("aws:SecureTransport",),
)
PRINCIPALS: Final[tuple[Words, ...]] = (
    {"user": f"arn:aws:iam::{ACCOUNT}:user/alice"},
    {
        "session": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1",
        "role": f"arn:aws:iam::{ACCOUNT}:role/app",
    },
    {"user": f"arn:aws:iam::{OTHER}:user/bob"},
    {"session": f"arn:aws:sts::{OTHER}:assumed-role/far/s1", "role": f"arn:aws:iam::{OTHER}:role/far"},
    {"service": "events.amazonaws.com"},
)
NAMED: Final[tuple[Any, ...]] = (
    "*",
    *({"AWS": account} for account in (ACCOUNT, OTHER, f"arn:aws:iam::{ACCOUNT}:root")),
    *({"AWS": arn} for words in PRINCIPALS for name, arn in words.items() if name != "service"),
    {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/alice", ACCOUNT]},
    {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
)


# What NotPrincipal excepts among principals of one account is where the two read the guide differently.
EXCEPTED: Final = {"AWS": ["arn:aws:iam::777788889999:user/eve", "arn:aws:iam::777788889999:root"]}


def generated(count: int, chance: random.Random) -> Iterator[Words]:
    """Cases made up by chance, a good part of them allowed."""
    for number in range(count):
        policies: Words = {"identity": [_document(chance) for _ in range(chance.randint(0, 2))]}
        if chance.random() < 0.5:
            policies["resource"] = _document(chance, on_resource=True)
        if chance.random() < 0.3:
            policies["boundary"] = _document(chance)
        if chance.random() < 0.2:
            policies["service_control"] = [[_document(chance)] for _ in range(chance.randint(1, 2))]
        principal = chance.choice(PRINCIPALS)
        if "session" in principal and chance.random() < 0.3:
            policies["session"] = [_document(chance)]
        if "service" in principal:
            policies = {name: policies[name] for name in ("resource",) if name in policies}
        context = {key: chance.choice(values) for key, values in VALUES.items() if chance.random() < 0.6}
        request = {
            "principal": principal,
            "action": chance.choice(ACTIONS),
            "resource": BUCKET + chance.choice(NAMES),
            "resource_account": ACCOUNT,
            "context": context,
        }
        yield {"name": f"generated {number}", "request": request, "policies": policies}


def _document(chance: random.Random, *, on_resource: bool = False) -> Words:
    statements = [_statement(chance, on_resource) for _ in range(chance.randint(1, 3))]
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(chance: random.Random, on_resource: bool) -> Words:
    statement: Words = {"Effect": chance.choice(("Allow", "Allow", "Allow", "Deny"))}
    negated = "Not" if chance.random() < 0.1 else ""
    statement[f"{negated}Action"] = _some(chance, ACTION_PATTERNS)
    negated = "Not" if chance.random() < 0.1 else ""
    names = [name if name == "*" else BUCKET + name for name in _some(chance, NAME_PATTERNS)]
    statement[f"{negated}Resource"] = names
    if on_resource:
        negated = "Not" if statement["Effect"] == "Deny" and chance.random() < 0.2 else ""
        statement[f"{negated}Principal"] = EXCEPTED if negated else chance.choice(NAMED)
    if chance.random() < 0.4:
        (operators, values), keys = chance.choice(list(zip(COMPARISONS.items(), KEYS, strict=True)))
        operator = chance.choice(operators.split()) + chance.choice(("", "", "IfExists"))
        condition = {operator: {chance.choice(keys): _some(chance, values)}}
        presence = {"Null": {chance.choice(keys): chance.choice(("true", "false"))}}
        statement["Condition"] = presence if chance.random() < 0.1 else condition
    return statement


def _some(chance: random.Random, of: Sequence[str]) -> list[str]:
    return chance.sample(of, chance.randint(1, 2))


if __name__ == "__main__":
    main()
