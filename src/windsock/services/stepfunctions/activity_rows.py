"""The rows of activities and of their tasks that no worker has taken yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.machine_rows import in_scope
from windsock.services.stepfunctions.tables import activities, activity_tasks
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot, Transaction

_ACTIVITY = (*in_scope(activities), activities.c.name == sa.bindparam("of_name"))
_FIND = Statement(sa.select(activities).where(*_ACTIVITY))
_ADD = Statement(sa.insert(activities))
_AFTER = Statement(
    sa.select(activities)
    .where(*in_scope(activities), activities.c.name > sa.bindparam("after"))
    .order_by(activities.c.name)
    .limit(sa.bindparam("most"))
)
_COUNT = Statement(sa.select(sa.func.count()).where(*in_scope(activities)))
_TAG = Statement(sa.update(activities).where(*_ACTIVITY).values(tags=sa.bindparam("new_tags")))
_REMOVE = Statement(sa.delete(activities).where(*_ACTIVITY))

_ADD_TASK = Statement(sa.insert(activity_tasks))
_OLDEST_TASK = Statement(
    sa.select(activity_tasks)
    .where(*in_scope(activity_tasks), activity_tasks.c.activity == sa.bindparam("of_activity"))
    .order_by(activity_tasks.c.id)
    .limit(1)
)
_REMOVE_TASK = Statement(
    sa.delete(activity_tasks).where(
        *in_scope(activity_tasks),
        activity_tasks.c.activity == sa.bindparam("of_activity"),
        activity_tasks.c.id == sa.bindparam("of_id"),
    )
)
_REMOVE_TASKS_OF_FRAME = Statement(
    sa.delete(activity_tasks).where(
        *in_scope(activity_tasks),
        activity_tasks.c.execution == sa.bindparam("of_execution"),
        activity_tasks.c.frame == sa.bindparam("of_frame"),
    )
)


def find(tx: Snapshot, scope: Scope, name: str) -> Row | None:
    """The row of an activity, or None."""
    return tx.row(_FIND, {**scope.columns, "of_name": name})


def add(tx: Transaction, scope: Scope, values: Mapping[str, Any]) -> None:
    """Make an activity; `values` are all columns but account and region."""
    tx.execute(_ADD, {**scope.columns, **values})


def after(tx: Snapshot, scope: Scope, name: str, most: int) -> list[Row]:
    """The activities whose names come after `name`, by name."""
    return tx.rows(_AFTER, {**scope.columns, "after": name, "most": most})


def count(tx: Snapshot, scope: Scope) -> int:
    """How many activities there are."""
    found: int = tx.scalar(_COUNT, scope.columns)
    return found


def set_tags(tx: Transaction, scope: Scope, name: str, tags: str) -> None:
    """Set the tags of an activity, as JSON."""
    tx.execute(_TAG, {**scope.columns, "of_name": name, "new_tags": tags})


def remove(tx: Transaction, scope: Scope, name: str) -> None:
    """Remove an activity; one that is not there is no error. Its tasks wait on, for one of the same name."""
    tx.execute(_REMOVE, {**scope.columns, "of_name": name})


def add_task(tx: Transaction, scope: Scope, values: Mapping[str, Any]) -> None:
    """Have a task wait for a worker; `values` are all columns but account and region."""
    tx.execute(_ADD_TASK, {**scope.columns, **values})


def oldest_task(tx: Snapshot, scope: Scope, activity: str) -> Row | None:
    """The task of an activity that waits longest, or None."""
    return tx.row(_OLDEST_TASK, {**scope.columns, "of_activity": activity})


def remove_task(tx: Transaction, scope: Scope, task: Row) -> None:
    """A worker has this task now."""
    tx.execute(_REMOVE_TASK, {**scope.columns, "of_activity": task.activity, "of_id": task.id})


def remove_tasks_of(tx: Transaction, scope: Scope, execution: str, frame: int) -> None:
    """Nobody waits any more for what a frame of an execution had scheduled."""
    tx.execute(_REMOVE_TASKS_OF_FRAME, {**scope.columns, "of_execution": execution, "of_frame": frame})
