"""Write the schemas of the types of resources that stacks can have, from those that AWS publishes.

python scripts/generate_stack_schemas.py DIRECTORY

DIRECTORY has AWS's resource provider schemas of one region as files `aws-sns-topic.json` (the archive
CloudformationSchema.zip that AWS publishes, or those that cfn-lint ships). What they say of documentation,
permissions and tagging is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson

from windsock.services.cloudformation.known_types import resource_types

_TARGET = Path(__file__).parent.parent / "src/windsock/services/cloudformation/schema_data"
_KEPT = frozenset({"type", "$ref", "items", "properties", "oneOf", "anyOf", "allOf", "patternProperties"})
_PATHS = {
    "create_only": "createOnlyProperties",
    "conditional_create_only": "conditionalCreateOnlyProperties",
    "read_only": "readOnlyProperties",
    "write_only": "writeOnlyProperties",
    "identifier": "primaryIdentifier",
}

# Its schema has only what all custom resources have, but each has properties and attributes of its own.
_OPEN = "AWS::CloudFormation::CustomResource"
# Attributes that the schemas leave out: those of a nested stack are its outputs.
_MORE_ATTRIBUTES = {"AWS::CloudFormation::Stack": ["Outputs"]}


def main(directory: Path) -> None:
    """Write one file for each type that windsock makes."""
    _TARGET.mkdir(exist_ok=True)
    for name in sorted(resource_types().keys() - {_OPEN}):
        file = directory / f"{name.replace('::', '-').lower()}.json"
        if not file.is_file():
            print(f"no schema of {name}")
            continue
        data = orjson.loads(file.read_bytes())
        text = orjson.dumps(_schema(data), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        (_TARGET / file.name).write_bytes(text + b"\n")


def _schema(data: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "name": data["typeName"],
        "properties": _types(data["properties"]),
        "definitions": {name: _type(each) for name, each in data.get("definitions", {}).items()},
        "required": data.get("required", []),
    }
    for name, published in _PATHS.items():
        schema[name] = [path.removeprefix("/properties/") for path in data.get(published, [])]
    schema["read_only"] += _MORE_ATTRIBUTES.get(data["typeName"], [])
    return {name: value for name, value in schema.items() if value}


def _types(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: _type(each) for name, each in properties.items()}


def _type(declared: Any) -> Any:
    """What a value may be, without what bounds or describes it."""
    if isinstance(declared, list):
        return [_type(each) for each in declared]
    if not isinstance(declared, dict):
        return declared
    kept = {name: value for name, value in declared.items() if name in _KEPT}
    for name, value in kept.items():
        if name in ("properties", "patternProperties"):
            kept[name] = _types(value)
        elif name not in ("type", "$ref"):
            kept[name] = _type(value)
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]))
