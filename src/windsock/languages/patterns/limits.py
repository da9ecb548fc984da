"""The limits of event patterns.

Source: "Amazon EventBridge quotas", "Event pattern syntax" and "Comparison operators for use in event
patterns" in the Amazon EventBridge User Guide.
"""

from typing import Final

PATTERN_SIZE: Final = 2048
"""Characters a rule's pattern may have; the events service checks it, this library does not."""

OR_COMBINATIONS: Final = 1000
"""Conjunctions that the `$or` arrays of one pattern may multiply out to."""

WILDCARD_COMPLEXITY: Final = 10
"""Wildcard positions that one value may keep alive at a time in one field (see `complexity`)."""

NESTING: Final = 200
"""Objects a pattern may nest. AWS documents no such limit; deeper ones cannot be evaluated safely."""
