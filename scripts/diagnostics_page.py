"""Write docs/asl-diagnostics.md: the rules that definitions of state machines are checked with.

    python scripts/diagnostics_page.py [--check]

`--check` writes nothing and ends with status 1 when the page is not what the code would give.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from windsock.languages.asl.diagnostics.rule import Check, Rule, rules

PAGE = Path(__file__).parent.parent / "docs" / "asl-diagnostics.md"
INTRODUCTION = """# Diagnostics of state machines

Written by `make diagnostics`; do not edit. What `windsock states check`, ValidateStateMachineDefinition and
CreateStateMachine find in a definition. Codes and places (`/States/Pick/Choices[0]/Next`) are AWS's. Messages
are AWS's where the last column says so: as recorded, as its users report them, or after those. The others
are windsock's in the same style.

As at AWS, transitions are looked at when the structure of everything is sound, and whether states can be
reached when the machine can end. A text that is no JSON is `INVALID_JSON_DESCRIPTION`, with the message of
AWS's parser.

| rule | code | severity | what it asks for | messages |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The page, as Markdown."""
    return INTRODUCTION + "".join(_row(about, check) for about, check in rules())


def _row(about: Rule, check: Check) -> str:
    name = check.__module__.rpartition(".")[2]
    asks, _, rest = (inspect.getdoc(check) or "").partition("\n\n")
    source = rest.removeprefix("Source: ").strip()
    asks = " ".join(asks.split()) + (f" ([source]({source}))" if source else "")
    words = "AWS's" if about.recorded else "ours"
    return f"| {name} | `{about.code}` | {about.severity} | {asks} | {words} |\n"


if __name__ == "__main__":
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made)
    elif PAGE.read_text() != made:
        sys.exit("docs/asl-diagnostics.md is not up to date: run `make diagnostics`.")
