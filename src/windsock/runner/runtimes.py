"""AWS's names of runtimes, and the family that runs each.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from windsock.runner.errors import InvalidRuntime
from windsock.runner.families.node import Node
from windsock.runner.families.provided import Provided
from windsock.runner.families.python import Python
from windsock.runner.launch import Family


class Runtimes:
    """The families by the pattern of their names.

    `interpreters` maps a runtime's name (or `node`) to the program to run it with, `node_modules` is the
    directory the AWS SDKs for JavaScript are installed in.
    """

    def __init__(self, interpreters: Mapping[str, Path], node_modules: Path | None) -> None:
        self._families: tuple[tuple[re.Pattern[str], Family], ...] = (
            (re.compile(r"python(3\.\d+|2\.7)"), Python(interpreters)),
            (re.compile(r"nodejs(\d+(\.\d+|\.x)(-edge)?)?"), Node(interpreters, node_modules)),
            (re.compile(r"provided(\.al\w+)?|go1\.x"), Provided()),
        )

    def family(self, runtime: str) -> Family:
        """The family a runtime belongs to. Raises InvalidRuntime when it is none of them."""
        for pattern, family in self._families:
            if pattern.fullmatch(runtime):
                return family
        raise InvalidRuntime(
            f"windsock cannot run {runtime}: it runs python3.*, python2.7, nodejs*, provided* and go1.x."
        )
