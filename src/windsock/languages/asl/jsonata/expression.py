"""An expression, compiled once and then evaluated often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.parser import Parser
from jsonata.regex_engine import RegexFlags

from windsock.languages.asl.errors import ExpressionRefused, QueryEvaluationError
from windsock.languages.asl.jsonata.evaluation import Evaluation
from windsock.languages.asl.jsonata.failures import LimitExceeded, code_of, message_of
from windsock.languages.asl.jsonata.references import unsupported_reference
from windsock.languages.asl.jsonata.values import Bindings, NoJson, to_plain
from windsock.languages.asl.regexes import BoundedRegex
from windsock.languages.asl.values import MISSING

_INVALID: Final = "INVALID_JSONATA_EXPRESSION"
_UNSUPPORTED: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as the library reads it. `field` is what errors name.

    `names` are set for the commonest kind, a variable and names in it, `$states.input.order`. They are
    followed without the library while they lead through objects only, to which it does nothing special.
    """

    text: str
    field: str
    _parser: Parser
    _tree: Parser.Symbol
    names: tuple[str, ...] | None

    @classmethod
    def compile(cls, text: str, field: str) -> Self:
        """Read an expression; ExpressionRefused when it is none, or refers to what there is not."""
        try:
            read = Jsonata(text, regex_engine=_regex)
        except JException as failure:
            raise ExpressionRefused(_INVALID, message_of(failure), field) from failure
        except KeyError as failure:
            # How the library takes an operator that there is not.
            raise ExpressionRefused(_INVALID, f'Unknown operator: "{failure.args[0]}"', field) from failure
        except Exception as failure:
            raise ExpressionRefused(_INVALID, str(failure), field) from failure
        if problem := unsupported_reference(read.ast):
            raise ExpressionRefused(_UNSUPPORTED, problem, field)
        return cls(text, field, read.parser, read.ast, _names(read.ast))

    def evaluate(self, bindings: Bindings) -> Any:
        """The value. Raises QueryEvaluationError."""
        if self.names is not None and (value := _follow(self.names, bindings)) is not MISSING:
            return value
        try:
            result = Evaluation(self._parser, bindings).run(self._tree)
            if result is None:
                raise self._failure("returned nothing (undefined).")
            return to_plain(result)
        except QueryEvaluationError:
            raise
        except NoJson as failure:
            raise self._failure(f"returned an unexpected result type: {failure}.") from failure
        except JException as failure:
            code = code_of(failure)
            detail = f". {code}: " if code else ": "
            raise self._failed(f"{detail}{message_of(failure)}") from failure
        except LimitExceeded as failure:
            raise self._failed(f": {failure}") from failure
        except RecursionError as failure:
            raise self._failed(": Stack overflow error") from failure
        except Exception as failure:
            raise self._failed(f": {failure}") from failure

    def _failed(self, how: str) -> QueryEvaluationError:
        return self._failure(f"threw an error during evaluation{how}")

    def _failure(self, what: str) -> QueryEvaluationError:
        cause = f"The JSONata expression '{self.text}' specified for the field '{self.field}' {what}"
        return QueryEvaluationError(cause, self.field)


def _regex(pattern: str, flags: RegexFlags) -> BoundedRegex:
    return BoundedRegex(pattern, "i" * flags.case_insensitive + "m" * flags.multiline)


def _names(tree: Parser.Symbol) -> tuple[str, ...] | None:
    """The names of an expression that is nothing but a variable with names after it."""
    steps = tree.steps if tree.type == "path" else [tree]
    is_plain = not any((tree.predicate, tree.group, tree.keep_singleton_array, tree.keep_array, tree.tuple))
    kinds = ["variable", *["name"] * (len(steps) - 1)]
    for step, kind in zip(steps, kinds, strict=True):
        marks = (step.stages, step.predicate, step.group, step.focus, step.index, step.tuple, step.keep_array)
        if step.type != kind or any(marks):
            return None
    return tuple([step.value for step in steps]) if is_plain and steps[0].value else None


def _follow(names: tuple[str, ...], bindings: Bindings) -> Any:
    """Where the names lead through objects only; MISSING when they do not."""
    try:
        value = bindings.plain(names[0])
        for name in names[1:]:
            value = value[name]
    except (KeyError, TypeError):
        return MISSING
    return value
