"""State machines for property tests, made so that most of them get far."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.asl_world import FUNCTION

Objects = st.SearchStrategy[dict[str, Any]]

NAMES = st.sampled_from(["A", "B", "C", "D"])
ERRORS = st.lists(
    st.sampled_from(["E", "States.ALL", "States.TaskFailed", "States.Timeout"]), min_size=1, max_size=2
)
PATHS = st.sampled_from(["$", "$.a", "$.items", "$.items[*]", "$$.Execution.Name", "$$.State.EnteredTime"])
CALLS = st.sampled_from(["States.UUID()", "States.Array($, 1)", "States.MathRandom(1, 9)"])
EXPRESSIONS = st.sampled_from(
    [
        "{% $states.input %}",
        "{% $count($states.input.items) %}",
        "{% $states.context.State.Name %}",
        "{% 2 %}",
    ]
)
RESOURCES = st.sampled_from(
    [
        FUNCTION,
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:us-east-1:123456789012:activity:a",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 99) | st.sampled_from(["", "x", "5", "{% 1 %}", "$.a"])
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=6,
)
DOCUMENTS = st.fixed_dictionaries({"a": st.integers(0, 3), "items": st.lists(ANYTHING, max_size=3)})


def optional(**fields: st.SearchStrategy[Any]) -> Objects:
    """An object with some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def kind(name: str, **fields: st.SearchStrategy[Any]) -> Objects:
    """An object of a Type."""
    return st.fixed_dictionaries({"Type": st.just(name), **fields})


def joined(*parts: Objects) -> Objects:
    """One object of several."""
    return st.tuples(*parts).map(lambda found: {name: part[name] for part in found for name in part})


TEMPLATES = joined(
    optional(x=SCALARS, y=st.lists(SCALARS, max_size=2)), optional(**{"p.$": PATHS, "q.$": CALLS})
)
RETRY = st.lists(
    joined(
        st.fixed_dictionaries({"ErrorEquals": ERRORS}),
        optional(MaxAttempts=st.integers(0, 2), BackoffRate=st.just(1.5), JitterStrategy=st.just("FULL")),
    ),
    max_size=2,
)
CATCH = st.lists(
    st.fixed_dictionaries(
        {"ErrorEquals": ERRORS, "Next": NAMES, "ResultPath": st.sampled_from(["$.e", None])}
    ),
    max_size=2,
)
FAILING = optional(Retry=RETRY, Catch=CATCH)
FOLLOWING = st.one_of(st.just({"End": True}), NAMES.map(lambda name: {"Next": name}))
ASSIGN = optional(v=SCALARS, **{"w.$": PATHS})
# Results go beside the input, so that the paths of later states still lead somewhere.
FLOW = joined(
    st.fixed_dictionaries({"ResultPath": st.sampled_from(["$.r", "$.r.s", "$.items[0]", None])}),
    optional(InputPath=PATHS, Assign=ASSIGN),
)
JSONATA = st.just({"QueryLanguage": "JSONata"})
JSONATA_FLOW = optional(
    Output=st.just("{% $states.input %}"), Assign=st.dictionaries(st.just("v"), EXPRESSIONS | SCALARS)
)
SIMPLE = (
    joined(kind("Pass"), FLOW, FOLLOWING, optional(Result=ANYTHING)),
    joined(kind("Pass"), FLOW, FOLLOWING, optional(Parameters=TEMPLATES)),
    joined(kind("Pass"), JSONATA, JSONATA_FLOW, FOLLOWING),
    joined(kind("Wait"), st.sampled_from([{"Seconds": 3}, {"SecondsPath": "$.a"}]), FOLLOWING),
    joined(
        kind("Task", Resource=RESOURCES),
        FLOW,
        FOLLOWING,
        FAILING,
        optional(Parameters=TEMPLATES, TimeoutSeconds=st.integers(1, 9), HeartbeatSeconds=st.just(2)),
    ),
    joined(
        kind("Task", Resource=RESOURCES),
        JSONATA,
        JSONATA_FLOW,
        FOLLOWING,
        optional(Retry=RETRY, Arguments=EXPRESSIONS, TimeoutSeconds=st.just("{% 2 %}")),
    ),
    joined(
        kind(
            "Choice",
            Choices=st.lists(
                st.fixed_dictionaries(
                    {"Variable": st.just("$.a"), "NumericGreaterThan": st.integers(0, 3), "Next": NAMES}
                ),
                min_size=1,
                max_size=2,
            ),
            Default=NAMES,
        ),
        optional(Assign=ASSIGN),
    ),
    kind("Succeed"),
    joined(kind("Fail"), optional(Error=st.just("E"), CausePath=CALLS)),
)


def states(depth: int) -> Objects:
    """Any state, with lines below it to a depth."""
    if depth == 0:
        return st.one_of(SIMPLE)
    inner = lines(depth - 1)
    apart = inner.map(lambda line: line | {"ProcessorConfig": {"Mode": "DISTRIBUTED"}})
    mapping = optional(MaxConcurrency=st.integers(0, 2), ItemSelector=st.just({"a": 1, "items.$": "$.items"}))
    nested = (
        joined(kind("Parallel", Branches=st.lists(inner, min_size=1, max_size=3)), FLOW, FOLLOWING, FAILING),
        joined(
            kind("Map", ItemProcessor=inner, ItemsPath=st.just("$.items")), mapping, FOLLOWING, FAILING, FLOW
        ).map(without("InputPath")),
        joined(
            kind("Map", ItemProcessor=apart, ItemsPath=st.just("$.items")),
            mapping,
            FOLLOWING,
            FAILING,
            FLOW,
            optional(
                ItemBatcher=st.just({"MaxItemsPerBatch": 2}),
                ToleratedFailurePercentage=st.integers(0, 100),
                ItemReader=st.just({"Resource": "arn:aws:states:::s3:getObject"}),
                ResultWriter=st.just({"Resource": "arn:aws:states:::s3:putObject"}),
            ),
        ).map(without("InputPath")),
    )
    return st.one_of(*SIMPLE, *nested, *nested, *nested)


def without(name: str) -> Any:
    """The same object without a field."""
    return lambda found: {each: value for each, value in found.items() if each != name}


def lines(depth: int) -> Objects:
    """States that lead to one another."""
    return st.fixed_dictionaries(
        {"StartAt": st.just("A"), "States": st.fixed_dictionaries({name: states(depth) for name in "ABCD"})}
    )


def machines(depth: int) -> Objects:
    """Machines with lines below lines to a depth; no two states have the same name."""
    return lines(depth).map(lambda line: renamed(line, ""))


def renamed(line: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The line with a prefix before the names of its states, and longer ones in the lines below."""
    states = {prefix + name: renamed_state(state, prefix, name) for name, state in line["States"].items()}
    return line | {"StartAt": prefix + line["StartAt"], "States": states}


def renamed_state(state: dict[str, Any], prefix: str, name: str) -> dict[str, Any]:
    """A state of such a line."""
    new = dict(state)
    for field in new.keys() & {"Next", "Default"}:
        new[field] = prefix + new[field]
    for field in new.keys() & {"Choices", "Catch"}:
        new[field] = [each | {"Next": prefix + each["Next"]} for each in new[field]]
    if "Branches" in new:
        branches = enumerate(new["Branches"])
        new["Branches"] = [renamed(branch, f"{prefix}{name}{number}") for number, branch in branches]
    if "ItemProcessor" in new:
        new["ItemProcessor"] = renamed(new["ItemProcessor"], f"{prefix}{name}")
    return new
