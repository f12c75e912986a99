"""The pages of what is owed: from the forms, what a case shows, and what is told to whom."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from beneficiaries.casework import readiness
from beneficiaries.models import CeilingPermit, DiyatValue, HelpReason, Limit, Obligation, ReliefCase, ViolationCeiling
from beneficiaries.offices import policies
from beneficiaries.papers import store
from config.pack import read_pack
from config.pack_loading import load_places
from ledger.clock import today
from tests.beneficiaries.papers import samples
from tests.funds.pages import words
from tests.world import DAY, START, World

pytestmark = pytest.mark.once

Browse = Callable[[str], Client]


def test_a_sum_with_payments_by_others_instalments_and_a_loan_from_the_forms(w: World, browse: Browse) -> None:
    order, client = w.obligation().order, browse("case_officer")
    page = order.case.get_absolute_url()
    sent = {
        "kind": "fine",
        "section": "s.324 PPC",
        "amount_ordered": "90,000",
        "default_days": "90",
        "owed_to": "the State",
    }
    assert client.post(f"/orders/{order.pk}/obligations/new", sent).status_code == 303
    fine = Obligation.objects.get(kind="fine")
    paid = {"amount": "30,000", "paid_on": "2025-09-26", "payer": "Government of Punjab", "receipt": "CD 4"}
    assert client.post(f"/obligations/{fine.pk}/paid-before", paid).status_code == 303
    wrong = client.post(f"/obligations/{fine.pk}/paid-before", paid | {"amount": "60,001"})
    assert wrong.status_code == 422 and "more than others left to pay" in words(wrong)
    assert (
        client.post(
            f"/obligations/{fine.pk}/instalments", {"decided_on": "2025-09-26", "reference": "Order 9"}
        ).status_code
        == 422
    )
    lines = {"decided_on": "2025-09-26", "reference": "Order 9", "lines": "2025-10-01 20,000\nsoon 40,000"}
    assert "does not begin with a day" in words(client.post(f"/obligations/{fine.pk}/instalments", lines))
    lines["lines"] = "2025-10-01 20,000\n2025-11-01 40,000"
    assert client.post(f"/obligations/{fine.pk}/instalments", lines).status_code == 303
    loan = {"amount": "5,000", "agreed_on": "2025-09-26", "first_due_on": "2025-11-01", "months": "5", "reference": "L 1",
            "obligation": fine.pk}  # fmt: skip
    assert client.post(f"/cases/{order.case_id}/loan", loan).status_code == 303
    text = words(client.get(page))
    assert "90 days in default, 60 left by what was paid" in text
    assert "Instalments" in text and "Late" in text and "Soft loan" in text and "Rs 5,000.00" in text
    strike = fine.prior_payments.get().pk
    assert client.post(f"/paid-before/{strike}/strike", {"reason": "Another man's"}).status_code == 303
    assert "Another man's" in words(browse("auditor").get(f"/obligations/{fine.pk}/paid-before"))


def test_a_surety_is_found_by_name_and_nothing_is_due(w: World, browse: Browse) -> None:
    order, client, uncle = w.obligation().order, browse("case_officer"), w.person("Ghulam Jalib")
    sent = {"kind": "surety_bond", "amount_ordered": "2,00,000", "surety_text": "Ghulam Jalib"}
    assert client.post(f"/orders/{order.pk}/obligations/new", sent | {"find": "1"}).status_code == 200
    assert client.post(f"/orders/{order.pk}/obligations/new", sent).status_code == 303
    assert Obligation.objects.get(kind="surety_bond").surety == uncle
    text = words(client.get(order.case.get_absolute_url()))
    assert "contingent, never paid from here" in text and "nothing due" in text
    joint = {"total": "90,00,001", "convicts": "2", "owed_to": "The heirs of Yaqub"}
    assert client.post(f"/orders/{order.pk}/joint", joint).status_code == 303
    assert "part 1 of 2 of 90,00,001.00, owed together" in words(client.get(order.case.get_absolute_url()))


def test_the_checklist_leads_to_where_each_line_is_mended(w: World, browse: Browse) -> None:
    ViolationCeiling.objects.create(violation="torture", amount="15000", effective_from=START, source="Default")
    case, client = w.bare_case(), browse("case_officer")
    text = client.get(case.get_absolute_url()).content.decode()
    assert f"/cases/{case.pk}/papers/new?kind=application" in text and f"/cases/{case.pk}/correct" in text
    assert f"/cases/{case.pk}/ceiling" not in text  # an officer cannot permit it
    boss = browse("approver")
    assert f"/cases/{case.pk}/ceiling" in boss.get(case.get_absolute_url()).content.decode()
    assert boss.post(f"/cases/{case.pk}/ceiling", {"up_to": "20,000", "reason": "Three children"}).status_code == 303
    assert CeilingPermit.objects.get().permitted_by == w["approver"]
    facts = {"violation": "torture", "happened_on": "2025-06-01", "district": w.district.pk, "referral": "helpline",
             "referral_reference": "1099/5", "recommended_amount": "20,000", "report": "Seen", "police_station": "Saddar",
             "fir_number": "68", "fir_year": "2025"}  # fmt: skip
    assert client.post(f"/cases/{case.pk}/correct", facts).status_code == 422  # no reason
    assert client.post(f"/cases/{case.pk}/correct", facts | {"reason": "Read again"}).status_code == 303
    w.paper(case)
    case = ReliefCase.objects.get().case
    assert readiness.missing(readiness.points(case, on=today())) == []
    text = words(client.get(case.get_absolute_url()))
    assert "The facts are recorded" in text and "by leave of" in text


def test_other_help_is_explained_on_its_page_and_shown_at_drafting(w: World, browse: Browse) -> None:
    Limit.objects.create(code="earlier_help_years", value=5, effective_from=START, source="Default")
    person = w.person("Gul Bibi", by=w["quetta"])
    mine = w.relief_case(person, by=w["quetta"])
    first = w.draft()
    theirs = w.relief_case(person)
    line = first.lines.get()
    named = {"payee_name": person.name, "payee_relation": f"{person.get_relation_display()} {person.relative_name}"}
    type(line).objects.filter(pk=line.pk).update(case=theirs, person=person, cnic=person.cnic or "", **named)
    w.submitted(first)
    client = browse("quetta")
    text = words(client.get(f"/cases/{mine.pk}/help"))
    assert "TEST" in text and "20,000.00" in text and first.number not in text and "of another office" in text
    assert "Other help needs a reason" in words(client.get(mine.get_absolute_url()))
    assert browse("verifier").post(f"/cases/{mine.pk}/help", {"reason": "Mine"}).status_code == 403
    assert client.post(f"/cases/{mine.pk}/help", {"reason": "Another loss"}).status_code == 303
    assert HelpReason.objects.get().reason == "Another loss"
    text = words(client.get(mine.get_absolute_url()))
    assert "Helped before, with a reason" in text


def test_a_case_is_set_aside_from_its_page(w: World, browse: Browse) -> None:
    case, client = w.bare_case(), browse("case_officer")
    assert client.post(f"/cases/{case.pk}/set-aside", {"reason": "Opened twice"}).status_code == 303
    text = words(client.get(case.get_absolute_url()))
    assert "Set aside on" in text and "Ask for money" not in text
    assert client.post(f"/cases/{case.pk}/set-aside", {"reason": "Again"}).status_code == 409


def test_values_are_shown_with_their_state_and_recorded_with_their_file(w: World, browse: Browse) -> None:
    DiyatValue.objects.create(year="2021-22", amount="4261000", exact=False, source="Rounded")
    client = browse("fund_manager")
    text = words(client.get("/diyat-values/"))
    assert (
        "about 42,61,000.00" in text
        and "Rounded only" in text
        and "Not on record" in text
        and "Not yet notified" in text
    )
    sent = {"year": "2021-22", "amount": "42,61,234", "notification": "S.R.O. 9(I)/2021", "notified_on": "2021-08-20",
            "source": "Gazette", "file": SimpleUploadedFile("sro.pdf", samples.pdf("S.R.O."))}  # fmt: skip
    assert client.post("/diyat-values/new", sent).status_code == 303
    row = DiyatValue.objects.get()
    answer = browse("auditor").get(f"/diyat-values/{row.pk}/file")
    assert (
        answer.content == samples.pdf("S.R.O.")
        and answer["Content-Disposition"] == 'attachment; filename="diyat-value-2021-22.pdf"'
    )
    store.place(row.file_sha256).write_bytes(b"%PDF-1.4 another")
    assert browse("auditor").get(f"/diyat-values/{row.pk}/file").status_code == 409
    bad = client.post("/diyat-values/new", sent | {"file": SimpleUploadedFile("x.pdf", b"<html>"), "year": "2020-21"})
    assert bad.status_code == 422 and DiyatValue.objects.count() == 1
    office = w.quetta_office
    w["fund_manager"].officer.office = office
    w["fund_manager"].officer.save()
    assert client.post("/diyat-values/new", sent | {"file": ""}).status_code == 403


@pytest.mark.django_db
def test_the_packs_policies_hold_on_their_days() -> None:
    from django.conf import settings

    pack = read_pack(settings.PACK_DIR)
    load_places(pack)
    assert policies.ceiling_of("torture", on=date(2019, 7, 1)).amount == 20_000  # type: ignore[union-attr]
    assert policies.ceiling_of("torture", on=DAY).amount == 50_000  # type: ignore[union-attr]
    assert policies.limit("loan_charge_percent", on=date(2020, 1, 1)) is None
    assert policies.limit("instalment_years", on=DAY).value == 5  # type: ignore[union-attr]
    last, first, early, now = date(2025, 6, 30), date(2025, 7, 1), date(2019, 3, 14), today()
    found = policies.values_on([last, first, early, now])
    assert (found[last].amount, found[first].amount) == (8_103_955, 9_828_670)
    assert found[early].state == policies.NOT_FOUND
    assert found[now].state in (policies.NOT_YET, policies.NOTIFIED)
    assert (
        not ViolationCeiling.objects.filter(verified=True).exists() and not Limit.objects.filter(verified=True).exists()
    )
    assert not {"ceilings", "limits", "diyat_values"} & set(load_places(pack))
