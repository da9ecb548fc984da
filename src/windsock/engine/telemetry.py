"""What windsock tells Prometheus of itself, at `/_windsock/metrics`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Telemetry:
    """One registry an engine, so that several engines in a process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter(
            "windsock_calls", "Calls answered", ["service", "operation", "code"], registry=self.registry
        )
        self._seconds = Histogram(
            "windsock_call_seconds",
            "Seconds from a call to its answer",
            ["service", "operation"],
            registry=self.registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 20),
        )
        self._tasks = Counter(
            "windsock_tasks", "Attempts at a task", ["kind", "outcome"], registry=self.registry
        )
        self.tasks_waiting = Gauge(
            "windsock_tasks_waiting", "Tasks accepted and not yet done", registry=self.registry
        )
        self._events = Counter(
            "windsock_events_accepted", "Events accepted", ["source"], registry=self.registry
        )
        self._children: dict[tuple[str, ...], tuple[Counter, Histogram]] = {}

    def call_answered(self, service: str, operation: str, code: str, seconds: float) -> None:
        """A call ended, with an error code or (empty) without."""
        key = (service, operation, code)
        children = self._children.get(key)
        if children is None:
            children = (
                self._calls.labels(service, operation, code or "OK"),
                self._seconds.labels(service, operation),
            )
            self._children[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def task_attempted(self, kind: str, outcome: str, number: int = 1) -> None:
        """Attempts at tasks ended as `done`, `retry` or `dead`."""
        self._tasks.labels(kind, outcome).inc(number)

    def events_accepted(self, source: str, number: int) -> None:
        """Events were accepted; sources of users are counted together, AWS's by name."""
        self._events.labels(source if source.startswith("aws.") else "custom").inc(number)

    def exposition(self) -> bytes:
        """The metrics in Prometheus's text format."""
        return generate_latest(self.registry)
