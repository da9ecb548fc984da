"""Policies of organisations that set something (for tags, backups ...), merged as a pure library.

`effective` gives what holds for an account: the policies of each level, from the root down, change what the
levels above have set by their operators.
"""

from windsock.languages.inheritance.merge import effective

__all__ = ["effective"]
