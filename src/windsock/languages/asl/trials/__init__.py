"""Trying one state by itself, as TestState does: its data flow, its task mocked or done, its Retry and Catch.

    trial = Trial(subject, setup)                          # lone_state(spec), find_state(definition, name)
    task = trial.task()                                    # what must be done, or None
    outcome = trial.outcome(Result(text='{"ok": true}'))
    inspect(Scene(subject, setup), result)                 # the data after each step

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

from windsock.languages.asl.trials.inspection import inspect
from windsock.languages.asl.trials.map_trials import Tolerance, items_of
from windsock.languages.asl.trials.scene import Scene
from windsock.languages.asl.trials.setup import Execution, Setup
from windsock.languages.asl.trials.subject import Subject, find_state, lone_state
from windsock.languages.asl.trials.trial import ErrorDetails, Outcome, Result, Trial

__all__ = [
    "ErrorDetails",
    "Execution",
    "Outcome",
    "Result",
    "Scene",
    "Setup",
    "Subject",
    "Tolerance",
    "Trial",
    "find_state",
    "inspect",
    "items_of",
    "lone_state",
]
