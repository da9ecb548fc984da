"""A second SDK: AWS's for JavaScript, version 3."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from windsock.testing import Server

FOLDER = Path(__file__).parent / "javascript"


def test_the_javascript_sdk_makes_the_journey(windsock: Server) -> None:
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI must have Node.js and the packages of tests/aws/javascript")
        pytest.skip("needs Node.js and `make javascript`")
    done = subprocess.run(
        [node, FOLDER / "journey.mjs"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": windsock.endpoint},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "the journey is complete" in done.stdout
