"""Write `src/windsock/kernel/signing_names.json` from the installed botocore.

Run after every upgrade of botocore: `python scripts/generate_signing_names.py`. It reads all of
botocore's models once (half a minute), so that windsock need not at start.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

TARGET = Path(__file__).parent.parent / "src/windsock/kernel/signing_names.json"

_QUERY_PROTOCOLS = {"query", "ec2"}


def main() -> None:
    """Collect the wire names of every service and write them, sorted, as four tables."""
    tables: dict[str, defaultdict[str, list[str]]] = {
        "signing_names": defaultdict(list),
        "target_prefixes": defaultdict(list),
        "endpoint_prefixes": defaultdict(list),
        "query_versions": defaultdict(list),
    }
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    for service in loader.list_available_services("service-2"):
        metadata: Mapping[str, Any] = loader.load_service_model(service, "service-2")["metadata"]
        endpoint_prefix = metadata["endpointPrefix"]
        tables["endpoint_prefixes"][endpoint_prefix].append(service)
        tables["signing_names"][metadata.get("signingName", endpoint_prefix)].append(service)
        if "targetPrefix" in metadata:
            tables["target_prefixes"][metadata["targetPrefix"]].append(service)
        spoken = {metadata["protocol"], *metadata.get("protocols", ())}
        if spoken & _QUERY_PROTOCOLS or "awsQueryCompatible" in metadata:
            tables["query_versions"][metadata["apiVersion"]].append(service)
    ordered = {
        table: {name: _likeliest_first(name, services) for name, services in sorted(rows.items())}
        for table, rows in tables.items()
    }
    TARGET.write_text(json.dumps(ordered, indent=1) + "\n")


def _likeliest_first(name: str, services: list[str]) -> list[str]:
    return sorted(services, key=lambda service: (service != name, len(service), service))


if __name__ == "__main__":
    main()
