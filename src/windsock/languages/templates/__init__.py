"""What a target gets instead of the event: a rule's InputPath or InputTransformer, a pipe's template.

    transformer = Transformer.parse({"instance": "$.detail.instance-id"}, '"instance <instance> started"')
    transformer.render(event, {"aws.events.rule-name": "demo"})   # '"instance i-0123456789 started"'

Source: "Amazon EventBridge input transformation"
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from windsock.languages.templates.errors import InvalidTemplate, TransformFailed
from windsock.languages.templates.paths import MISSING, JsonPath, select_path
from windsock.languages.templates.pipe_template import PIPE_VARIABLES, PipeTemplate
from windsock.languages.templates.transformer import Transformer

__all__ = [
    "MISSING",
    "PIPE_VARIABLES",
    "InvalidTemplate",
    "JsonPath",
    "PipeTemplate",
    "TransformFailed",
    "Transformer",
    "select_path",
]
