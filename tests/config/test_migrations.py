"""The folded migrations: installations of before go on from them, and a fresh one makes its tables at once."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.test import Client

from config.folded import lacking
from ledger.migrating import Extension, Tables

# What such an installation has recorded of ours.
BEFORE = {
    "audit": "0001_initial",
    "config": "0001_answers_to_repeated_requests 0002_answers_are_sealed",
    "ledger": """0001_the_books 0002_months_and_years_close 0003_corrections_and_one_entry_at_a_time
        0004_closing_entries_and_years_in_order 0005_the_door 0006_totals_in_paisa 0007_fewer_slots""",
    "beneficiaries": """0001_initial 0002_what_a_court_ordered_stays 0003_private_values_are_sealed 0004_who_was_shown_what
        0005_kinds_of_identity_and_folded_names 0007_papers 0010_heirs_waive_and_come_of_age 0011_duplicates
        0012_cases_filled 0012_cases_rules 0012_cases_tables 0013_release_records_and_referrals
        0014_eligibility_means_and_watch_list 0015_people_live_somewhere 0016_each_office_judges_its_payees
        0020_registers 0022_limits_are_dated 0023_incompatible_roles_and_staff_accounts 0024_absences_and_daily_mail""",
    "funds": """0001_initial 0002_frozen_statements 0003_private_values_are_sealed 0005_papers_bound
        0010_heirs_are_cared_for 0011_cases_claims 0011_payees_are_not_merged 0012_release_closes
        0013_eligibility_and_complaints 0014_rules_follow_merged_records 0015_nobody_judges_themselves
        0016_hits_on_payees_of_the_office 0020_orders_and_filing 0021_budgets_by_heads 0022_rules_in_versions
        0023_decisions_and_duties 0024_committees 0025_delegation_freezes_escalation 0026_lists 0027_conflicts_end
        0028_rules_together 0029_long_vouchers""",
}


@pytest.fixture
def recorded(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], MigrationExecutor]:
    """Makes it look as if these were recorded, and all of the libraries'; returns what Django plans with then."""
    libraries = {
        key: row for key, row in MigrationRecorder(connection).applied_migrations().items() if key[0] not in BEFORE
    }

    def look(before: dict[str, str]) -> MigrationExecutor:
        ours = {(app, name): SimpleNamespace() for app, names in before.items() for name in names.split()}
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: libraries | ours)
        return MigrationExecutor(connection)

    return look


def test_what_was_migrated_before_is_not_made_again(recorded: Callable[[dict[str, str]], MigrationExecutor]) -> None:
    executor = recorded(BEFORE)
    planned = {(step.app_label, step.name) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())}
    assert not {(app, name) for app, name in planned if name.startswith("0001_")}
    assert not lacking(connection)


def test_nothing_of_before_means_all_is_made(recorded: Callable[[dict[str, str]], MigrationExecutor]) -> None:
    executor = recorded({})
    planned = {step.app_label for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())}
    assert planned == set(BEFORE)
    assert not lacking(connection)


def test_what_was_left_in_the_middle_is_refused(
    recorded: Callable[[dict[str, str]], MigrationExecutor], client: Client
) -> None:
    recorded(BEFORE | {"ledger": BEFORE["ledger"].removesuffix(" 0007_fewer_slots")})
    with pytest.raises(CommandError, match=r"lacks ledger\.0007_fewer_slots\. Migrate it with the release before"):
        call_command("migrate", verbosity=0)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["missing"]) == (503, ["ledger.0007_fewer_slots"])


def table(name: str, **fields: models.Field) -> migrations.CreateModel:
    return migrations.CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def test_tables_are_made_with_one_look_at_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    state = ProjectState()
    table("Before").state_forwards("ledger", state)
    assert state.apps.get_model("ledger.Before")
    line = table("Line", entry=models.ForeignKey("ledger.Entry", models.PROTECT))
    with monkeypatch.context() as patch:
        patch.setattr(ProjectState, "_reload", None)  # calling it would be an error
        Tables(models=[line, table("Entry")]).state_forwards("ledger", state)
    assert state.apps.get_model("ledger.Line")._meta.get_field("entry").related_model._meta.label == "ledger.Entry"
    assert state.apps.get_model("ledger.Before")


def test_an_extension_that_is_there_needs_no_right_to_make_it(db: None) -> None:
    Extension("pg_trgm", "people search").database_forwards(
        "beneficiaries", SimpleNamespace(connection=connection), None, None
    )


def test_who_may_not_make_an_extension_is_told_how(db: None) -> None:
    with pytest.raises(ImproperlyConfigured, match="search needs the extension hstore, and this login may not"):
        Extension("hstore", "search").database_forwards("ledger", SimpleNamespace(connection=connection), None, None)
