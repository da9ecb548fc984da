"""RDS: logs that grow, rotate by the hour, and are read in portions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import Driver
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError
from windsock.simulation.overlays.rds.log_texts import log_files

RUNNING = "error/mysql-error-running.log"


class Database:
    """A database instance and its logs."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    async def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        return await self.driver("rds", operation, DBInstanceIdentifier="mydb", **params)

    async def make(self, engine: str = "mysql") -> None:
        """Make it."""
        await self(
            "CreateDBInstance",
            Engine=engine,
            DBInstanceClass="db.t3.micro",
            AllocatedStorage=20,
            MasterUsername="admin",
            MasterUserPassword="password",
        )

    async def files(self, **params: Any) -> list[tuple[str, int]]:
        """The names and sizes of its log files."""
        found = (await self("DescribeDBLogFiles", **params))["DescribeDBLogFiles"]
        return [(file["LogFileName"], file["Size"]) for file in found]

    async def portion(self, name: str = RUNNING, **params: Any) -> dict[str, Any]:
        """A portion of a file."""
        return await self("DownloadDBLogFilePortion", LogFileName=name, **params)


async def test_a_log_grows(machine: Machine) -> None:
    database = Database(machine.driver)
    await database.make()
    ((name, size),) = await database.files()
    first = await database.portion(Marker="0")
    assert (name, first["Marker"], first["AdditionalDataPending"]) == (RUNNING, str(size), False)
    assert first["LogFileData"].splitlines() == [
        "2017-01-02T00:00:00.000000Z 0 [Note] mydb: checkpoint complete"
    ]
    await machine.driver.advance(600)
    ((_, grown),) = await database.files()
    assert grown == 3 * size
    second = await database.portion(Marker=first["Marker"])
    assert [line[:19] for line in second["LogFileData"].splitlines()] == [
        "2017-01-02T00:05:00",
        "2017-01-02T00:10:00",
    ]
    assert (await database.portion(Marker=second["Marker"]))["LogFileData"] == ""


async def test_a_log_is_read_in_portions(machine: Machine) -> None:
    database = Database(machine.driver)
    await database.make()
    await machine.driver.advance(1200)
    data, marker, pending = "", "0", True
    while pending:
        portion = await database.portion(Marker=marker, NumberOfLines=2)
        data, marker, pending = (
            data + portion["LogFileData"],
            portion["Marker"],
            portion["AdditionalDataPending"],
        )
    assert data == (await database.portion())["LogFileData"]
    assert len(data.splitlines()) == 5
    last = await database.portion(NumberOfLines=1)
    assert last["LogFileData"] == data.splitlines(keepends=True)[-1]


async def test_each_hour_has_its_file(machine: Machine) -> None:
    database = Database(machine.driver)
    await database.make()
    await machine.driver.advance(2 * 3600)
    assert [name for name, _ in await database.files()] == [
        f"{RUNNING}.2017-01-02.00",
        f"{RUNNING}.2017-01-02.01",
        RUNNING,
    ]
    assert [name for name, _ in await database.files(FilenameContains="01-02.01")] == [
        f"{RUNNING}.2017-01-02.01"
    ]
    await machine.driver.advance(30 * 86_400)
    assert len(await database.files()) == 73
    page = await database("DescribeDBLogFiles", MaxRecords=70)
    rest = await database("DescribeDBLogFiles", Marker=page["Marker"])
    assert len(page["DescribeDBLogFiles"]) + len(rest["DescribeDBLogFiles"]) == 73


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        ("postgres", "error/postgresql.log.2017-01-02-00"),
        ("aurora-postgresql", "error/postgresql.log.2017-01-02-00"),
        ("aurora", RUNNING),
        ("aurora-mysql", RUNNING),
        ("sqlserver-ex", "log/ERROR"),
        ("oracle-se2", "trace/alert_ORCL.log"),
    ],
)
def test_each_engine_has_its_names(engine: str, name: str) -> None:
    created = datetime(2017, 1, 2, 0, 7, tzinfo=UTC)
    (file,) = log_files(engine, "mydb", created, created + timedelta(minutes=10))
    assert file.name == name
    assert len(file.lines) == 2
    assert file.last_written == datetime(2017, 1, 2, 0, 15, tzinfo=UTC)


async def test_an_instance_of_a_cluster_has_logs(machine: Machine) -> None:
    database = Database(machine.driver)
    await machine.driver(
        "rds",
        "CreateDBCluster",
        DBClusterIdentifier="cluster",
        Engine="aurora-mysql",
        DatabaseName="mydb",
        MasterUsername="admin",
        MasterUserPassword="password",
    )
    instance = {"Engine": "aurora-mysql", "DBInstanceClass": "db.r5.large", "DBClusterIdentifier": "cluster"}
    await database("CreateDBInstance", **instance)
    assert [name for name, _ in await database.files()] == [RUNNING]


async def test_what_is_not_there_is_not_found(machine: Machine) -> None:
    database = Database(machine.driver)
    with pytest.raises(AwsError) as no_instance:
        await database.files()
    assert no_instance.value.code == "DBInstanceNotFound"
    await database.make()
    with pytest.raises(AwsError) as no_file:
        await database.portion("error/none.log")
    assert no_file.value.code == "DBLogFileNotFoundFault"
    with pytest.raises(AwsError, match="Invalid marker"):
        await database.portion(Marker="x")
