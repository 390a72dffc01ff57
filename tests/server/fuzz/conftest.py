"""One company for a whole file of fuzzing; each request is undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server import create_app
from server.core.config import Settings
from tests.server.fuzz import document
from tests.server.fuzz.company import Company
from tests.server.fuzz.isolation import Isolation


@pytest.fixture(scope="package")
def company(template, tmp_path_factory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("fuzz")
    url = template.copy(folder)
    settings = Settings(
        instance=folder, database_url=url, secret_key="t" * 40, plan_wait_ms=0, sign_in_limit="off", access_minutes=600
    )
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a crash is an answer of 500, as in production
    made = Company(app)
    made.isolation, made.schema = Isolation(app), document.schema(app)
    yield made
    made.isolation.close()
    template.drop(url)
