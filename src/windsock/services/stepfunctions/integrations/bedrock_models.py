"""Models of Bedrock, given JSON and giving JSON.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.languages.values import to_json
from windsock.services.stepfunctions.integrations.named_services import BEDROCK_RUNTIME
from windsock.services.stepfunctions.work import Integration, Work, integration


@integration
class InvokeModel(Integration):
    """Invokes a model with the Body; its answer is the Body of the result."""

    resources = ("bedrock:invokeModel",)

    async def request(self, work: Work) -> Any:
        given = dict(work.arguments) if isinstance(work.arguments, Mapping) else {}
        if "Body" in given:
            given["Body"] = to_json(given["Body"])
        answer = await BEDROCK_RUNTIME.call(work, "InvokeModel", given)
        return {**answer, "Body": _json_or_text(answer["Body"])}


def _json_or_text(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
