"""The test databases: made by the owner role, used by the tests as the application role.

So each test proves that the application's rights are enough. Works on the embedded server, and with DATABASE_URL set to
a superuser's address on any other; there the roles have names of their own, so that an installation on the same server
is not touched.
"""

import gc
import hashlib
import logging
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from beneficiaries.offices.row_scope import ALL, SETTING
from config import embedded_postgres
from config.database_roles import EMBEDDED, Roles, make_roles
from tests import world
from tests.flushing import Flush
from tests.leaks import Watch, watch_the_run
from tests.standing import Databases, standing, wanted

ELSEWHERE = Roles("relief", "test_relief_owner", "test_relief_migrator", "test_relief_app")

# Each run has databases of its own, named by its process, so two runs at once do not meet.
OURS = "test_relief_p"
KEPT = "test_relief"  # what --reuse-db leaves for the next run
LEFT_BEHIND = """
    SELECT datname FROM pg_database d WHERE datname ~ %s
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
"""

# What is about the database itself is repeated whole on a second server: rules, rights, races, posting, the long SQL.
OF_THE_SERVER = re.compile(
    r"/tests/(ledger/|test_|.*(rules|races|by_sql|lists|inspection|main_job|registers|row_|sealed))"
)
# Of each other file as many tests, so that the SQL of most modules has met that server too.
SAMPLE = 1
# The same whichever server answers below them.
THROUGH_PAGES = re.compile(r"/tests/(api/|test_permissions|permissions/|.*_pages?\b|config/test_hostile)")

# The long ones come before the many short ones, or else a worker that is done waits for the other's last test.
LONG = re.compile(r"/tests/(browser/|config/test_demo|test_crash)")

# A test that asks for none of these, nor is marked, has nothing to do with a database.
SERVER = {"django_db_setup", "databases", "logins"}

# The drills take minutes: make drill.
collect_ignore = [] if os.environ.get("RELIEF_DRILL") else ["faults"]

hypothesis_settings.register_profile(
    "relief", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
hypothesis_settings.load_profile("relief")


def pytest_configure(config: pytest.Config) -> None:
    """Tests need no collected static files, no signatures, and no password that takes a tenth of a second to check."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Whatever lies in var/: a test that wants signatures makes its own certificate.
    settings.SIGNING, settings.SIGNING_ROOTS = None, ()
    # Requests make much and keep little: looked through less often, a test of pages takes a tenth less.
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test's transaction begins: which database it works in."""
    Choice.world = wanted(item)
    Choice.enter()


class Choice:
    """The standing world of the test at hand. Before the first test with a database there are none to enter."""

    world = ""
    databases: Databases | None = None

    @classmethod
    def enter(cls) -> None:
        if cls.databases:
            cls.databases.enter(cls.world)


def _controller() -> int:
    """The process that everything in this test run descends from."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What asks for no database, or asks it through pages and the API, is not repeated on a second server; of what is not
    about the server itself, a sample is.

    The first comes first: one worker migrates meanwhile. Then what takes long.

    Without a browser the tests that drive one are left out, and the summary says so.
    """
    met: Counter[Path] = Counter()
    for item in items:
        if not asks_for_a_database(item) or THROUGH_PAGES.search(str(item.path)):
            item.add_marker(pytest.mark.once)
        elif not OF_THE_SERVER.search(str(item.path)) and not item.get_closest_marker("once"):
            met[item.path] += 1
            if met[item.path] > SAMPLE:
                item.add_marker(pytest.mark.once)
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        missing = pytest.mark.skip(reason="no chromium on this machine")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(missing)
    yield
    items.sort(key=lambda item: (asks_for_a_database(item), not LONG.search(str(item.path))))


def asks_for_a_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or SERVER & set(getattr(item, "fixturenames", ())))


class Logins:
    """How the tests connect: as the owner for making and flushing the database, else as the application."""

    def __init__(self) -> None:
        self.settings = connection.settings_dict
        self.embedded = bool(self.settings.get("EMBEDDED"))
        self.roles = EMBEDDED if self.embedded else ELSEWHERE
        if self.embedded:
            server = embedded_postgres.ensure(self.settings["EMBEDDED"])
            self.passwords, self.address = server.passwords, {"host": server.host, "port": str(server.port)}
        else:
            self.passwords = self._make_roles()
            self.address = {"host": self.settings["HOST"], "port": self.settings["PORT"]}

    def _make_roles(self) -> dict[str, str]:
        """The same passwords in each worker and each run, for none may lock another out."""
        seed = f"{self.settings['HOST']} {self.settings['PORT']} {self.settings['PASSWORD']}"
        passwords = {
            name: hashlib.sha256(f"{seed} {name}".encode()).hexdigest()
            for name in (ELSEWHERE.login, ELSEWHERE.application)
        }
        params = connection.get_connection_params()
        raw = psycopg2.connect(**params)
        raw.autocommit = True
        try:
            with raw.cursor() as cursor:
                make_roles(cursor, ELSEWHERE, passwords)
        finally:
            raw.close()
        return passwords

    def use(self, role: str) -> None:
        """Django's next connections are those of the owner's login or of the application."""
        connection.close()
        owner = role == self.roles.owner
        user = self.roles.login if owner else self.roles.application
        options = {name: value for name, value in self.settings["OPTIONS"].items() if name != "assume_role"}
        self.settings |= {
            "USER": user,
            "PASSWORD": self.passwords[user],
            "OPTIONS": options | ({"assume_role": role} if owner else {}),
            "APPLICATION_ROLE": self.roles.application,
        }

    def dsn(self, user: str, database: str = "") -> str:
        """A libpq connection string to the test database, or to another."""
        return make_dsn(
            **self.address,
            dbname=database or self.settings["NAME"],
            user=user,
            password=self.passwords[user],
            options=self.settings["OPTIONS"].get("options", ""),
            application_name="relief-ledger test",
        )

    def owner_connection(self, database: str = "") -> Any:
        """A raw connection that acts as the owner, in autocommit."""
        raw = psycopg2.connect(self.dsn(self.roles.login, database))
        raw.autocommit = True
        with raw.cursor() as cursor:
            cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(self.roles.owner)))
        return raw


@pytest.fixture(scope="session")
def leak_watch() -> Iterator[Watch]:
    """Looks for full CNICs in everything that the run writes."""
    with pytest.MonkeyPatch.context() as patch:
        watch = watch_the_run(patch)
        yield watch
        logging.getLogger().removeHandler(watch)


@pytest.fixture(autouse=True)
def no_full_cnic_leaks(leak_watch: Watch) -> Iterator[None]:
    """Fails the test during which one stood in a log line, an address, an answer or an export."""
    logging.getLogger().addHandler(leak_watch)  # again, where a test set logging up anew; adding twice is adding once
    yield
    assert not (found := leak_watch.take()), "A full CNIC or address was written:\n" + "\n".join(found)


@pytest.fixture(scope="session")
def logins(django_test_environment: None, django_db_blocker: Any) -> Logins:
    with django_db_blocker.unblock():
        return Logins()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, logins: Logins, django_db_blocker: Any) -> Iterator[Databases]:
    """The migrated database, made by the owner, and room for its copies. With --reuse-db it stays for the next run."""
    keep = request.config.getvalue("reuse_db")
    run = f"{OURS}{_controller()}"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        logins.use(logins.roles.owner)
        _drop_left_behind()
        made = Databases(logins, django_db_blocker, template=KEPT if keep else run, own=f"{run}_{worker}")
        made.migrate(keep=keep, anew=request.config.getvalue("create_db"))
    yield made
    with django_db_blocker.unblock():
        made.drop(keep=keep)


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, logins: Logins, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the migrated database for this worker, in the hands of the application role."""
    with django_db_blocker.unblock():
        databases.copy(databases.own)
        logins.use(logins.roles.application)
        owner = logins.owner_connection(databases.own)
        Choice.databases = databases
        Choice.enter()
    with pytest.MonkeyPatch.context() as patch:
        # Of the class, for a browser's test has a connection of its own.
        patch.setattr(type(connection.ops), "execute_sql_flush", staticmethod(Flush(owner)))
        # A flush brings back what the migrations wrote, so there is nothing for these signals to do.
        patch.setattr(flush, "emit_post_migrate_signal", _nothing)
        yield
    Choice.databases = None
    owner.close()


def _drop_left_behind() -> None:
    """Drops the databases of runs that were killed."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(LEFT_BEHIND, [f"^{OURS}[0-9]+(_|$)"])
        for (name,) in cursor.fetchall():
            process = name.removeprefix(OURS).partition("_")[0]
            if not Path("/proc", process).exists():
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def _nothing(*args: Any, **options: Any) -> None:
    """Stands in for a signal."""


@pytest.fixture(scope="session", autouse=True)
def paper_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps the files of papers; nothing goes into the installation's own store, nor into its others."""
    settings.PAPER_STORE = tmp_path_factory.mktemp("case-papers")
    settings.RESULT_STORE = tmp_path_factory.mktemp("results")
    settings.MESSAGE_OUTBOX = tmp_path_factory.mktemp("outbox")
    return settings.PAPER_STORE


@pytest.fixture
def owner_cursor(django_db_setup: None, logins: Logins) -> Iterator[Any]:
    """A raw cursor of the tables' owner, in autocommit. It cannot see what the test itself has not committed."""
    raw = logins.owner_connection()
    with raw.cursor() as cursor:
        yield cursor
    raw.close()


@pytest.fixture
def app_dsn(django_db_setup: None, logins: Logins) -> str:
    """The application role's connection string to the test database, for raw SQL and other processes; shows all offices' rows."""
    return make_dsn(logins.dsn(logins.roles.application), options=f"-c {SETTING}={ALL}")


@pytest.fixture
def new_connection(app_dsn: str) -> Iterator[Callable[[], Any]]:
    """Opens raw connections of the application role; they are rolled back and closed when the test ends."""
    opened: list[Any] = []

    def connect() -> Any:
        opened.append(psycopg2.connect(app_dsn))
        return opened[-1]

    yield connect
    for raw in opened:
        raw.close()


@standing
def small_world() -> world.World:
    """The small world, as tests/world.py makes it."""
    return world.build()


@standing
def cleared_world() -> world.World:
    """The small world with one relief grant of Rs 20,000 paid and cleared in 2025-26."""
    made = world.build()
    made.cleared()
    return made
