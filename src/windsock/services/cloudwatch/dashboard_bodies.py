"""What a dashboard can hold: widgets on a grid of 24 columns. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from windsock.services.cloudwatch.limits import GRID, WIDGETS

_KINDS: Final = ("metric", "text", "log", "alarm", "explorer", "custom")
_TALLEST: Final = 1000
# The text a widget of text must hold, and so on: what each kind cannot do without.
_NEEDED: Final = {"metric": (), "text": ("markdown",), "alarm": ("alarms",), "log": ("query", "region")}

Problem = dict[str, str]


def problems_of(text: str) -> list[Problem]:
    """What is wrong with a body: `[{"DataPath": ..., "Message": ...}]`; none for a good one."""
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        return [_problem("", "The dashboard body is invalid, it is not valid JSON")]
    if not isinstance(body, dict):
        return [_problem("", "Should be an object")]
    widgets = body.get("widgets")
    if not isinstance(widgets, list):
        return [
            _problem(
                "/widgets",
                "Should be an array" if "widgets" in body else "Should have required property 'widgets'",
            )
        ]
    if len(widgets) > WIDGETS:
        return [_problem("/widgets", f"Should NOT have more than {WIDGETS} items")]
    return [
        problem for number, widget in enumerate(widgets) for problem in _widget(f"/widgets/{number}", widget)
    ]


def _widget(place: str, widget: Any) -> Iterator[Problem]:
    if not isinstance(widget, dict):
        yield _problem(place, "Should be an object")
        return
    if widget.get("type") not in _KINDS:
        yield _problem(f"{place}/type", f"Should be equal to one of the allowed values: {', '.join(_KINDS)}")
    yield from _position(place, widget)
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        yield _problem(f"{place}/properties", "Should be an object")
        return
    for name in _NEEDED.get(widget.get("type", ""), ()):
        if name not in properties:
            yield _problem(f"{place}/properties", f"Should have required property '{name}'")
    if "metrics" in properties and not isinstance(properties["metrics"], list):
        yield _problem(f"{place}/properties/metrics", "Should be an array")


def _position(place: str, widget: dict[str, Any]) -> Iterator[Problem]:
    bounds = {"x": (0, GRID - 1), "y": (0, None), "width": (1, GRID), "height": (1, _TALLEST)}
    whole = True
    for name, (least, most) in bounds.items():
        value = widget.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            yield _problem(f"{place}/{name}", "Should be integer")
            whole = False
        elif value < least:
            yield _problem(f"{place}/{name}", f"Should be >= {least}")
        elif most is not None and value > most:
            yield _problem(f"{place}/{name}", f"Should be <= {most}")
    if (
        whole
        and widget.get("x", 0) < GRID
        and widget.get("x", 0) + widget.get("width", 6) > GRID
        and "x" in widget
    ):
        yield _problem(place, f"The widget does not fit: x and width together are more than {GRID}")


def _problem(place: str, message: str) -> Problem:
    return {"DataPath": place, "Message": message}
