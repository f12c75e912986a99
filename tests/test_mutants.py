"""The mutants' own words: what each would change stands in the rule as it is installed. They run by `make mutants`."""

import pytest
from django.db import connection

from tests.mutants.catalogue import all_mutants

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BODIES = """
    SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
"""


def test_every_mutant_finds_what_it_changes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BODIES)
        bodies = dict(cursor.fetchall())
    mutants = [mutant for mutant in all_mutants() if mutant.function]
    assert len(mutants) > 100
    assert not [mutant.name for mutant in mutants if mutant.old not in bodies.get(mutant.function, "")]
    assert not [mutant.name for mutant in mutants if mutant.old and mutant.old == mutant.new]
