"""Money and the watch list: payees are compared when named and before payment, and nothing goes to an open hit."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from beneficiaries.models import HitJudgement, Pair, Person, ScreeningHit
from beneficiaries.people import merging
from beneficiaries.screened import screening, watch_lists
from funds import disbursements, payments
from funds.issuing import EXPIRING
from funds.models import Disbursement, Instrument
from funds.requests.payee_screening import PayeeListed
from funds.requests.payees import Payee
from tests.beneficiaries.lists import BILAL, ENTITY, FAZAL, un
from tests.funds.pages import as_, words
from tests.world import DAY, World, said_of

pytestmark = pytest.mark.once


@pytest.fixture
def here(small_world: World) -> World:
    return small_world


def load(here: World, content: bytes) -> None:
    watch_lists.load(content, file_name="list.xml", by=here["fund_manager"])


def to_listed(here: World) -> Disbursement:
    """A vouchered grant to somebody who looks like a listed party."""
    person = here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    return here.vouchered(to(here, person)).sanction.disbursement


def to(here: World, person: Person) -> Disbursement:
    """A draft of a grant to this person."""
    case = here.relief_case(person)
    return disbursements.create_draft(
        fund=here.fund,
        kind="relief_grant",
        title="Relief grant",
        pay_to=str(person),
        payees=[Payee(case=case, amount="20000", person=person)],
        by=here["case_officer"],
        on=DAY,
    )


def pay(here: World, request: Disbursement, number: str = "4711") -> Instrument:
    line = request.lines.get()
    return payments.issue_instrument(
        disbursement=request.pk, line=line.pk, number=number, said=said_of(line), by=here["ddo"], on=DAY
    )


def judge(here: World, outcome: str = "cleared", by: str = "second_verifier") -> None:
    hit = ScreeningHit.objects.get()
    screening.judge(hit=hit.pk, outcome=outcome, reason="Another year of birth", by=here[by])


def test_an_open_hit_holds_up_the_payment_until_it_is_cleared(here: World) -> None:
    load(here, un(FAZAL))
    request = to_listed(here)
    with pytest.raises(PayeeListed) as refused:
        pay(here, request)
    assert refused.value.status == 409 and "Fazal Rehman Sodagar (QDi.101)" in refused.value.detail
    assert not Instrument.objects.exists()
    judge(here, "confirmed")
    with pytest.raises(PayeeListed):
        pay(here, request)
    judge(here)
    assert pay(here, request).state == "issued"


def test_a_list_that_comes_after_the_voucher_holds_it_up_too(here: World) -> None:
    request = to_listed(here)
    load(here, un(FAZAL))
    with pytest.raises(PayeeListed):
        pay(here, request)
    load(here, un(BILAL, dated="2025-10-01"))
    assert pay(here, request).state == "issued"


def test_what_the_maker_cleared_is_open_for_their_request(here: World) -> None:
    load(here, un(FAZAL))
    person = here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    maker = here["quetta"]
    maker.groups.add(here["verifier"].groups.get())
    hit = ScreeningHit.objects.get()
    HitJudgement.objects.create(hit=hit, outcome="cleared", reason="Mine", judged_by=maker)
    assert not screening.in_the_way([person.pk], maker=here["case_officer"].pk)
    assert screening.in_the_way([person.pk], maker=maker.pk).get() == hit


def test_organisations_are_compared_by_name(here: World) -> None:
    load(here, un(FAZAL, entities=ENTITY))
    owed = here.obligation("50000", "fine")
    payee = Payee(
        case=owed.order.case, amount="50000", obligation=owed, payee_kind="court", payee_name="Al-Hilal Welfare Trust",
        method="challan",
    )  # fmt: skip
    request = disbursements.create_draft(
        fund=here.fund, kind="fine", title="Fine", pay_to="Court", payees=[payee], by=here["case_officer"], on=DAY
    )
    hit = ScreeningHit.objects.get()
    assert hit.office == here.office
    assert (hit.payee, hit.person, hit.occasion) == ("Al-Hilal Welfare Trust", None, "bank")
    issued = here.vouchered(request).sanction.disbursement
    with pytest.raises(PayeeListed):
        pay(here, issued)
    judge(here)
    assert pay(here, issued).state == "issued"


def test_each_office_judges_the_organisations_it_pays(here: World) -> None:
    """Another office's hit is not seen here, so it can neither be judged here nor hold this office up."""
    load(here, un(FAZAL, entities=ENTITY))
    name = "Al-Hilal Welfare Trust"
    screening.screen_payees([name], office=here.quetta_office, occasion="bank")
    owed = here.obligation("50000", "fine")
    payee = Payee(
        case=owed.order.case, amount="50000", obligation=owed, payee_kind="court", payee_name=name, method="challan"
    )
    request = disbursements.create_draft(
        fund=here.fund, kind="fine", title="Fine", pay_to="Court", payees=[payee], by=here["case_officer"], on=DAY
    )
    theirs, ours = ScreeningHit.objects.order_by("pk")
    assert (theirs.office, ours.office) == (here.quetta_office, here.office)
    issued = here.vouchered(request).sanction.disbursement
    refuses("23F28", lambda: raw_instrument(here, issued))
    screening.judge(hit=ours.pk, outcome="cleared", reason="Another trust", by=here["second_verifier"])
    assert pay(here, issued).state == "issued"
    assert screening.in_the_way([], [name], office=here.quetta_office.pk).get() == theirs


def test_a_guardian_who_takes_the_money_is_compared(here: World) -> None:
    load(here, un(FAZAL))
    guardian = here.person("Fazlur Rehman Sodagar", gender="M", relation="son")
    ward = here.person("Maryam Yaqub", is_minor=True, guardian=guardian)
    case = here.relief_case(ward)
    request = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Grant", pay_to="Guardian", by=here["case_officer"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=ward, method="guardian_order")],
    )  # fmt: skip
    issued = here.vouchered(request).sanction.disbursement
    with pytest.raises(PayeeListed):
        pay(here, issued)
    refuses("23F28", lambda: raw_instrument(here, issued))


def refuses(state: str, call: Any) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        call()
    assert error.value.__cause__.pgcode == state


def raw_instrument(here: World, request: Disbursement) -> None:
    """An instrument as only SQL would write it; the journal's row is not asked for before the commit."""
    line, voucher = request.lines.get(), request.sanction.voucher
    said, until = said_of(line), date(2025, 12, 31) if line.method in EXPIRING else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funds_instrument (fund_id, voucher_id, line_id, method, number, amount, issued_on, state, state_on,"
            " reason, issued_by_id, recorded_at, entry_id, expires_on, place, account_head, court_case, matures_on, replaces_id)"
            " VALUES (%s, %s, %s, %s, '0009999', %s, %s, 'issued', %s, '', %s, now(), 1, %s, %s, %s, %s, %s,"
            " (SELECT max(id) FROM funds_instrument WHERE line_id = %s))",
            [request.fund_id, voucher.pk, line.pk, line.method, line.amount, DAY, DAY, here["ddo"].pk, until,
             said.place, said.account_head, said.court_case, said.matures_on, line.pk],
        )  # fmt: skip


def test_the_database_issues_nothing_to_an_open_hit(here: World) -> None:
    load(here, un(FAZAL))
    request = to_listed(here)
    refuses("23F28", lambda: raw_instrument(here, request))
    judge(here, "confirmed")
    refuses("23F28", lambda: raw_instrument(here, request))
    judge(here)
    with transaction.atomic():
        raw_instrument(here, request)


def test_the_database_does_not_count_the_makers_own_clearance(here: World) -> None:
    load(here, un(FAZAL))
    person = here.person("Fazlur Rehman Sodagar", gender="M", relation="son", by=here["quetta"])
    case = here.relief_case(person)
    request = disbursements.create_draft(
        fund=here.fund, kind="relief_grant", title="Grant", pay_to="Payee", by=here["case_officer"], on=DAY,
        payees=[Payee(case=case, amount="20000", person=person)],
    )  # fmt: skip
    issued = here.vouchered(request).sanction.disbursement
    here["case_officer"].groups.add(here["verifier"].groups.get())
    hit = ScreeningHit.objects.get()
    HitJudgement.objects.create(hit=hit, outcome="cleared", reason="Mine", judged_by=here["case_officer"])
    refuses("23F28", lambda: raw_instrument(here, issued))
    with pytest.raises(PayeeListed):
        pay(here, issued)


def merged(here: World, gone: Person, kept: Person) -> None:
    first, second = sorted((gone, kept), key=lambda row: row.pk)
    pair = Pair.objects.filter(first=first, second=second).first() or Pair.objects.create(
        first=first, second=second, score=80, basis="x"
    )
    merging.merge(pair=pair.pk, keep=kept.pk, reason="One card", by=here["verifier"])


def test_a_hit_on_a_merged_record_holds_up_who_stands_for_it(here: World) -> None:
    load(here, un(FAZAL))
    listed = here.person("Fazlur Rehman Sodagar", gender="M", relation="son", cnic=None)
    kept = here.person("Gul Wazir", gender="M", relation="son")
    merged(here, listed, kept)
    request = here.vouchered(to(here, kept)).sanction.disbursement
    refuses("23F28", lambda: raw_instrument(here, request))
    with pytest.raises(PayeeListed):
        pay(here, request)
    judge(here)
    with transaction.atomic():
        raw_instrument(here, request)


def test_a_payee_merged_after_a_failed_cheque_is_held_up_by_the_other_record(here: World) -> None:
    """What was signed names the record of its day; the list may know the human being by another."""
    person = here.person("Gul Wazir", gender="M", relation="son", cnic=None)
    request = here.vouchered(to(here, person)).sanction.disbursement
    failed = pay(here, request)
    merged(here, person, here.person("Fazlur Rehman Sodagar", gender="M", relation="son"))
    payments.fail_instrument(instrument=failed.pk, state="returned", reason="Account closed", by=here["ddo"], on=DAY)
    here.destroyed(failed)
    load(here, un(FAZAL))
    request.refresh_from_db()
    refuses("23F28", lambda: raw_instrument(here, request))
    with pytest.raises(PayeeListed):
        pay(here, request, "4712")


def test_a_list_is_compared_with_merged_records_too(here: World) -> None:
    gone = here.person("Fazlur Rehman Sodagar", gender="M", relation="son", cnic=None)
    kept = here.person("Gul Wazir", gender="M", relation="son")
    merged(here, gone, kept)
    load(here, un(FAZAL))
    assert ScreeningHit.objects.get().person == gone
    assert screening.in_the_way([kept.pk]).get().person == gone
    for address in (kept.get_absolute_url(), here.relief_case(kept).get_absolute_url()):
        assert "Fazal Rehman Sodagar" in words(as_(here["verifier"]).get(address))


def test_the_page_says_why_and_keeps_what_it_found(here: World) -> None:
    """What is found by the payment itself stays in the queue although the payment is refused."""
    request = to_listed(here)
    load(here, un(FAZAL))
    client = as_(here["ddo"])
    page = words(client.get(reverse("disbursement", args=[request.pk])))
    assert "looks like a party of the watch list" in page
    line = request.lines.get()
    answer = client.post(reverse("instrument_issue", args=[request.pk]), {f"number-{line.pk}": "4711"})
    assert answer.status_code == 409 and "The watch list holds up this payment" in words(answer)
    assert ScreeningHit.objects.count() == 1
