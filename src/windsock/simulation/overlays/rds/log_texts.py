"""What the logs of a database instance hold at an instant: pure, told by when it was created.

A database writes a line now and then; each hour has a file of its own, and the present hour's is where each
engine has it. All lines of an instance are equally long, so a file's size says how many it has.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from windsock.simulation.overlays.rds.limits import HOURS_KEPT, SECONDS_BETWEEN_LINES

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file: its lines are those of one hour, as far as they are written."""

    name: str
    lines: tuple[str, ...]
    last_written: datetime

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(len(line) + 1 for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Form:
    """How an engine writes: the running file, those of earlier hours (both by `strftime`), and a line."""

    running: str
    earlier: str
    line: str


_MYSQL: Final = _Form(
    "error/mysql-error-running.log",
    "error/mysql-error-running.log.%Y-%m-%d.%H",
    "%Y-%m-%dT%H:%M:%S.000000Z 0 [Note] {instance}: checkpoint complete",
)
_POSTGRES: Final = _Form(
    "error/postgresql.log.%Y-%m-%d-%H",
    "error/postgresql.log.%Y-%m-%d-%H",
    "%Y-%m-%d %H:%M:%S UTC::@:[1]:LOG:  {instance}: checkpoint complete: time",
)
_ORACLE: Final = _Form(
    "trace/alert_ORCL.log",
    "trace/alert_ORCL.log.%Y-%m-%d.%H",
    "%Y-%m-%dT%H:%M:%S.000000+00:00 {instance}: log switch complete",
)
_SQL_SERVER: Final = _Form(
    "log/ERROR",
    "log/ERROR.%Y-%m-%d.%H",
    "%Y-%m-%d %H:%M:%S.00 spid1s {instance}: checkpoint complete",
)
_FORMS: Final = {
    "aurora": _MYSQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "postgres": _POSTGRES,
    "aurora-postgresql": _POSTGRES,
    "oracle": _ORACLE,
    "sqlserver": _SQL_SERVER,
}


def log_files(engine: str, instance: str, created: datetime, now: datetime) -> list[LogFile]:
    """The files of an instance, oldest first; those of hours long gone are gone too."""
    form = _FORMS.get(engine) or _FORMS.get(engine.partition("-")[0], _MYSQL)
    present = now.replace(minute=0, second=0, microsecond=0)
    oldest = max(created.replace(minute=0, second=0, microsecond=0), present - HOURS_KEPT * _HOUR)
    hours = [oldest + number * _HOUR for number in range((present - oldest) // _HOUR + 1)]
    files = [_file(form, instance, hour, created, now, is_running=hour == present) for hour in hours]
    return [file for file in files if file.lines]


def _file(
    form: _Form, instance: str, hour: datetime, created: datetime, now: datetime, *, is_running: bool
) -> LogFile:
    step = timedelta(seconds=SECONDS_BETWEEN_LINES)
    instants = [hour + number * step for number in range(_HOUR // step)]
    written = [instant for instant in instants if created <= instant <= now]
    return LogFile(
        hour.strftime(form.running if is_running else form.earlier),
        tuple(instant.strftime(form.line).format(instance=instance) for instant in written),
        written[-1] if written else hour,
    )
