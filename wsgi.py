"""The WSGI entry point: `gunicorn wsgi:app`, and what the `flask` command finds."""

import sys

from server import create_app
from server.core.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(f"fieldbeat: {error}")
