"""I4: nothing posted changes or vanishes: the database's rules stand, reversals mirror, history agrees with the rows."""

from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg2 import sql

from audit.checks.base import MOST, Found, count, offenders, together
from audit.checks.kept_orders import kept_orders
from audit.checks.kept_papers import kept_papers
from audit.checks.kept_signatures import kept_signatures
from audit.checks.proved_releases import proved_releases
from audit.checks.rights import kept_tables, rights
from audit.checks.sealing import unreadable
from beneficiaries.private.sealed import DIFFERS, SealedField
from ledger.ruling import drift, rules
from ledger.table_rights import doors

_COUNT = "SELECT count(*) FROM ledger_journalentry WHERE reverses_id IS NOT NULL"
_MIRROR = """
    SELECT format('entry %%s: it does not repeat entry %%s with the sides changed', r.id, r.reverses_id)
    FROM ledger_journalentry r LEFT JOIN ledger_journalentry o ON o.id = r.reverses_id
    WHERE r.reverses_id IS NOT NULL AND (
        (o.book_id = r.book_id AND o.reverses_id IS NULL AND o.date <= r.date AND r.reason <> '') IS NOT TRUE
        OR EXISTS (
            SELECT FROM (SELECT * FROM ledger_journalline WHERE entry_id = r.id) x
            FULL JOIN (SELECT * FROM ledger_journalline WHERE entry_id = o.id) y ON y.position = x.position
            WHERE (x.side <> y.side AND x.account_id = y.account_id AND x.amount = y.amount AND x.head = y.head
                AND x.party = y.party) IS NOT TRUE)) ORDER BY r.id
"""
_CORRECTION = """
    SELECT format('entry %%s: it corrects entry %%s, which was not reversed with it', c.id, c.corrects_id)
    FROM ledger_journalentry c LEFT JOIN ledger_journalentry o ON o.id = c.corrects_id
    LEFT JOIN ledger_journalentry r ON r.reverses_id = o.id
    WHERE c.corrects_id IS NOT NULL
        AND (c.reverses_id IS NULL AND o.book_id = c.book_id AND r.recorded = c.recorded) IS NOT TRUE ORDER BY c.id
"""
_REVERSED_TWICE = """
    SELECT format('entry %%s: reversed %%s times', reverses_id, count(*)) FROM ledger_journalentry
    WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1 ORDER BY reverses_id
"""
# A trigger or rewrite rule that no model declares could change rows on their way in. A view is a rewrite rule itself.
_FOREIGN_RULES = """
    SELECT format('table %%s: trigger %%s is not one of ours', t.tgrelid::regclass, t.tgname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%(tables)s)
        AND t.tgname <> ALL(%(known)s)
    UNION ALL
    SELECT format('table %%s: rewrite rule %%s is not one of ours', r.ev_class::regclass, r.rulename)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%(tables)s)
        AND (r.rulename <> '_RETURN' OR c.relkind <> 'v') ORDER BY 1
"""
_CONSTRAINTS = """
    SELECT format('constraint %%s is not installed', name) FROM unnest(%(names)s::text[]) AS name
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = name AND k.convalidated)
        AND NOT EXISTS (SELECT FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid
            WHERE i.relname = name AND x.indisunique AND x.indisvalid) ORDER BY name
"""


def permanence() -> Found:
    """Rules and constraints as declared, rights, reversals, papers, orders, signatures, releases, each row's last history."""
    tables, tracked = [*_our_tables(), *doors()], _tracked()
    known = [rule.get_pgid(model) for model, rule in rules()]
    values = {"tables": tables, "known": known, "names": _constraints()}
    found = offenders((_MIRROR, _CORRECTION, _REVERSED_TWICE, _FOREIGN_RULES, _CONSTRAINTS), values)
    missing = [f"rule {row.rule} {row.fault}" for row in drift()] + _without_rule()
    excess, notes = rights()
    compared = sum(count(f"SELECT count(*) FROM {model._meta.db_table}") for model in tracked)
    papers, altered = kept_papers()
    released, unproved = proved_releases()
    orders, apart = kept_orders()
    signed, broken = kept_signatures()
    checked = count(_COUNT) + len(known) + len(values["names"]) + compared + papers + released + orders + signed
    unrecorded = [_unrecorded(model) for model in tracked]
    return Found(
        checked,
        found + altered + unproved + apart + broken + together([missing, excess, *unrecorded, unreadable()]),
        notes,
    )


def _ours() -> list[Any]:
    names = ("ledger", "beneficiaries", "funds", "audit")
    return [model for name in names for model in apps.get_app_config(name).get_models()]


def _our_tables() -> list[str]:
    return [model._meta.db_table for model in _ours()]


def _tracked() -> list[Any]:
    return [model for model in _ours() if hasattr(model, "history")]


def _constraints() -> list[str]:
    return [str(rule.name) for model in _ours() for rule in model._meta.constraints]


def evidence_tables() -> list[str]:
    """Tables of records the application may add to and never change, or not even that."""
    return sorted(kept_tables() & set(_our_tables()))


def _without_rule() -> list[str]:
    """Evidence and history that no append-only rule was ever declared for."""
    guarded = {model._meta.db_table for model, rule in rules() if rule.name in ("append_only", "only_by_rule")}
    return [f"table {name} has no rule that keeps its rows" for name in evidence_tables() if name not in guarded]


def _unrecorded(model: Any) -> list[str]:
    """Rows that are not as their own history says: changed, added or removed without a trace."""
    history = model.history.model
    kept = {field.column for field in history._meta.concrete_fields}
    columns = [field for field in model._meta.concrete_fields if field.column in kept and not field.primary_key]
    pairs = sql.SQL(" OR ").join(
        sql.SQL(DIFFERS if isinstance(field, SealedField) else "t.{0} IS DISTINCT FROM h.{0}").format(
            sql.Identifier(field.column)
        )
        for field in columns
        if not isinstance(field, models.JSONField)
    )
    question = sql.SQL(
        "SELECT coalesce(t.{pk}, h.{pk}), CASE WHEN t.{pk} IS NULL THEN 'removed' WHEN h.{pk} IS NULL THEN 'added'"
        " ELSE 'changed' END FROM {table} t FULL JOIN ("
        " SELECT * FROM (SELECT DISTINCT ON ({pk}) * FROM {history} ORDER BY {pk}, history_id DESC) last"
        " WHERE history_type <> '-') h ON h.{pk} = t.{pk} WHERE t.{pk} IS NULL OR h.{pk} IS NULL OR {pairs} ORDER BY 1"
    ).format(
        pk=sql.Identifier(model._meta.pk.column),
        table=sql.Identifier(model._meta.db_table),
        history=sql.Identifier(history._meta.db_table),
        pairs=pairs,
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        rows = cursor.fetchmany(MOST + 1)
    return [f"{model._meta.verbose_name} {number}: {what} without a trace in its history" for number, what in rows]
