"""Named locks held until the transaction ends, for series and keys that have no row to lock yet."""

from django.db import connection


def hold(name: str, number: int = 0) -> None:
    """Waits for and takes the lock of this name and number; a commit or rollback lets it go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [name, number])
