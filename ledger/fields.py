"""Column types the ledger needs and Django lacks: amounts never rounded on the way in, sums in paisa, a transaction id."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Round
from djmoney.models.fields import MoneyField

from ledger.money import CEILING

# Digits of CEILING: thirteen for rupees, two for paisa.
_WIDTH = {"max_digits": 15, "decimal_places": 2}


class AmountField(models.DecimalField):
    """Decimal rupees outside the journal, where the fund's book says the currency. Use it together with amount_check.

    `numeric(15,2)` would round 0.005 to 0.01 before any check could see it; plain `numeric` keeps what was given.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_WIDTH | kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


class RupeesMoneyField(MoneyField):
    """The same as Money, its currency in a second column: for the journal's lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **_WIDTH | {"default_currency": "PKR"} | kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


def amount_check(field: str, *, name: str, zero: bool = False) -> models.CheckConstraint:
    """The database keeps `field` finite, above zero (or zero), at most CEILING and in whole paisa (I10).

    NaN and infinity count as above the ceiling.
    """
    lower = {f"{field}__gte" if zero else f"{field}__gt": 0}
    exact = models.Q(**{field: Round(field, 2)})
    return models.CheckConstraint(condition=models.Q(**lower, **{f"{field}__lte": CEILING}) & exact, name=name)


class PaisaField(models.BigIntegerField):
    """Decimal rupees kept as whole paisa, for stored sums: adding bigints takes the database half the time of numerics.

    Nothing but whole paisa fits; above 92,23,37,20,36,85,47,758.07 rupees PostgreSQL answers 22003 instead of adding wrongly.
    """

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else int(Decimal(value).scaleb(2))


class XidField(models.Field):
    """The transaction that wrote a row (xid8, 64 bits, never reused within a cluster)."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> int | None:
        return None if value is None else int(value)
