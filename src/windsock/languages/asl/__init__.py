"""The Amazon States Language as a pure library: definitions, expressions and the interpreter.

    machine = Machine.compile(definition)           # DefinitionError when it is none
    run = Run.new(machine, facts)
    decision = run.advance(Started(), now_ms)       # events for the history, commands to perform

`happenings` are what can be told to a run, `commands` what it asks for.
"""

from windsock.languages.asl.context import Facts
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.machine import Machine
from windsock.languages.asl.run import Changes, Decision, HistoryEvent, Run

__all__ = ["Changes", "Decision", "DefinitionError", "Facts", "HistoryEvent", "Machine", "Run"]
