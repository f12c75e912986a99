"""What locks and then reads takes no other isolation level than read committed, at which it would read what stood before."""

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

TABLES = {
    "funds_decision": "23F08",
    "funds_sanction": "23F11",
    "funds_committeeversion": "23F60",
    "funds_committeedecision": "23F60",
    "funds_meeting": "23F61",
    "funds_calledoff": "23F61",
    "funds_agendaitem": "23F61",
    "funds_minutes": "23F61",
    "funds_minutessignature": "23F62",
    "funds_adoption": "23F63",
    "funds_delegationdecision": "23F65",
    "funds_instrument": "23F67",
    "funds_freezedecision": "23F68",
    "funds_freezelift": "23F68",
    "funds_freezeliftdecision": "23F68",
    "funds_conflict": "23F76",
    "beneficiaries_officerlimitdecision": "23F54",
    "beneficiaries_courtorder": "23B10",
    "beneficiaries_heirwaiver": "23B03",
    "beneficiaries_pairdecision": "23B09",
    "beneficiaries_releaserecord": "23B20",
    "beneficiaries_releasewithdrawal": "23B24",
    "beneficiaries_paperwithdrawal": "23B25",
    "beneficiaries_referraldecision": "23B28",
    "beneficiaries_hitjudgement": "23B31",
    "beneficiaries_absence": "23B40",
}


def told(raw: Any, level: str, table: str) -> tuple[str, str]:
    """SQLSTATE and words with which a row of nothing is refused: the rule looks before any other constraint does."""
    with raw.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(psycopg2.Error) as refusal:
            cursor.execute(f"INSERT INTO {table} DEFAULT VALUES")
    raw.rollback()
    return str(refusal.value.pgcode), str(refusal.value)


@pytest.mark.parametrize("table", TABLES)
def test_another_isolation_level_is_refused(new_connection: Callable[[], Any], table: str) -> None:
    raw = new_connection()
    assert "isolation level" not in told(raw, "READ COMMITTED", table)[1]
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        code, words = told(raw, level, table)
        assert (code, "isolation level" in words) == (TABLES[table], True), words
