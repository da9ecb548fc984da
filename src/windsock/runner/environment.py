"""The environment variables of a function's process: Lambda's, and none of windsock's own.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from windsock.runner.contract import FunctionCode
from windsock.runner.launch import BOOTSTRAPS, Launch

_PATH = "/usr/local/bin:/usr/bin:/bin"


def environment(
    code: FunctionCode, launch: Launch, *, runtime_api: str, log_stream: str, scratch: str
) -> dict[str, str]:
    """All of it. What a function sets may replace Lambda's unreserved variables, never its reserved ones.

    Layers are not in `/opt` but in directories of their own, found through the search paths.
    """
    region = code.reserved.get("AWS_REGION", "us-east-1")
    variables = {
        "PATH": _PATH,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": scratch,
        "TMPDIR": scratch,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{code.runtime}",
        **launch.variables,
        **code.environment,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": code.name,
        "AWS_LAMBDA_FUNCTION_VERSION": code.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(code.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": code.log_group or f"/aws/lambda/{code.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": str(code.code),
        "LAMBDA_RUNTIME_DIR": str(BOOTSTRAPS),
        "_HANDLER": code.handler,
        **code.reserved,
    }
    search_paths: dict[str, tuple[Path, ...]] = {
        "PATH": tuple(layer / "bin" for layer in code.layers),
        "LD_LIBRARY_PATH": (code.code, code.code / "lib", *(layer / "lib" for layer in code.layers)),
        **launch.search_paths,
    }
    return variables | {name: _joined(variables, name, paths) for name, paths in search_paths.items()}


def _joined(variables: Mapping[str, str], name: str, paths: tuple[Path, ...]) -> str:
    before = [variables[name]] if variables.get(name) else []
    return os.pathsep.join([*before, *map(str, paths)])
