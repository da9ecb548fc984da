"""How endpoints are asked.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
"""

from __future__ import annotations

from typing import Final

# Real seconds, whatever clock windsock runs on: four to connect and two to answer, or ten for TCP alone.
HTTP_SECONDS: Final = 6
TCP_SECONDS: Final = 10

# The part of a body in which a string is looked for.
SEARCHED_BYTES: Final = 5_120

MEASURED_EVERY_MS: Final = 60_000

# Not AWS's, which does not say it: how often a check looks at other checks or at an alarm.
DERIVED_EVERY_MS: Final = 30_000

# Not AWS's: when a probe is made again that windsock itself failed to make.
RETRY_MS: Final = 1_000
