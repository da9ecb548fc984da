"""What is wrong with a definition, as ValidateStateMachineDefinition says it.

`diagnose` gives the findings of all rules in `rules/` (one file each, found by itself, listed in
docs/asl-diagnostics.md); `refusal` is what CreateStateMachine answers to them.
"""

from windsock.languages.asl.diagnostics.diagnose import diagnose, diagnose_state
from windsock.languages.asl.diagnostics.diagnostic import Diagnostic, refusal

__all__ = ["Diagnostic", "diagnose", "diagnose_state", "refusal"]
