"""JSONPath as Step Functions uses it: Jayway's JsonPath, the context object, variables, reference paths.

    path = Path.parse("$.order.items[0]", field="InputPath")
    path.select(document, environment)  # the value, or States.Runtime worded as AWS does

    ReferencePath.parse("$.error-info").put(document, value)  # a new document

Jayway's JsonPath is no RFC 9535. A path is *definite* when each step can meet one value only: it gives that
value and fails when there is none. Others give a list. A filter on an object asks about the object itself, a
number equals a string that spells it, names side by side pick a smaller object, and a path may end in a
function. No library for Python does all that, so this package reads and follows paths itself.

Sources: "Using JSONPath paths"
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
and the README of https://github.com/json-path/JsonPath; AWS's own answers are in the tests.
"""

from windsock.languages.asl.paths.path import Path
from windsock.languages.asl.paths.reference import ReferencePath

__all__ = ["Path", "ReferencePath"]
