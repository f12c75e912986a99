"""Evidence of income and residence: the latest answers, a paper of the person's own cases may show it, no row changes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.models import MeansEvidence
from beneficiaries.screened import means
from ledger.errors import BadInput, NotAllowed, NotFound
from tests.world import DAY, World

pytestmark = pytest.mark.once


def test_the_evidence_of_the_latest_day_answers(w: World) -> None:
    person, by = w.person(), w["case_officer"]
    for amount, day in (("30000", DAY), ("20000", date(2025, 1, 1)), ("0", date(2024, 1, 1))):
        means.record_income(person=person.pk, monthly_income=amount, source="Certificate", by=by, shown_on=day)
    assert means.latest({person.pk: person.pk})[person.pk]["income"].monthly_income == 30000
    assert MeansEvidence.objects.count() == 3


def test_only_a_case_officer_of_the_office_records_it(w: World) -> None:
    person = w.person()
    given = {"person": person.pk, "monthly_income": "1", "source": "Certificate"}
    with pytest.raises(NotAllowed):
        means.record_income(**given, by=w["verifier"])
    with pytest.raises(NotFound):
        means.record_income(**given, by=w["quetta"])


def test_a_paper_is_of_a_case_of_the_person(w: World) -> None:
    case, other = w.relief_case(), w.relief_case()
    mine, theirs = case.papers.get(), other.papers.get()
    given = {"person": case.person_id, "monthly_income": "1", "source": "Certificate", "by": w["case_officer"]}
    assert means.record_income(**given, paper=mine.pk).paper == mine
    with pytest.raises(BadInput):
        means.record_income(**given, paper=theirs.pk)
    values = {"person": case.person, "what": "income", "monthly_income": 1, "shown_on": DAY, "source": "x"}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        MeansEvidence.objects.create(**values, recorded_by=w["case_officer"], paper=theirs)
    assert error.value.__cause__.pgcode == "23B30"
