"""`NumericEquals`, `NumericLessThan` and their kin."""

from windsock.languages.policies.ordering import register_comparisons
from windsock.languages.values import to_decimal

register_comparisons("Numeric", to_decimal)
