"""The WSGI entry point: `gunicorn wsgi:app`, and what the `flask` command finds."""

from server import create_app

app = create_app()
