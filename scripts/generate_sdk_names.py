"""Write `src/windsock/kernel/sdk_names.json` from the installed botocore.

Run after every upgrade of botocore: `python scripts/generate_sdk_names.py`. It reads all of botocore's
models once, so that windsock need not when it meets `aws-sdk:<service>` in an ARN.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from botocore.loaders import Loader

TARGET = Path(__file__).parent.parent / "src/windsock/kernel/sdk_names.json"


def main() -> None:
    """Map each service's id, without spaces, hyphens and capitals, to its botocore name."""
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    names = {}
    for service in loader.list_available_services("service-2"):
        service_id = loader.load_service_model(service, "service-2")["metadata"]["serviceId"]
        names[re.sub(r"[\s-]", "", service_id).lower()] = service
    TARGET.write_text(json.dumps(names, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
