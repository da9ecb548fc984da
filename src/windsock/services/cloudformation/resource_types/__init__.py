"""The types of resources that stacks can have: one file a type, found by itself."""
