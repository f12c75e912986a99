from typing import Any
import pytest
from django.db import connection, transaction
from tests.mutants.catalogue import of_jobs
from tests.funds import test_jobs as j, test_messages as m
from tests.funds.test_messages import gateway, here as mhere, Gateway
from tests.funds.test_jobs import here as jhere
from tests.world import World
from funds.jobs import worker
from tests.funds.jobs_world import printed

pytestmark = pytest.mark.django_db
__all__ = ["gateway"]


@pytest.fixture
def world1(mhere):
    return mhere


@pytest.mark.parametrize("mutant", of_jobs(), ids=lambda x: x.name)
def test_it(mutant, small_world, owner_cursor, monkeypatch, tmp_path, gateway):
    owner_cursor.execute("select pg_get_functiondef(oid) from pg_proc where proname=%s", [mutant.function])
    (old,) = owner_cursor.fetchone()
    assert mutant.old in old
    import json
    from django.conf import settings
    from tests import world
    from funds.models import MessageText

    monkeypatch.setattr(settings, "RESULT_STORE", tmp_path)
    for row in json.loads((world.PACK / "message_texts.json").read_text())["rows"]:
        MessageText.objects.create(**row | {"effective_to": None})
    owner_cursor.execute(old.replace(mutant.old, mutant.new))
    try:
        noticed = []

        def attempt(f, *a):
            try:
                with transaction.atomic():
                    f(*a)
                    transaction.set_rollback(True)
            except BaseException as e:
                noticed.append((f.__name__, type(e).__name__, str(e)[:80]))

        if "Message" in mutant.name:
            attempt(m.test_sql_writes_no_message_but_one_that_is_due, small_world)
            with transaction.atomic():
                gateway.faults = [m.Turned("no such number")]
                request = small_world.sanctioned(m.request_of(small_world))
                worker.work(once=True)
                attempt(m.test_sql_lets_nothing_become_of_a_message_out_of_order, small_world, request)
                transaction.set_rollback(True)
        else:
            printed(small_world, 2)
            worker.work(once=True)
            for f in (
                j.test_sql_begins_and_moves_a_job_as_the_rules_say,
                j.test_sql_adds_no_file_to_work_that_does_not_run,
                j.test_sql_puts_no_other_printing_into_a_bundle,
                j.test_sql_cancels_nobody_else_s_work_and_nothing_that_ended,
            ):
                attempt(f, small_world)
        print(mutant.name, noticed)
        assert noticed
    finally:
        owner_cursor.execute(old)
