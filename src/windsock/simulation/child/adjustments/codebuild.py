"""CodeBuild: projects whose source or artifacts are a pipeline's need not say where these are.

Sources: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
and API_ProjectArtifacts.html beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.codebuild import responses

_WITHOUT_PLACE: Final = ("CODEPIPELINE", "NO_SOURCE")


def apply() -> None:
    """Change moto's functions."""
    for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
        setattr(responses, name, _lenient(getattr(responses, name)))


def _lenient(in_moto: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    def validate(declared: dict[str, Any]) -> None:
        if declared["type"] not in _WITHOUT_PLACE:
            in_moto(declared)

    return validate
