"""What is wrong with a template or with what it is given, in CloudFormation's words.

Error tree::

    TemplateError          the message of a ValidationError
    |- ParameterError      a parameter without a value, or with one it cannot have
"""

from __future__ import annotations


class TemplateError(ValueError):
    """A template that cannot be used."""


class ParameterError(TemplateError):
    """A parameter that has no value, or one it cannot have."""
