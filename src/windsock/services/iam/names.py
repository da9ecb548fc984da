"""Unique ids, and the paths of IAM's things.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from windsock.kernel.ids import upper
from windsock.services.iam.errors import ValidationError

_RANDOM_LETTERS: Final = 17
_PATH = re.compile(r"/|/[\x21-\x7e]+/")


def unique_id(prefix: str) -> str:
    """A new id such as `AIDACKCEVSQ6C2EXAMPLE`; the prefix says of what kind of thing."""
    return prefix + upper(_RANDOM_LETTERS)


def path_of(params: Mapping[str, Any], member: str = "Path") -> str:
    """The path that the parameters of a call give, `/` where they give none. Raises ValidationError."""
    path: str = params.get(member, "/")
    if _PATH.fullmatch(path) is None:
        raise ValidationError(
            "The specified value for path is invalid. It must begin and end with / and contain only "
            "alphanumeric characters and/or / characters."
        )
    return path
