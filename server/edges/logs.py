"""Logs: one JSON object a line in production, readable lines in development."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from server.core.config import Settings

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure(settings: Settings) -> None:
    """Send structlog through the standard library; in production, everything as JSON to standard error."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    if settings.production:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(formatter())
        logging.basicConfig(handlers=[handler], level=level, force=True)


def formatter() -> logging.Formatter:
    """JSON of our own records and of those of libraries."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(default=str),
        ],
    )
