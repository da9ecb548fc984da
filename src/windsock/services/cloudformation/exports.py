"""What stacks export to others of their account and region, and who imports it.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.scope import Scope
from windsock.languages.stacks import TemplateError
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.pages import paged
from windsock.services.cloudformation.stack import Stack, stack_by_id
from windsock.services.cloudformation.tables import exports, imports
from windsock.store.statements import Row, Statement, upsert
from windsock.store.transaction import Snapshot, Transaction


def _here(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.account == sa.bindparam("account"), table.c.region == sa.bindparam("region"))


def _here_of(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.account == sa.bindparam("of_account"),
        table.c.region == sa.bindparam("of_region"),
        table.c.stack == sa.bindparam("of_stack"),
    )


_ALL = Statement(sa.select(exports).where(_here(exports)).order_by(exports.c.name))
_PUT = Statement(upsert(exports, "stack", "value"))
_FORGET = Statement(sa.delete(exports).where(_here_of(exports)))
_IMPORTERS = Statement(
    sa.select(imports).where(_here(imports), imports.c.name == sa.bindparam("name")).order_by(imports.c.stack)
)
_PUT_IMPORT = Statement(upsert(imports))
_FORGET_IMPORTS = Statement(sa.delete(imports).where(_here_of(imports)))


@query("ListExports")
def list_exports(ctx: Query, params: Params) -> Result:
    """Everything that is exported here."""
    stacks = {
        row.stack: stack_by_id(ctx.tx, ctx.scope, row.stack) for row in ctx.tx.rows(_ALL, ctx.scope.columns)
    }

    def shown(row: Row) -> dict[str, str]:
        stack = stacks[row.stack]
        return {
            "ExportingStackId": stack.arn if stack else "",
            "Name": row.name,
            "Value": row.value,
        }

    found = [shown(row) for row in ctx.tx.rows(_ALL, ctx.scope.columns)]
    return paged("Exports", found, params, lambda each: each["Name"])


@query("ListImports")
def list_imports(ctx: Query, params: Params) -> Result:
    """The names of the stacks that import an export."""
    name = params["ExportName"]
    if name not in exports_here(ctx.tx, ctx.scope):
        raise Invalid(f"Export '{name}' does not exist.")
    names = importers(ctx.tx, ctx.scope, name)
    if not names:
        raise Invalid(f"Export '{name}' is not imported by any stack.")
    return paged("Imports", names, params, lambda each: each)


def exports_here(tx: Snapshot, scope: Scope) -> dict[str, Row]:
    """The exports of an account and region by name."""
    return {row.name: row for row in tx.rows(_ALL, scope.columns)}


def importers(tx: Snapshot, scope: Scope, name: str) -> list[str]:
    """The names of the stacks that import an export."""
    rows = tx.rows(_IMPORTERS, {**scope.columns, "name": name})
    stacks = (stack_by_id(tx, scope, row.stack) for row in rows)
    return sorted(stack.name for stack in stacks if stack is not None and stack.live)


def check_exports(tx: Snapshot, stack: Stack, exported: Mapping[str, str], imported: set[str]) -> None:
    """Raises TemplateError when a stack cannot export these values, or import those, from now on."""
    here = exports_here(tx, stack.scope)
    missing = sorted(imported - here.keys())
    if missing:
        raise TemplateError(f"No export named {missing[0]} found.")
    for name in exported:
        if name in here and here[name].stack != stack.id:
            other = stack_by_id(tx, stack.scope, here[name].stack)
            raise TemplateError(
                f"Export with name {name} is already exported by stack {other.name if other else ''}"
            )
    for name, row in here.items():
        if row.stack == stack.id and exported.get(name) != row.value:
            users = importers(tx, stack.scope, name)
            if users:
                verb = "update" if name in exported else "delete"
                raise TemplateError(f"Cannot {verb} export {name} as it is in use by {', '.join(users)}")


def put_exports(tx: Transaction, stack: Stack, exported: Mapping[str, str]) -> None:
    """A stack exports these values from now on."""
    forget_exports(tx, stack, of_others=False)
    for name, value in exported.items():
        tx.execute(_PUT, {**stack.scope.columns, "name": name, "stack": stack.id, "value": value})


def put_imports(tx: Transaction, stack: Stack, names: set[str]) -> None:
    """A stack imports these exports from now on."""
    tx.execute(_FORGET_IMPORTS, _key(stack))
    for name in names:
        tx.execute(_PUT_IMPORT, {**stack.scope.columns, "name": name, "stack": stack.id})


def forget_exports(tx: Transaction, stack: Stack, *, of_others: bool = True) -> None:
    """A stack exports nothing any more, nor imports what is `of_others`."""
    tx.execute(_FORGET, _key(stack))
    if of_others:
        tx.execute(_FORGET_IMPORTS, _key(stack))


def _key(stack: Stack) -> dict[str, str]:
    return {"of_account": stack.scope.account, "of_region": stack.scope.region, "of_stack": stack.id}
