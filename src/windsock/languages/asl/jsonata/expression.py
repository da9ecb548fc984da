"""An expression, compiled once and then evaluated often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.parser import Parser
from jsonata.regex_engine import RegexFlags

from windsock.languages.asl.errors import ExpressionRefused, QueryEvaluationError
from windsock.languages.asl.jsonata.evaluation import Evaluation
from windsock.languages.asl.jsonata.failures import LimitExceeded, code_of, message_of
from windsock.languages.asl.jsonata.plain_paths import PlainPath, plain_path, plain_paths
from windsock.languages.asl.jsonata.references import unsupported_reference
from windsock.languages.asl.jsonata.values import Bindings, NoJson, to_plain
from windsock.languages.asl.regexes import BoundedRegex
from windsock.languages.asl.values import MISSING

_INVALID: Final = "INVALID_JSONATA_EXPRESSION"
_UNSUPPORTED: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as the library reads it. `field` is what errors name; it may be a `plain` path."""

    text: str
    field: str
    plain: PlainPath | None
    _tree: Parser.Symbol
    _plain_paths: Mapping[Parser.Symbol, PlainPath]

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
        return cls(text, field, plain_path(read.ast), read.ast, plain_paths(read.ast))

    def evaluate(self, bindings: Bindings) -> Any:
        """The value. Raises QueryEvaluationError."""
        if self.plain is not None and (value := _follow(self.plain, bindings)) is not MISSING:
            return value
        try:
            result = Evaluation(self._plain_paths, bindings).run(self._tree)
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


def _follow(path: PlainPath, bindings: Bindings) -> Any:
    """Where a plain path leads through objects only; MISSING when it does not."""
    if path.variable is None:
        return MISSING
    try:
        value = bindings.plain(path.variable)
        for name in path.names:
            value = value[name]
    except (KeyError, TypeError):
        return MISSING
    return value
