"""How long `windsock up` takes until it greets, against the interpreter and two libraries alone.

    python benchmarks/start_up.py [--rounds 7]

Prints, for each way to start, the seconds until the greeting (median and best) and the processor time until
then; `answered` adds the first PutEvents, sent at once. The floors are `python -c pass` and
`python -c 'import sqlalchemy, uvicorn'`, in turn with the rest, so that what else the machine does meets all.
The figure to keep is the ratio to the second.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

WINDSOCK = str(Path(sys.executable).parent / "windsock")
FLOORS = {"python": "pass", "libraries": "import sqlalchemy, uvicorn"}
EVENT = json.dumps({"Entries": [{"Source": "bench", "DetailType": "Start", "Detail": "{}"}]})
HEADERS = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSEvents.PutEvents",
    "authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20261101/us-east-1/events/aws4_request, "
    "SignedHeaders=host, Signature=0",
}


def start(*flags: str, ask: bool = False) -> tuple[float, float]:
    """Seconds and processor seconds from the start to the greeting, or to the first answer."""
    began = time.perf_counter()
    command = [WINDSOCK, "up", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        greeting = server.stdout.readline()
        found = re.search(r"http://([\w.]+):(\d+)", greeting)
        if found is None:
            raise RuntimeError(f"windsock did not start: {greeting}")
        if ask:
            put_event(found[1], int(found[2]))
        seconds, cpu = time.perf_counter() - began, cpu_seconds(server.pid)
        server.terminate()
        server.stdout.read()
    return seconds, cpu


def put_event(host: str, port: int) -> None:
    """Have one event accepted."""
    connection = http.client.HTTPConnection(host, port)
    connection.request("POST", "/", EVENT, HEADERS)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"PutEvents answered {answer.status}")
    connection.close()


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used so far (Linux; elsewhere 0)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def floor(code: str) -> tuple[float, float]:
    """Seconds and processor seconds of an interpreter that runs `code`."""
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, cpu


def ways(existing: str) -> dict[str, Callable[[], tuple[float, float]]]:
    """What is measured, by name."""

    def new() -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as directory:
            return start("--data", directory)

    return {
        **{name: lambda code=code: floor(code) for name, code in FLOORS.items()},  # type: ignore[misc]
        "memory": lambda: start("--memory"),
        "new": new,
        "existing": lambda: start("--data", existing),
        "answered": lambda: start("--memory", ask=True),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Start-up against the interpreter and two libraries.")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    results: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as existing:
        start("--data", existing)
        for _ in range(arguments.rounds):
            for name, measure in ways(existing).items():
                results[name].append(measure())
    middle = {name: median(seconds for seconds, _ in found) for name, found in results.items()}
    for name, found in results.items():
        best, cpu = min(seconds for seconds, _ in found), median(cpu for _, cpu in found)
        print(
            f"{name:10} {middle[name]:.3f} s  (best {best:.3f}, processor {cpu:.2f})  "
            f"{middle[name] / middle['libraries']:.2f} times the libraries alone"
        )


if __name__ == "__main__":
    main()
