"""The outputs of a stack, and what it exports.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
"""

from __future__ import annotations

from typing import Final

from windsock.languages.stacks import Evaluation, TemplateError

_NOT_TEXT: Final = (
    "Template format error: Output {} is malformed. The Value field of every Outputs member must evaluate to "
    "a String."
)


def outputs_of(evaluation: Evaluation) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The outputs as DescribeStacks shows them, and the exported values by name. Raises TemplateError."""
    outputs: list[dict[str, str]] = []
    exported: dict[str, str] = {}
    for name, output in evaluation.template.outputs.items():
        if output.condition is not None and not evaluation.holds(output.condition, f"output {name}"):
            continue
        shown = {"OutputKey": name, "OutputValue": evaluation.text(output.value, _NOT_TEXT.format(name))}
        if output.description is not None:
            shown["Description"] = output.description
        if output.export is not None:
            export = evaluation.text(output.export, _NOT_TEXT.format(name))
            if export in exported:
                raise TemplateError(f"Export names must be unique across a template: {export}")
            exported[export] = shown["OutputValue"]
            shown["ExportName"] = export
        outputs.append(shown)
    return outputs, exported
