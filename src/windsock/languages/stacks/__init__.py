"""CloudFormation's templates as a library: read, given parameters, evaluated, put in order.

    template = read_template(text)
    check_references(template)
    texts = given_texts(template, {"Name": "a"}, previous={})
    evaluation = Evaluation(template, values_of(template, texts), environment, values)
    for resource in evaluation.resources():
        evaluation.properties(resource)

Nothing here makes a resource: `values` says what those of a stack are.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
"""

from windsock.languages.stacks.environment import NO_VALUE, Environment, Values
from windsock.languages.stacks.errors import ParameterError, TemplateError
from windsock.languages.stacks.evaluation import Evaluation
from windsock.languages.stacks.parameters import given_texts, stored_parameters, values_of
from windsock.languages.stacks.references import (
    attributes_in,
    check_references,
    dependencies,
    in_order,
    names_in,
)
from windsock.languages.stacks.template import (
    Output,
    Parameter,
    Resource,
    Template,
    read_template,
    template_of,
)

__all__ = [
    "NO_VALUE",
    "Environment",
    "Evaluation",
    "Output",
    "Parameter",
    "ParameterError",
    "Resource",
    "Template",
    "TemplateError",
    "Values",
    "attributes_in",
    "check_references",
    "dependencies",
    "given_texts",
    "in_order",
    "names_in",
    "read_template",
    "stored_parameters",
    "template_of",
    "values_of",
]
