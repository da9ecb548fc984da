"""What a rule's target is given instead of the event: Input, InputPath and InputTransformer.

    transformer = Transformer.parse({"instance": "$.detail.instance-id"}, '"instance <instance> started"')
    transformer.render(event, {"aws.events.rule-name": "demo"})   # '"instance i-0123456789 started"'

Source: "Amazon EventBridge input transformation"
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from windsock.languages.templates.errors import InvalidTemplate, TransformFailed
from windsock.languages.templates.inputs import check_input
from windsock.languages.templates.paths import MISSING, JsonPath, select_path
from windsock.languages.templates.transformer import Transformer

__all__ = [
    "MISSING",
    "InvalidTemplate",
    "JsonPath",
    "TransformFailed",
    "Transformer",
    "check_input",
    "select_path",
]
