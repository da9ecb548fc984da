"""Event patterns of CloudWatch Events and Amazon EventBridge: parsing, matching, explaining.

`Matcher` holds many named patterns and tells which of them an event matches; `matches` decides one pattern;
`parse` validates one. See docs/patterns.md.
"""

from windsock.languages.patterns.errors import InvalidEvent, InvalidPattern
from windsock.languages.patterns.explain import Explanation, FieldFinding, OrFinding
from windsock.languages.patterns.limits import OR_COMBINATIONS, PATTERN_SIZE, WILDCARD_COMPLEXITY
from windsock.languages.patterns.matcher import Matcher, matches
from windsock.languages.patterns.pattern import Pattern, parse

__all__ = [
    "OR_COMBINATIONS",
    "PATTERN_SIZE",
    "WILDCARD_COMPLEXITY",
    "Explanation",
    "FieldFinding",
    "InvalidEvent",
    "InvalidPattern",
    "Matcher",
    "OrFinding",
    "Pattern",
    "matches",
    "parse",
]
