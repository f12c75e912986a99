"""Which office's rows the database shows this thread: the second line behind scope.visible.

The session says it in a setting that the policies of row_security.py compare with each row's office. A request begins with
nothing and gets the office of whoever is signed in (config/middleware.py); commands and workers see all. Whoever needs other
offices' rows on purpose, to add a fund up or to find one person twice, says so with `everywhere()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import psycopg2
from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

if TYPE_CHECKING:
    from beneficiaries.models import Office

SETTING = "relief.office"
ALL, NONE = "*", ""
_shown: ContextVar[str] = ContextVar("rows shown", default=ALL)


def rows_of(office: "Office") -> str:
    """What an officer of this office is shown: its rows, or all from a federal one."""
    return ALL if office.is_federal else str(office.pk)


def current() -> str:
    """What a new connection of this thread has to be told."""
    return _shown.get()


def show(rows: str) -> None:
    """From now on; `rows` is ALL, NONE or the number of an office."""
    _shown.set(rows)
    session = connection.connection
    # Where the transaction has failed, its end brings back what was shown before it.
    if session is None or session.closed or session.get_transaction_status() == TRANSACTION_STATUS_INERROR:
        return
    try:
        tell(session, rows)
    except (psycopg2.InterfaceError, psycopg2.OperationalError):
        connection.close()  # what cannot be told shows nothing more; the next session is told when it begins


def tell(session: Any, rows: str) -> None:
    """Tells a raw session; below Django's cursors, because it is part of connecting and no query of a page."""
    with session.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, rows])


@contextmanager
def showing(rows: str) -> Iterator[None]:
    """Inside it the database shows these rows, afterwards those it showed before."""
    before = current()
    show(rows)
    try:
        yield
    finally:
        show(before)


@contextmanager
def everywhere() -> Iterator[None]:
    """Inside it rows of all offices; for sums and look-ups of which no row of another office is shown to anybody."""
    with showing(ALL):
        yield
