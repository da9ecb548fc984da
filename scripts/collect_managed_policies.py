"""Write `src/windsock/services/iam/aws_managed_policies.json.gz`: the policies that AWS manages.

Run after an upgrade of moto, which collects them from AWS: `python scripts/collect_managed_policies.py`.
`managed_policies_gone.json` has those that AWS has withdrawn and templates still name.
"""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

GONE = Path(__file__).with_name("managed_policies_gone.json")
TARGET = Path(__file__).parent.parent / "src/windsock/services/iam/aws_managed_policies.json.gz"


def main() -> None:
    """Each policy as name: [path, version, created, updated, document]; instants in milliseconds."""
    collected = json.loads(aws_managed_policies_data) | json.loads(GONE.read_text())
    policies = {name: _row(collected[name]) for name in sorted(collected)}
    text = json.dumps(policies, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _row(policy: dict[str, Any]) -> list[Any]:
    document = policy["Document"]
    document = {name: document[name] for name in ("Version", "Id", "Statement") if name in document}
    return [
        policy["Path"],
        int(policy["DefaultVersionId"][1:]),
        _instant(policy["CreateDate"]),
        _instant(policy["UpdateDate"]),
        json.dumps(document, separators=(",", ":")),
    ]


def _instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


if __name__ == "__main__":
    main()
