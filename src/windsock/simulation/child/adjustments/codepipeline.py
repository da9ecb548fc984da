"""CodePipeline: roles are windsock's own, of which moto knows none; it takes those that it is given.

Whether a caller may pass a role is decided before moto is asked.
Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, Final

from moto.codepipeline.models import CodePipelineBackend

_TRUST: Final = json.dumps({"Statement": [{"Principal": {"Service": "codepipeline.amazonaws.com"}}]})


class _Roles:
    def get_role_by_arn(self, arn: str) -> Any:
        """A role that CodePipeline may assume."""
        return SimpleNamespace(arn=arn, assume_role_policy_document=_TRUST)


def apply() -> None:
    """Change moto's classes."""
    CodePipelineBackend.iam_backend = _Roles()
