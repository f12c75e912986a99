"""The request for sanction: one Disbursement, one chain, one or many payee lines."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

from beneficiaries.identity import masked_cnic, masked_iban
from beneficiaries.private.sealed import SealedField, ValueIndex, new_salt, sealed_check
from beneficiaries.rules.case_rules import not_merged
from funds.models.fund import Fund, PaymentKind
from funds.rules import chain_rules, claim_rules, duty_rules, eligibility_rules, request_rules
from funds.workflow import State
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.ruling import Rule


class Disbursement(models.Model):
    """A request to pay `amount` rupees, the sum of its lines. Only `workflow.py` says how `state` may move."""

    number = models.CharField(max_length=32, unique=True)
    serial = models.PositiveIntegerField()
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="disbursements")
    year = models.ForeignKey("ledger.FiscalYear", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("beneficiaries.Office", on_delete=models.PROTECT, related_name="disbursements")
    kind = models.CharField(max_length=16, choices=PaymentKind.choices)
    title = models.CharField(max_length=160)
    pay_to = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    amount = AmountField()
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafted")
    drafted_on = models.DateField()
    key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    submission = models.PositiveSmallIntegerField("times submitted", default=0)
    position = models.PositiveSmallIntegerField("step that waits", default=0)
    waiting_since = models.DateField(null=True, blank=True)
    digest = models.CharField("digest of the content", max_length=64, blank=True)
    salt = SealedField(kind="salt", default=new_salt, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    history = records()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "position"], name="disbursement_waiting"),
            models.Index(fields=["fund", "-id"], name="disbursement_by_fund"),
        ]
        constraints = [
            amount_check("amount", name="disbursement_amount_in_range"),
            sealed_check("salt", name="disbursement_salt_is_sealed"),
            models.UniqueConstraint(fields=["fund", "year", "serial"], name="disbursement_serial_once"),
        ]
        triggers = [
            Rule(
                name="legal_moves",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=request_rules.legal_moves(),
            ),
            Rule(
                name="papers_are_in",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("lacking", "text")],
                func=request_rules.PAPERS_ARE_IN,
            ),
            *(
                Rule(
                    name=name,
                    operation=pgtrigger.Update,
                    when=pgtrigger.Before,
                    declare=[("lacking", "text")],
                    func=func,
                )
                for name, func in (
                    ("diyat_has_its_order", claim_rules.DIYAT_HAS_ITS_ORDER),
                    ("help_is_explained", claim_rules.HELP_IS_EXPLAINED),
                    ("owed_when_moved", claim_rules.OWED_WHEN_MOVED),
                    ("within_ceiling", claim_rules.WITHIN_CEILING),
                )
            ),
            Rule(
                name="closes_with_release",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=request_rules.CLOSES_WITH_RELEASE,
            ),
            Rule(
                name="rules_are_met",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("lacking", "text"), ("of_case", "bigint")],
                func=eligibility_rules.RULES_ARE_MET,
            ),
            Rule(
                name="chain_of_its_rule",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("chosen", "funds_chosenrule%ROWTYPE")],
                func=chain_rules.CHAIN_OF_ITS_RULE,
            ),
            Rule(
                name="starts_as_draft",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=request_rules.STARTS_AS_DRAFT,
            ),
            request_rules.no_delete(),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("disbursement", args=[self.pk])


class PayeeLine(models.Model):
    """One payee and one amount. Frozen with the request: it changes only while the request is a draft or returned."""

    class PayeeKind(models.TextChoices):
        PERSON = "person", "Person"
        COURT = "court", "Court"
        JAIL = "jail", "Jail (DDO)"
        TREASURY = "treasury", "Treasury"

    class Method(models.TextChoices):
        CHEQUE = "cheque", "Cheque"
        TRANSFER = "transfer", "Bank transfer"
        PAY_ORDER = "pay_order", "Pay order"
        CHALLAN = "challan", "Treasury challan"
        COURT_DEPOSIT = "court_deposit", "Deposit in court"
        CERTIFICATE = "certificate", "Savings certificate"
        GUARDIAN_ORDER = "guardian_order", "Guardian by court order"

    # How the share of a minor, or of an heir of unsound mind, may be paid: never in hand.
    SAFE = (Method.CERTIFICATE, Method.COURT_DEPOSIT, Method.GUARDIAN_ORDER)

    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    case = models.ForeignKey("beneficiaries.Case", on_delete=models.PROTECT, related_name="payee_lines")
    obligation = models.ForeignKey(
        "beneficiaries.Obligation", on_delete=models.PROTECT, null=True, blank=True, related_name="payee_lines"
    )
    heir = models.ForeignKey(
        "beneficiaries.Heir", on_delete=models.PROTECT, null=True, blank=True, related_name="payee_lines"
    )
    person = models.ForeignKey(
        "beneficiaries.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="payee_lines"
    )
    payee_kind = models.CharField(max_length=10, choices=PayeeKind.choices, default=PayeeKind.PERSON)
    payee_name = models.CharField(max_length=120)
    payee_relation = models.CharField("father's or husband's name, or office", max_length=160, blank=True)
    cnic = SealedField("CNIC", kind="cnic", blank=True)
    method = models.CharField(max_length=16, choices=Method.choices)
    iban = SealedField("IBAN", kind="iban", blank=True)
    account_title = models.CharField(max_length=120, blank=True)
    share = models.CharField(max_length=24, blank=True)
    amount = AmountField()

    history = records()

    class Meta:
        ordering = ["disbursement_id", "position"]
        # Whether an officer is a payee is asked of every request that waits, on every page.
        indexes = [models.Index("disbursement", ValueIndex("cnic"), name="payee_line_by_cnic")]
        constraints = [
            amount_check("amount", name="payee_line_amount_in_range"),
            models.UniqueConstraint(fields=["disbursement", "position"], name="payee_line_position_once"),
            models.CheckConstraint(
                condition=~models.Q(payee_kind="person") | models.Q(person__isnull=False), name="payee_person_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(method="transfer") | ~models.Q(iban=""), name="transfer_needs_an_iban"
            ),
            sealed_check("cnic", name="payee_cnic_is_sealed"),
            sealed_check("iban", name="payee_iban_is_sealed"),
        ]
        triggers = [
            not_merged("person_id"),
            Rule(
                name="frozen_with_request",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("request", "funds_disbursement%ROWTYPE"), ("same", "funds_payeeline%ROWTYPE")],
                func=request_rules.FROZEN_WITH_REQUEST,
            ),
            Rule(
                name="not_staff",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=duty_rules.NOT_STAFF,
            ),
            Rule(
                name="heir_is_cared_for",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=request_rules.HEIR_IS_CARED_FOR,
            ),
            Rule(
                name="asked_once",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("owed", "beneficiaries_obligation%ROWTYPE"), ("asked", "numeric")],
                func=claim_rules.ASKED_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee_name} {self.amount}"

    @property
    def party(self) -> str:
        """How the journal names this line on payable and instrument lines."""
        return f"line:{self.pk}"

    @property
    def masked_cnic(self) -> str:
        return masked_cnic(self.cnic)

    @property
    def masked_iban(self) -> str:
        return masked_iban(self.iban)
