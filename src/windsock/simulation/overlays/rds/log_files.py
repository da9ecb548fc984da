"""The log files of database instances, and portions of them.

A marker is the number of bytes before what comes next, as `0` is before all.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBLogFiles.html and
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Call
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.clock import to_datetime, to_ms
from windsock.kernel.errors import AwsError
from windsock.kernel.ids import uuid4
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.rds.limits import (
    BYTES_OF_A_PORTION,
    FILES_OF_AN_ANSWER,
    LINES_OF_A_PORTION,
)
from windsock.simulation.overlays.rds.log_texts import LogFile, log_files


class LogFileNotFound(AwsError):
    """A log file that the instance does not have."""

    code = "DBLogFileNotFoundFault"
    status = 404


class InvalidMarker(AwsError):
    """A marker that no answer gave."""

    code = "InvalidParameterValue"


@waiting("DescribeDBLogFiles")
async def describe_db_log_files(ctx: Context, params: Params) -> Result:
    """The files, oldest first, with their sizes and when they were last written."""
    part, since, least = (
        params.get("FilenameContains", ""),
        params.get("FileLastWritten", 0),
        params.get("FileSize", 0),
    )
    found = [
        {"LogFileName": file.name, "LastWritten": to_ms(file.last_written), "Size": file.size}
        for file in await _files(ctx, params["DBInstanceIdentifier"])
        if part in file.name and to_ms(file.last_written) >= since and file.size >= least
    ]
    first, most = _position(params), params.get("MaxRecords", FILES_OF_AN_ANSWER)
    more = {"Marker": str(first + most)} if len(found) > first + most else {}
    return {"DescribeDBLogFiles": found[first : first + most], **more}


@waiting("DownloadDBLogFilePortion")
async def download_db_log_file_portion(ctx: Context, params: Params) -> Result:
    """Lines of a file from a marker on; without one the last lines. `Marker` is where to go on."""
    name = params["LogFileName"]
    files = await _files(ctx, params["DBInstanceIdentifier"])
    file = next((each for each in files if each.name == name), None)
    if file is None:
        raise LogFileNotFound(f"DBLog File: {name}, is not found on the DB instance")
    lines = min(params.get("NumberOfLines") or LINES_OF_A_PORTION, LINES_OF_A_PORTION)
    start = _position(params) if "Marker" in params else _bytes(file.lines[: -lines or None])
    return _portion(file, start, lines)


async def _files(ctx: Context, instance: str) -> list[LogFile]:
    """Raises DBInstanceNotFound."""
    ask = Call(
        "rds",
        "DescribeDBInstances",
        {"DBInstanceIdentifier": instance},
        ctx.call.caller,
        ctx.scope,
        uuid4(),
        ctx.call.cause,
    )
    (found,) = (await ctx.engine.part(Moto).answer(ask))["DBInstances"]
    return log_files(found["Engine"], instance, found["InstanceCreateTime"], to_datetime(ctx.now_ms))


def _portion(file: LogFile, start: int, most: int) -> dict[str, Any]:
    position, data, lines = 0, "", 0
    for line in file.lines:
        position += len(line) + 1
        if position <= start:
            continue
        if lines == most or len(data) + len(line) >= BYTES_OF_A_PORTION:
            break
        data, lines = f"{data}{line}\n", lines + 1
    end = start + len(data)
    return {"LogFileData": data, "Marker": str(end), "AdditionalDataPending": end < file.size}


def _bytes(lines: tuple[str, ...]) -> int:
    return sum(len(line) + 1 for line in lines)


def _position(params: Params) -> int:
    marker: str = params.get("Marker", "0")
    if not marker.isdigit():
        raise InvalidMarker(f"Invalid marker: {marker}")
    return int(marker)
