"""Task: has something done by a function, a service or an activity's worker.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.asl import limits
from windsock.languages.asl.commands import CancelTask, StartTask
from windsock.languages.asl.compiling import Place, following, state_kind
from windsock.languages.asl.document import Document
from windsock.languages.asl.errors import RuntimeFailure
from windsock.languages.asl.failures import TIMEOUT, Failed, Failure
from windsock.languages.asl.flows import jsonata, jsonpath
from windsock.languages.asl.happenings import (
    ActivityStarted,
    Happening,
    TaskFailed,
    TaskHeartbeat,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)
from windsock.languages.asl.lines import State
from windsock.languages.asl.resources import Moment, Resource
from windsock.languages.asl.retries import catchers, retriers
from windsock.languages.asl.settings import Setting
from windsock.languages.values import to_json

if TYPE_CHECKING:
    from windsock.languages.asl.frames import Frame
    from windsock.languages.asl.turn import Turn

TASK: Final = "task"
_OUTPUT_WHOLE: Final = {"truncated": False}


@state_kind("Task")
class Task(State):
    """See the module."""

    kind = "Task"
    aborted_type = "TaskStateAborted"
    retriable = True

    def __init__(self, spec: Mapping[str, Any], place: Place) -> None:
        super().__init__(place.state, following(spec))
        self._resource = Resource.parse(spec.get("Resource"))
        self._flow = place.flow(spec)
        self._timeout = Setting.compile(spec, "TimeoutSeconds", jsonata=place.jsonata, check=_positive)
        self._heartbeat = Setting.compile(spec, "HeartbeatSeconds", jsonata=place.jsonata, check=_positive)
        self._credentials_path = None if place.jsonata else jsonpath.template(spec, "Credentials")
        self._credentials_jsonata = jsonata.template(spec, "Credentials") if place.jsonata else None
        self.retriers = retriers(spec)
        self.catchers = catchers(spec, jsonata=place.jsonata)

    def enter(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        resource = self._resource
        if resource.is_activity and not turn.facts.has_activity(resource.arn):
            raise RuntimeFailure(f"The activity {resource.arn} does not exist.")
        turn.wait(frame, TASK)
        arguments = self._flow.arguments(turn, frame)
        if arguments.size() > limits.MAX_PAYLOAD_BYTES:
            raise Failed(Failure.too_large(resource.short_name))
        timeout = self._seconds(self._timeout, turn, frame)
        heartbeat = self._seconds(self._heartbeat, turn, frame)
        credentials = self._credentials(turn, frame)
        details = resource.scheduled(arguments.text, turn.facts.region)
        if timeout is not None:
            details["timeoutInSeconds"] = timeout
        if heartbeat is not None and resource.family != "LambdaFunction":
            details["heartbeatInSeconds"] = heartbeat
        if credentials is not None and not resource.is_activity:
            details["taskCredentials"] = {"roleArn": credentials.get("RoleArn")}
        self._tell(turn, frame, "Scheduled", details)
        frame.notes = {"timeout": timeout, "heartbeat": heartbeat}
        if not resource.is_activity:
            self._tell(turn, frame, "Started", resource.names())
            self._set_timers(turn, frame)
        by_token = resource.waits_for_token or resource.is_activity
        token = turn.facts.token(frame.number, frame.seq) if by_token else ""
        turn.commands.append(
            StartTask(
                frame.number,
                frame.seq,
                self.name,
                resource.arn,
                arguments.value,
                arguments.text,
                token,
                credentials,
            )
        )

    def token(self, turn: Turn, frame: Frame) -> str | None:
        """See State."""
        if self._resource.waits_for_token and frame.waiting == TASK:
            return turn.facts.token(frame.number, frame.seq)
        return None

    def abort(self, turn: Turn, frame: Frame) -> None:
        """See State."""
        turn.commands.append(CancelTask(frame.number, frame.seq))

    def resume(self, turn: Turn, frame: Frame, happening: Happening) -> None:
        """See State."""
        if frame.waiting != TASK:
            return
        match happening:
            case TaskSucceeded():
                self._succeeded(turn, frame, happening)
            case TaskFailed():
                self._failed(turn, frame, happening)
            case TaskSubmitted():
                self._submitted(turn, frame, happening)
            case TaskHeartbeat():
                self._set_timer(turn, frame, "heartbeat")
            case ActivityStarted():
                self._started(turn, frame, happening)
            case TimerFired():
                self._timed_out(turn, frame, happening)

    def _succeeded(self, turn: Turn, frame: Frame, happening: TaskSucceeded) -> None:
        text = happening.text
        result = Document(happening.output) if text is None else Document(text=text)
        if result.size() > limits.MAX_PAYLOAD_BYTES:
            failure = Failure.too_large(self._resource.short_name)
            self._tell(turn, frame, "Failed", failure.told())
            raise Failed(failure)
        self._tell(turn, frame, "Succeeded", {"output": result.text, "outputDetails": _OUTPUT_WHOLE})
        output, assigned = self._flow.finish(turn, frame, result)
        turn.leave(frame, self, self.following, output, assigned)

    def _failed(self, turn: Turn, frame: Frame, happening: TaskFailed) -> None:
        failure = Failure.named(happening.error, happening.cause)
        self._tell(turn, frame, "StartFailed" if happening.start_failed else "Failed", failure.told())
        raise Failed(failure)

    def _timed_out(self, turn: Turn, frame: Frame, happening: TimerFired) -> None:
        if turn.now_ms < frame.notes.get(f"{happening.purpose}_due", 0):
            return  # A sign of life came while this timer was on its way.
        failure = Failure.heartbeat() if happening.purpose == "heartbeat" else Failure.named(TIMEOUT, None)
        self._tell(turn, frame, "TimedOut", failure.told())
        self.abort(turn, frame)
        raise Failed(failure)

    def _submitted(self, turn: Turn, frame: Frame, happening: TaskSubmitted) -> None:
        if self._resource.type and "submitted" not in frame.notes:
            frame.notes["submitted"] = True
            details = {"output": to_json(happening.output), "outputDetails": _OUTPUT_WHOLE}
            self._tell(turn, frame, "Submitted", details)

    def _started(self, turn: Turn, frame: Frame, happening: ActivityStarted) -> None:
        if self._resource.is_activity and "started" not in frame.notes:
            frame.notes["started"] = True
            self._tell(turn, frame, "Started", {"workerName": happening.worker} if happening.worker else {})
            self._set_timers(turn, frame)

    def _tell(self, turn: Turn, frame: Frame, moment: Moment, details: dict[str, Any]) -> None:
        resource = self._resource
        if moment == "Started" and resource.family == "LambdaFunction":
            turn.emit(frame, resource.event(moment))
        else:
            turn.emit(frame, resource.event(moment), resource.member(moment), {**resource.names(), **details})

    def _set_timers(self, turn: Turn, frame: Frame) -> None:
        self._set_timer(turn, frame, "timeout")
        self._set_timer(turn, frame, "heartbeat")

    def _set_timer(self, turn: Turn, frame: Frame, purpose: Any) -> None:
        seconds = frame.notes[purpose]
        if seconds is not None:
            frame.notes[f"{purpose}_due"] = due = turn.now_ms + seconds * 1000
            turn.timer(frame, purpose, due)

    def _seconds(self, setting: Setting | None, turn: Turn, frame: Frame) -> int | None:
        return None if setting is None else int(setting.evaluate(turn, frame, self._flow.input(turn, frame)))

    def _credentials(self, turn: Turn, frame: Frame) -> Mapping[str, Any] | None:
        found: Any = None
        if self._credentials_path is not None:
            effective = self._flow.input(turn, frame)
            found = self._credentials_path.evaluate(effective.value, turn.environment(frame))
        elif self._credentials_jsonata is not None:
            states = {"input": frame.input.value}
            found = self._credentials_jsonata.evaluate(states, turn.environment(frame))
        if found is not None and not isinstance(found, Mapping):
            raise RuntimeFailure("The Credentials field must be an object")
        return found


def _positive(number: float, name: str) -> None:
    if not 0 < number <= limits.MAX_WAIT_SECONDS:
        raise RuntimeFailure(
            f"{name} must be a positive number of at most {limits.MAX_WAIT_SECONDS}: {number:g}"
        )
