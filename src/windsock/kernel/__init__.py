"""The words every part of windsock shares: errors, clock, ids, ARNs, scope, limits, models."""
