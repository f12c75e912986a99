"""Migrations that were folded into one: which of them an older database lacks.

Django takes a database that has some of those a migration `replaces` for one where none of either is left to do. The files
that could bring it on are gone, so it is refused here.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def lacking(connection: BaseDatabaseWrapper) -> list[str]:
    """What a database lacks of folded migrations that it began, as "funds.0029_long_vouchers"."""
    loader = MigrationLoader(connection, load=False)  # without the graph, which may not come about
    loader.load_disk()
    done = MigrationRecorder(connection).applied_migrations()
    return sorted(
        f"{app}.{name}"
        for migration in loader.disk_migrations.values()
        if any(replaced in done for replaced in migration.replaces)
        for app, name in migration.replaces
        if (app, name) not in done
    )
