"""Migrations that were folded into one: which of them an older database lacks.

Django takes a database that has some of those a migration `replaces` for one where none of either is left to do. The files
that could bring it on are gone, so it is refused here.
"""

from django.db.migrations.loader import MigrationLoader


def lacking(loader: MigrationLoader) -> list[str]:
    """What the loader's database lacks of folded migrations that it began, as "funds.0029_long_vouchers"."""
    done = loader.applied_migrations
    return sorted(
        f"{app}.{name}"
        for folded in loader.replacements.values()
        if any(replaced in done for replaced in folded.replaces)
        for app, name in folded.replaces
        if (app, name) not in done
    )
