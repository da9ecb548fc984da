"""The condition operators, one file a family, found by themselves."""
