"""Definitions as they come in: checked, and told what is wrong with them.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Params, Query, Result, query
from windsock.kernel.sdk_names import is_sdk_action
from windsock.languages.asl.diagnostics import Diagnostic, diagnose, refusal
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.machine import Machine
from windsock.services.stepfunctions.errors import InvalidDefinition

_DIAGNOSTICS: Final = 100
"""What is answered at most, and without maxResults."""


@query("ValidateStateMachineDefinition")
def validate_state_machine_definition(ctx: Query, params: Params) -> Result:
    """What is wrong with a definition: its errors, and its warnings if they are asked for."""
    kind: Any = params.get("type") or "STANDARD"
    found = diagnose(params["definition"], kind, knows_action=is_sdk_action)
    if (params.get("severity") or "ERROR") == "ERROR":
        found = [each for each in found if each.severity == "ERROR"]
    most = params.get("maxResults") or _DIAGNOSTICS
    fails = any(each.severity == "ERROR" for each in found)
    return {
        "result": "FAIL" if fails else "OK",
        "diagnostics": [_shown(each) for each in found[:most]],
        "truncated": len(found) > most,
    }


def check_definition(definition: str, kind: Any) -> None:
    """Raise InvalidDefinition unless a text is a state machine of that type."""
    message = refusal(diagnose(definition, kind, knows_action=is_sdk_action))
    if message is not None:
        raise InvalidDefinition(message)
    try:
        Machine.compile(definition)
    except DefinitionError as error:
        raise InvalidDefinition(
            f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {error}'"
        ) from error


def _shown(diagnostic: Diagnostic) -> dict[str, str]:
    shown = {
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "location": diagnostic.location,
    }
    return {name: value for name, value in shown.items() if value is not None}
