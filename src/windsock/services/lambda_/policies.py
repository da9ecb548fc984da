"""Resource policies of functions and layers: kept statement by statement, told as one document.

Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
import sqlalchemy as sa

from windsock.engine.engine import Engine
from windsock.engine.resource_policies import resource_policy
from windsock.kernel.arns import Arn
from windsock.kernel.ids import uuid4
from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import (
    InvalidParameterValue,
    PolicyLengthExceeded,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    no_such_resource,
)
from windsock.services.lambda_.limits import POLICY_BYTES
from windsock.services.lambda_.tables import policies
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

_OF_RESOURCE = sa.and_(
    policies.c.account == sa.bindparam("of_account"),
    policies.c.region == sa.bindparam("of_region"),
    policies.c.resource == sa.bindparam("of_resource"),
)
_OF_POLICY = sa.and_(_OF_RESOURCE, policies.c.qualifier == sa.bindparam("of_qualifier"))
_FIND = Statement(sa.select(policies).where(_OF_POLICY))
_PUT = Statement(upsert(policies, "statements", "revision"))
_DELETE = Statement(sa.delete(policies).where(_OF_POLICY))
_DELETE_ALL = Statement(sa.delete(policies).where(_OF_RESOURCE))

_ACCOUNT: Final = re.compile(r"\d{12}")
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)|\*")


class Policy:
    """The policy of one resource in a transaction. `qualifier` is empty for a whole function."""

    def __init__(self, tx: Transaction, scope: Scope, resource: str, qualifier: str) -> None:
        self._tx = tx
        self._key = _key(scope, resource, qualifier)
        self._row = tx.row(_FIND, self._key)
        self._statements: list[dict[str, Any]] = (
            [] if self._row is None else orjson.loads(self._row.statements)
        )

    def check_revision(self, revision: str | None) -> None:
        """Raises PreconditionFailed for a revision that is not the latest."""
        if revision and self._row is not None and revision != self._row.revision:
            raise PreconditionFailed("GetPolicy")

    def add(self, statement: dict[str, Any]) -> str:
        """Add a statement; the policy's new revision. Raises ResourceConflict if its Sid is taken."""
        sid = statement["Sid"]
        if any(kept["Sid"] == sid for kept in self._statements):
            raise ResourceConflict(
                f"The statement id ({sid}) provided already exists. Please provide a new statement id, or "
                "remove the existing statement."
            )
        return self._keep([*self._statements, statement])

    def remove(self, sid: str) -> None:
        """Remove a statement; the policy goes with its last. Raises ResourceNotFound."""
        left = [statement for statement in self._statements if statement["Sid"] != sid]
        if not self._statements:
            raise ResourceNotFound("No policy is associated with the given resource.")
        if len(left) == len(self._statements):
            raise ResourceNotFound(f"Statement {sid} is not found in resource policy.")
        if left:
            self._keep(left)
        else:
            self._tx.execute(_DELETE, self._key)

    def _keep(self, statements: list[dict[str, Any]]) -> str:
        text = document(statements)
        if len(text) > POLICY_BYTES:
            raise PolicyLengthExceeded("The final policy size is bigger than the limit (20480).")
        revision = uuid4()
        self._tx.execute(
            _PUT,
            {
                "account": self._key["of_account"],
                "region": self._key["of_region"],
                "resource": self._key["of_resource"],
                "qualifier": self._key["of_qualifier"],
                "statements": orjson.dumps(statements).decode(),
                "revision": revision,
            },
        )
        return revision


def read_policy(tx: Snapshot, scope: Scope, resource: str, qualifier: str) -> dict[str, str]:
    """A policy as the API answers it. Raises ResourceNotFound if there is none."""
    row: Row | None = tx.row(_FIND, _key(scope, resource, qualifier))
    if row is None:
        raise no_such_resource()
    return {"Policy": document(orjson.loads(row.statements)), "RevisionId": row.revision}


@resource_policy
def policy_of_function(engine: Engine, tx: Snapshot, arn: Arn) -> str | None:
    """The policy of the function, version or alias (or of the layer's version) with an ARN."""
    kind, _, named = arn.resource.partition(":")
    name, _, qualifier = named.partition(":")
    row = tx.row(_FIND, _key(arn.scope, f"{kind}:{name}", qualifier))
    return None if row is None else document(orjson.loads(row.statements))


def delete_policies(tx: Transaction, scope: Scope, resource: str, qualifier: str | None = None) -> None:
    """Remove the policy of one qualifier, or with None all of a resource."""
    statement = _DELETE_ALL if qualifier is None else _DELETE
    tx.execute(statement, _key(scope, resource, qualifier))


def document(statements: list[dict[str, Any]]) -> str:
    """The policy document of statements, as JSON text."""
    return orjson.dumps({"Version": "2012-10-17", "Id": "default", "Statement": statements}).decode()


def principal_of(given: str, partition: str) -> Any:
    """A principal as policies hold it. Raises InvalidParameterValue for what can be none."""
    if given == "*":
        return "*"
    if _ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:{partition}:iam::{given}:root"}
    if given.startswith("arn:"):
        return {"AWS": given}
    if _SERVICE.fullmatch(given):
        return {"Service": given}
    raise InvalidParameterValue(
        "The provided principal was invalid. Please check the principal and try again."
    )


def _key(scope: Scope, resource: str, qualifier: str | None) -> dict[str, str]:
    key = {"of_account": scope.account, "of_region": scope.region, "of_resource": resource}
    return key if qualifier is None else key | {"of_qualifier": qualifier}
