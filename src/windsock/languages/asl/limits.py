"""The limits of the Amazon States Language's expressions.

Sources: "Intrinsic functions for JSONPath states in Step Functions", "Passing data between states with
variables"; limits marked as ours are there so that no expression hangs or exhausts the machine.
"""

from __future__ import annotations

from typing import Final

MAX_PATH_NESTING: Final = 50
"""Parentheses and filters inside of one another in a path. Ours."""

MAX_REGEX_SECONDS: Final = 1.0
"""How long one regular expression may search. Ours."""

MAX_INTRINSIC_NESTING: Final = 10
"""Function calls inside of one another."""

MAX_ARRAY_RANGE: Final = 1_000
"""What States.ArrayRange can make."""

MAX_INTRINSIC_CHARACTERS: Final = 10_000
"""What States.Base64Encode, States.Base64Decode and States.Hash take."""

MAX_RULE_NESTING: Final = 50
"""Choice rules inside of And, Or and Not. Ours."""

MAX_TEMPLATE_NESTING: Final = 100
"""Objects and arrays inside of one another in a payload template. Ours."""

MAX_JSONATA_DEPTH: Final = 100
"""Evaluations inside of one another in a JSONata expression. As measured at AWS."""

MAX_JSONATA_BYTES: Final = 6_990_256
"""One value that an expression makes: 8 for an element of an array, 1 for a character. As measured at AWS."""

MAX_JSONATA_RANGE: Final = 360_145
"""What $range can make. As measured at AWS."""

MAX_JSONATA_STEPS: Final = 500_000
"""Evaluations in all of one expression, in place of a time limit: the same in every run. Ours."""
