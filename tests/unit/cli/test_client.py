"""What a command says when no windsock answers it."""

from __future__ import annotations

import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import typer
from tests.servers import WINDSOCK

from windsock.cli.client import get


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """A server that answers whatever it is asked with these bytes; its address."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            self.request.sendall(reply)

    with socketserver.TCPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (b"", "is no windsock (Remote end closed connection without response)."),
        (b"SSH-2.0-OpenSSH\r\n", "is no windsock (SSH-2.0-OpenSSH"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "is no windsock (unexpected character"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", "is no windsock (IncompleteRead"),
        (b"HTTP/1.1 404 No\r\ncontent-length: 2\r\n\r\nno", "answered 404; is that a windsock?"),
        (b'HTTP/1.1 404 No\r\ncontent-length: 15\r\n\r\n{"message":"x"}', "windsock: x\n"),
    ],
)
def test_what_answers_otherwise_is_told(reply: bytes, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with answering(reply) as endpoint, pytest.raises(typer.Exit):
        get(endpoint, "health")
    told = capsys.readouterr().err
    assert told.startswith("windsock: ")
    assert says in told


def test_nothing_that_answers_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(b"") as endpoint:
        pass
    with pytest.raises(typer.Exit):
        get(endpoint, "health")
    assert "Connection refused" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("up", "--port", "0", "--data", "/proc/windsock"),
            "no state can be kept in /proc/windsock: No such",
        ),
        (("metrics", "put", "AWS/EFS", "m", "nan"), "the value nan is no number"),
    ],
)
def test_arguments_that_cannot_be_are_told(arguments: tuple[str, ...], says: str) -> None:
    done = subprocess.run([WINDSOCK, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"windsock: {says}")
