"""What law or policy fixes and may change: dated rows from the pack, each with its source and whether that was verified."""

from django.conf import settings
from django.db import models

from beneficiaries.models.cases import ReliefCase
from ledger.fields import AmountField, amount_check
from ledger.history import records
from ledger.roles import Role


class Dated(models.Model):
    """A value in force from one day to another, both included. Of several the one that began last counts."""

    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField("rule it follows from", max_length=300)
    verified = models.BooleanField("compared with the rule's own text", default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_to=None) | models.Q(effective_to__gte=models.F("effective_from")),
                name="%(class)s_dates_in_order",
            )
        ]


class ViolationCeiling(Dated):
    """The most that relief grants may give for one case of a kind of violation, in rupees."""

    violation = models.CharField(max_length=16, choices=ReliefCase.Violation.choices)
    amount = AmountField()

    history = records()

    class Meta(Dated.Meta):
        ordering = ["violation", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            amount_check("amount", name="ceiling_in_range"),
            models.UniqueConstraint(fields=["violation", "effective_from"], name="ceiling_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_violation_display()}: {self.amount}"


class Limit(Dated):
    """One number that law or policy fixes."""

    class Code(models.TextChoices):
        EARLIER_HELP = "earlier_help_years", "Years in which other help needs a reason"
        LOAN_CHARGE = "loan_charge_percent", "Highest charge on a soft loan, per cent"
        INSTALMENTS = "instalment_years", "Longest time for instalments, years"
        PASSWORD_ABOVE = "password_above_amount", "Sanctions above this amount ask for the password again, rupees"
        COOLING = "account_cooling_days", "Working days before a changed account is paid into"
        SPLITTING = "splitting_days", "Days in which payments to one household are added up"

    code = models.CharField(max_length=24, choices=Code.choices)
    value = models.DecimalField(max_digits=15, decimal_places=2)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["code", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=models.Q(value__gte=0), name="limit_not_negative"),
            models.UniqueConstraint(fields=["code", "effective_from"], name="limit_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.value}"


class IncompatibleRoles(Dated):
    """Two roles that one person may not hold together while the row is in force."""

    first = models.CharField(max_length=16, choices=Role.choices)
    second = models.CharField(max_length=16, choices=Role.choices)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["first", "second", "effective_from"]
        verbose_name_plural = "incompatible roles"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="incompatible_roles_are_two"),
            models.UniqueConstraint(fields=["first", "second", "effective_from"], name="incompatible_once_from_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_first_display()} and {self.get_second_display().lower()}"


class DiyatValue(models.Model):
    """The value of 30,630 grams of silver for one fiscal year, in rupees, as the Federal Government notified it (PPC s.323).

    `exact` is false where only a rounded figure was found. A year without a row was not notified yet, or not found.
    """

    year = models.CharField("fiscal year", max_length=7, unique=True)
    amount = AmountField()
    exact = models.BooleanField(default=True)
    notification = models.CharField("notification number", max_length=60, blank=True)
    notified_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    file_sha256 = models.CharField("SHA-256 of the notification", max_length=64, blank=True)
    file_type = models.CharField(max_length=16, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    history = records()

    class Meta:
        ordering = ["year"]
        constraints = [
            amount_check("amount", name="diyat_value_in_range"),
            models.CheckConstraint(
                condition=models.Q(year__regex=r"^[0-9]{4}-[0-9]{2}$"), name="diyat_value_of_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(file_sha256="", file_type="")
                | models.Q(file_sha256__regex=r"^[0-9a-f]{64}$") & ~models.Q(file_type=""),
                name="diyat_value_file_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"
