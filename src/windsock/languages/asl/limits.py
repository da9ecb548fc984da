"""The limits of state machines, executions and expressions.

Sources: "Step Functions service quotas"
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, "State machine structure"
https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html, "Intrinsic functions for
JSONPath states in Step Functions", "Passing data between states with variables" and the Amazon States
Language specification https://states-language.net/spec.html. Limits marked as ours are there so that nothing
hangs or exhausts the machine.
"""

from __future__ import annotations

from typing import Final

MAX_PAYLOAD_BYTES: Final = 256 * 1024
"""Input or output of a task, state or execution."""

MAX_HISTORY_EVENTS: Final = 25_000
"""Of a Standard execution; the last one says that the execution failed for it."""

MAX_STATE_NAME: Final = 80
MAX_VARIABLE_BYTES: Final = 256 * 1024
"""One variable; also all that one Assign gives together."""

MAX_VARIABLES_BYTES: Final = 10 * 1024 * 1024
"""All variables of an execution."""

MAX_INLINE_CONCURRENCY: Final = 40
"""Iterations of an Inline Map under way at once, whatever its MaxConcurrency says."""

MAX_DISTRIBUTED_CONCURRENCY: Final = 10_000
"""Child executions of a distributed Map under way at once."""

MAX_WAIT_SECONDS: Final = 99_999_999
"""Seconds of a Wait, TimeoutSeconds, HeartbeatSeconds and of a retrier's interval."""

DEFAULT_RETRY_INTERVAL_SECONDS: Final = 1
DEFAULT_RETRY_ATTEMPTS: Final = 3
DEFAULT_BACKOFF_RATE: Final = 2.0
MAX_RETRY_DELAY_SECONDS: Final = 31_622_400
"""MaxDelaySeconds must be below a leap year."""

MAX_DEFINITION_CHARACTERS: Final = 1_048_576

MAX_NESTING: Final = 30
"""Parallel and Map states inside one another. AWS sets none beyond the size of the definition; this keeps
compiling within Python's own depth."""

# Expressions.

MAX_PATH_NESTING: Final = 50
"""Parentheses and filters inside of one another in a path. Ours."""

MAX_REGEX_SECONDS: Final = 0.5
"""How long one regular expression may search. Ours."""

MAX_INTRINSIC_NESTING: Final = 10
"""Function calls inside of one another."""

MAX_ARRAY_RANGE: Final = 1_000
"""What States.ArrayRange can make."""

MAX_INTRINSIC_CHARACTERS: Final = 10_000
"""What States.Base64Encode, States.Base64Decode and States.Hash take."""

MAX_RULE_NESTING: Final = 50
"""Choice rules inside of And, Or and Not. Ours."""

MAX_JSONATA_DEPTH: Final = 100
"""Evaluations inside of one another in a JSONata expression. As measured at AWS."""

MAX_JSONATA_BYTES: Final = 6_990_256
"""One value that an expression makes: 8 for an element of an array, 1 for a character. As measured at AWS."""

MAX_JSONATA_RANGE: Final = 360_145
"""What $range can make. As measured at AWS."""

MAX_JSONATA_STEPS: Final = 500_000
"""Evaluations in all of one expression, in place of a time limit: the same in every run. Ours."""
