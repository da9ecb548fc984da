"""`python -m windsock.simulation.child FD durable`: answer what comes over the socket FD."""

from __future__ import annotations

import signal
import socket
import sys

from windsock.simulation.child import moments, watching
from windsock.simulation.child.adjustments import apply_all
from windsock.simulation.child.serving import Server


def main() -> None:
    """Serve until windsock closes the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that write the state leave nothing to wait for
    moments.take_over()
    watching.take_over()
    descriptor, durable = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as connection:
        Server(connection, apply_all(), durable=durable == "durable").serve()


if __name__ == "__main__":
    main()
