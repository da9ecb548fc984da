"""How an invocation fails when the function itself does not say: AWS's error types and texts.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and the payloads Lambda answers with.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

import orjson

from windsock.runner.limits import MAX_RESPONSE_BYTES

# Go's names of the signals, which is how AWS's supervisor spells them.
_SIGNALS = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
    signal.SIGTRAP: "trace/breakpoint trap",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure found from outside: `kind` and `message` of the payload, `printed` what the log shows of it.

    `status` and `reported` are what the REPORT line says: its Status and, when not empty, its Error Type.
    """

    kind: str
    message: str
    printed: str = ""
    status: str = "error"
    reported: str = ""

    @property
    def payload(self) -> bytes:
        """AWS's error object."""
        return orjson.dumps({"errorType": self.kind, "errorMessage": self.message})


def timed_out(request_id: str, seconds: float, at: str) -> Failure:
    """The function took longer than its timeout; `at` is the instant in ISO 8601."""
    text = f"Task timed out after {seconds:.2f} seconds"
    return Failure(
        "Sandbox.Timedout",
        f"RequestId: {request_id} Error: {text}",
        printed=f"{at} {request_id} {text}\n\n",
        status="timeout",
    )


def exited(request_id: str, status: int) -> Failure:
    """The process ended before it answered; `status` as of a subprocess: negative for a signal."""
    return _ended(request_id, _reason(status), "Runtime.ExitError")


def out_of_memory(request_id: str) -> Failure:
    """The process used more memory than the function has, and was killed for it."""
    return _ended(request_id, _reason(-signal.SIGKILL), "Runtime.OutOfMemory")


def no_entrypoint(request_id: str, looked_at: str) -> Failure:
    """There is no program to run."""
    kind = "Runtime.InvalidEntrypoint"
    message = f"RequestId: {request_id} Error: Couldn't find valid bootstrap(s): [{looked_at}]"
    return Failure(kind, message, printed=f"{message}\n{kind}\n", reported=kind)


def too_large() -> Failure:
    """The function returned more than a synchronous answer may hold."""
    kind = "Function.ResponseSizeTooLarge"
    message = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    return Failure(kind, message, reported=kind)


def _reason(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    name = _SIGNALS.get(signal.Signals(-status), f"signal {-status}")
    return f"Runtime exited with error: signal: {name}"


def _ended(request_id: str, reason: str, reported: str) -> Failure:
    message = f"RequestId: {request_id} Error: {reason}"
    printed = f"{message}\nRuntime.ExitError\n"
    return Failure("Runtime.ExitError", message, printed=printed, reported=reported)
