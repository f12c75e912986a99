"""No table of the database holds a CNIC, an account, a telephone or an address of a person in the clear."""

import pytest
from django.db import connection
from psycopg2 import sql

from beneficiaries import registry
from beneficiaries.models import Officer, Person, Referral
from beneficiaries.people import disclosures
from config.models import IdempotencyKey
from funds import vouchers
from funds.models import PayeeLine
from tests import world
from tests.api.conftest import Api, person

pytestmark = pytest.mark.django_db
PHONE, IBAN = "03001234567", "PK66HABB0000000000000002"
HOME = "House 12, Street 4, Satellite Town"


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        return [name for (name,) in cursor.fetchall()]


def holding(value: str) -> list[str]:
    """Tables with a row in which the value stands, as text, with dashes, or inside bytes."""
    spellings = {value, value.encode().hex()}
    if len(value) == 13:
        spellings |= {dashed := f"{value[:5]}-{value[5:12]}-{value[12:]}", dashed.encode().hex()}
    pattern = "|".join(sorted(spellings))
    found = []
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("SELECT 1 FROM {} AS t WHERE t::text ~ %s LIMIT 1").format(sql.Identifier(table)), [pattern]
            )
            if cursor.fetchone():
                found.append(table)
    return found


@pytest.fixture
def filled() -> world.World:
    """People, payments of both kinds, papers, corrections, looks, and answers kept for the API."""
    api = Api(world.build())
    here = api.here
    api.good(api.post("/people", person(api, phone=PHONE, home_address=HOME), as_="case_officer", key="k-1"))
    one = here.person("With Telephone", phone=PHONE, home_address=HOME)
    registry.correct_person(person=one.pk, by=here["case_officer"], reason="Card seen", name="With A Telephone")
    asked = {"what": "cnic", "reason": "Card seen"}
    api.good(api.post(f"/people/{one.pk}/reveal", asked, as_="verifier", key="k-2"))
    disclosures.reveal(person=one.pk, what="phone", reason="Called back", by=here["verifier"])
    asked = {"what": "home_address", "reason": "Visit"}
    api.good(api.post(f"/people/{one.pk}/reveal", asked, as_="verifier", key="k-4"))
    here.paid(here.transfer(IBAN))
    here.referral(phone=PHONE)
    (instrument, *_) = here.paid(here.diyat())
    vouchers.print_voucher(number=instrument.voucher.number, by=here["ddo"])
    return here


def test_no_table_holds_a_private_value(filled: world.World) -> None:
    numbers = {*Person.objects.exclude(cnic=None).values_list("cnic", flat=True)}
    numbers |= {*Referral.objects.values_list("cnic", flat=True)}
    numbers |= {*Officer.objects.values_list("cnic", flat=True), *PayeeLine.objects.values_list("cnic", flat=True)} - {
        ""
    }
    assert len(numbers) > 15 and IdempotencyKey.objects.count() == 3
    for value in (*numbers, PHONE, IBAN, HOME):
        assert holding(value) == [], value


def test_the_search_itself_finds_what_is_there(filled: world.World) -> None:
    assert "beneficiaries_person" in holding("With A Telephone")
    assert "funds_voucher" in holding("Zainab Bibi")
    IdempotencyKey.objects.create(
        user=filled["verifier"], key="k-3", method="POST", path="/x", digest="x", status=200, content_type="text/plain",
        body=b'{"cnic": "90001-0000001-2"}',
    )  # fmt: skip
    assert holding("9000100000012") == ["config_idempotencykey"]
