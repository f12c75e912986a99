"""Keys change: what may be written is sealed with the new key, evidence opens with the old one, a broken run goes on."""

import base64
import json
import os
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.verify import verify
from beneficiaries.models import Officer, Person
from beneficiaries.private import sealed_columns
from beneficiaries.private.vault import key_id
from config import key_rotation
from funds.models import Voucher
from funds.vouchers import render, verify_digest
from tests import world

pytestmark = pytest.mark.django_db


def rotate(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("rotate_keys", *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def keys_of(answer: dict[str, Any], *, kept: bool) -> set[str]:
    return {row["key"] for row in answer["counts"] if row["kept"] is kept}


@pytest.fixture
def paid(settings: Any) -> world.World:
    """A world with a paid diyat, and a new key that seals from now on."""
    here = world.build()
    here.person("With Telephone", phone="03001234567", home_address="House 12, Satellite Town")
    here.paid(here.diyat())
    settings.DATA_KEYS = (os.urandom(32), *settings.DATA_KEYS)
    return here


def test_everything_but_evidence_is_sealed_anew(paid: world.World, settings: Any) -> None:
    new, old = (key_id(key) for key in settings.DATA_KEYS)
    histories = Person.history.count()
    before = rotate("--count")
    assert (before["current"], before["resealed"], keys_of(before, kept=False)) == (new, 0, {old})
    after = rotate()
    places = [row for row in before["counts"] if not row["kept"]]
    assert after["resealed"] == sum(row["values"] for row in places)
    assert {row["place"] for row in places} == {
        "beneficiaries_officer.cnic", "beneficiaries_person.cnic", "beneficiaries_person.phone",
        "beneficiaries_person.home_address",
        "funds_payeeline.cnic", "funds_disbursement.salt",
    }  # fmt: skip
    assert (keys_of(after, kept=False), keys_of(after, kept=True), after["unused"]) == ({new}, {old}, [])
    assert Person.history.count() == histories
    voucher = Voucher.objects.get()
    assert verify_digest(voucher) and render(voucher)
    assert verify().ok


def test_a_broken_run_goes_on_from_where_it_was(paid: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_columns, "BATCH", 3)
    done: list[int] = []
    again = key_rotation._again

    def breaks(*given: Any) -> str:
        if len(done) == 7:
            raise KeyboardInterrupt
        done.append(1)
        return again(*given)

    monkeypatch.setattr(key_rotation, "_again", breaks)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.setattr(key_rotation, "_again", again)
    left = sum(row["values"] for row in rotate("--count")["counts"] if not row["kept"])
    assert left - 7 <= rotate()["resealed"] <= left - 3  # whole batches stayed
    assert rotate()["resealed"] == 0


def test_a_row_somebody_changed_meanwhile_keeps_what_they_wrote(paid: world.World) -> None:
    person = Person.objects.get(name="With Telephone")
    field = Person._meta.get_field("phone")

    def changed_meanwhile(stored: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE beneficiaries_person SET phone = %s WHERE id = %s",
                [field.get_prep_value("03007654321"), person.pk],
            )
        return field.get_prep_value("03001234567")

    sealed_columns.rewrite(Person, "phone", changed_meanwhile)
    person.refresh_from_db()
    assert person.phone == "03007654321"


def test_a_key_that_is_missing_is_named(paid: world.World, settings: Any) -> None:
    old = key_id(settings.DATA_KEYS[1])
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    with pytest.raises(CommandError, match=f"sealed with {old}, which is not among DATA_KEYS"):
        call_command("rotate_keys", "--count", stdout=StringIO())


def test_a_new_key_goes_first_into_the_file(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "data_keys"
    file.write_text("old\n")
    settings.DATA_KEYS_FILE = file
    answer = rotate("--new-key")
    first, second = file.read_text().split()
    assert (second, answer["id"]) == ("old", key_id(base64.b64decode(first)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings.DATA_KEYS_FILE = None
    answer = rotate("--new-key")
    assert len(base64.b64decode(answer["key"])) == 32
    assert file.read_text().split() == [first, second]


def test_readyz_tells_when_the_keys_are_not_those_of_the_database(client: Any, settings: Any) -> None:
    world.build()
    assert client.get("/readyz").status_code == 200
    settings.DATA_KEYS = (os.urandom(32),)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["keys"]) == (503, "do not open this database")
    assert Officer.objects.count() > 0
