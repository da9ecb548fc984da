"""Log lines with fields: `log.warning("an event was dropped", rule=arn)`.

A thin face of Python's logging: what the libraries log goes the same way, and whoever embeds windsock
configures it as usual. (structlog does this and more, but loading it was a quarter of a start.)
"""

from __future__ import annotations

import logging
from typing import Any

FIELDS = "fields"


class Log:
    """The log of a module; each line has a message that never varies and fields that do."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: Any) -> None:
        """What helps to find a fault."""
        self._logger.debug(message, extra={FIELDS: fields})

    def info(self, message: str, **fields: Any) -> None:
        """What happened as it should."""
        self._logger.info(message, extra={FIELDS: fields})

    def warning(self, message: str, **fields: Any) -> None:
        """What somebody may want to look at."""
        self._logger.warning(message, extra={FIELDS: fields})

    def error(self, message: str, **fields: Any) -> None:
        """What went wrong."""
        self._logger.error(message, extra={FIELDS: fields})

    def exception(self, message: str, **fields: Any) -> None:
        """What went wrong, with the trace of the exception that is being handled."""
        self._logger.error(message, exc_info=True, extra={FIELDS: fields})
