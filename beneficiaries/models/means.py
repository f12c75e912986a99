"""What a person has to live on and where, as evidence showed it. A later row replaces an earlier one; both stay."""

import pgtrigger
from django.conf import settings
from django.db import models

from beneficiaries.models.papers import Paper, Trace
from beneficiaries.models.people import Person
from beneficiaries.models.places import Province
from beneficiaries.rules.case_rules import not_merged
from beneficiaries.rules.screening_rules import PAPER_IS_OF_THE_PERSON
from ledger.fields import AmountField, amount_check
from ledger.ruling import Rule, append_only


class MeansEvidence(Trace):
    """Income of the household in rupees a month, or residence in a province since a day, and what showed it."""

    class What(models.TextChoices):
        INCOME = "income", "Income"
        RESIDENCE = "residence", "Residence"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="means")
    what = models.CharField(max_length=10, choices=What.choices)
    monthly_income = AmountField("income of the household a month", null=True, blank=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resident_since = models.DateField(null=True, blank=True)
    shown_on = models.DateField("day of the evidence")
    source = models.CharField("what showed it", max_length=160)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="means")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            amount_check("monthly_income", name="monthly_income_in_range", zero=True),
            models.CheckConstraint(
                condition=models.Q(
                    what="income", monthly_income__isnull=False, province__isnull=True, resident_since__isnull=True
                )
                | models.Q(
                    what="residence",
                    monthly_income__isnull=True,
                    province__isnull=False,
                    resident_since__isnull=False,
                    resident_since__lte=models.F("shown_on"),
                ),
                name="means_say_one_thing",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="means_name_their_source"),
        ]
        triggers = [
            append_only(),
            not_merged("person_id"),
            Rule(
                name="paper_is_of_the_person",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=PAPER_IS_OF_THE_PERSON,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} of {self.person}, {self.shown_on}"
