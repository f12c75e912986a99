"""Messages to payees: the texts, what was written to whom about which act, and what became of each."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from beneficiaries.identity import masked_phone
from beneficiaries.models import Person
from beneficiaries.models.contact import Language
from beneficiaries.models.policy import Dated
from beneficiaries.private.sealed import SealedField, sealed_check
from funds.models.bank import Instrument
from funds.models.disbursement import Disbursement, PayeeLine
from funds.models.jobs import Job
from funds.rules import message_rules
from ledger.history import records
from ledger.models.guards import never_removed
from ledger.ruling import Rule, append_only


class Occasion(models.TextChoices):
    SANCTION = "sanction", "Sanctioned"
    PAYMENT = "payment", "Paid out"
    RETURN = "return", "Payment failed"


class MessageText(Dated):
    """What a payee is told on an occasion, in one language. Dated, from the pack; `{amount}` and `{reference}` stand for
    rupees and the request's number, and a text can name nothing else."""

    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.CharField(max_length=300)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["occasion", "language", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["occasion", "language", "effective_from"], name="message_text_once_from_a_day"
            ),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}, {self.get_language_display()}"


class Message(models.Model):
    """One message about one act to who gets the money, or to the guardian. `key` is the gateway's, so that it sends it once.

    Where nothing can or may be sent, `unsent` says so and there is no address.
    """

    class Unsent(models.TextChoices):
        NO_ADDRESS = "no_address", "No telephone"
        NO_CONTACT = "no_contact", "Not to be contacted"

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="messages")
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="messages")
    line = models.ForeignKey(PayeeLine, on_delete=models.PROTECT, related_name="messages")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, related_name="messages")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.CharField(max_length=400)
    version = models.ForeignKey(MessageText, on_delete=models.PROTECT, related_name="+")
    phone = SealedField(kind="phone", blank=True)
    unsent = models.CharField(max_length=10, choices=Unsent.choices, blank=True)
    key = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            sealed_check("phone", name="message_phone_is_sealed"),
            models.CheckConstraint(
                condition=Q(phone="") & ~Q(unsent="") | ~Q(phone="") & Q(unsent=""), name="message_sent_or_why_not"
            ),
            models.CheckConstraint(
                condition=Q(occasion="sanction", instrument=None)
                | ~Q(occasion="sanction") & Q(instrument__isnull=False),
                name="message_names_its_payment",
            ),
        ]
        triggers = [
            append_only(),
            Rule(
                name="message_is_due",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[
                    ("line", "funds_payeeline%ROWTYPE"),
                    ("paid", "funds_instrument%ROWTYPE"),
                    ("people", "bigint[]"),
                ],
                func=message_rules.MESSAGE_IS_DUE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}, {self.line.payee_name}"

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class MessageEvent(models.Model):
    """What became of a message, one after the other: it is begun before the gateway is called, so that a call whose end nobody
    saw is known."""

    class What(models.TextChoices):
        BEGUN = "begun", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        REFUSED = "refused", "Refused by the gateway"
        UNKNOWN = "unknown", "Not known whether it went out"
        WITHHELD = "withheld", "Held back: not to be contacted"
        AGAIN = "again", "Told anew"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    serial = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    reference = models.CharField("the gateway's number", max_length=120, blank=True)
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["message", "serial"]
        constraints = [models.UniqueConstraint(fields=["message", "serial"], name="message_event_once")]
        triggers = [
            append_only(),
            Rule(
                name="event_follows",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("last", "funds_messageevent%ROWTYPE"), ("never", "text")],
                func=message_rules.EVENT_FOLLOWS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.at:%-d %b %Y}"
