"""A column of private values: clear in Python, sealed in the database, compared by index and by nothing else."""

import secrets
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.lookups import FieldGetDbPrepValueMixin, Lookup

from beneficiaries.private.vault import SEALED, is_sealed, keyring

_INDEX = "split_part({}, '.', 3)"
DIFFERS = "split_part(t.{0}, '.', 3) IS DISTINCT FROM split_part(h.{0}, '.', 3)"


def new_salt() -> str:
    """Goes into a digest beside private values, and is sealed itself: else they could be found by trying all of them."""
    return secrets.token_hex(16)


class SealedField(models.TextField):
    """Text that is sealed on its way into the database and opened on its way out; None and '' stay as they are.

    `kind` names what it is ("cnic"): values of one kind compare with each other, also across tables. Only equality can be
    asked for: `exact`, `in` and `isnull`.
    """

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"kind": self.kind}

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        if not text:
            return text
        assert not is_sealed(text), "the value is sealed already"
        return keyring().seal(self.kind, text)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return keyring().open(self.kind, value) if value else value

    def index_of(self, value: Any) -> Any:
        """What the database compares; '' stays '', which no sealed value has."""
        return keyring().index(self.kind, str(value)) if value else value

    def seal_bytes(self, value: bytes) -> bytes:
        """For columns of bytes, which are sealed by hand."""
        return keyring().seal_bytes(self.kind, value).encode()

    def open_bytes(self, stored: bytes) -> bytes:
        return keyring().open_bytes(self.kind, stored.decode())

    def get_lookup(self, lookup_name: str) -> Any:
        # None makes Django say that this field does not support the lookup.
        return _LOOKUPS.get(lookup_name)


class _ByIndex(FieldGetDbPrepValueMixin, Lookup):
    """Compares indexes; the other side is a clear value, or another sealed column."""

    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        return "%s", (self._index(value),)

    def _index(self, value: Any) -> Any:
        field = self.lhs.output_field
        assert isinstance(field, SealedField)
        return field.index_of(value)

    def process_lhs(self, compiler: Any, connection: Any, lhs: Expression | None = None) -> Any:
        text, values = super().process_lhs(compiler, connection, lhs)
        return _INDEX.format(text), values


class _Exact(_ByIndex):
    lookup_name = "exact"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        if not self.rhs_is_direct_value():
            right = _INDEX.format(right)
        return f"{left} = {right}", [*left_values, *right_values]


class _In(_ByIndex):
    lookup_name = "in"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        assert self.rhs_is_direct_value(), "give the values, or join by the column"
        left, values = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*values, [self._index(value) for value in self.rhs if value is not None]]


_LOOKUPS = {"exact": _Exact, "in": _In, "isnull": models.lookups.IsNull}


def same_value(one: str, other: str) -> str:
    """SQL: whether two sealed columns hold the same value."""
    return f"{_INDEX.format(one)} = {_INDEX.format(other)}"


def differs(one: str, other: str) -> str:
    """SQL: whether two sealed columns hold different values, or one of them none."""
    return f"{_INDEX.format(one)} IS DISTINCT FROM {_INDEX.format(other)}"


class ValueIndex(models.Func):
    """The index inside a sealed column, for constraints: `UniqueConstraint(ValueIndex("cnic"), name=...)`."""

    template = "split_part(%(expressions)s, '.', 3)"
    arity = 1
    output_field = models.CharField()


class IsSealed(models.Func):
    """Whether a column holds nothing or a sealed value, as far as the database can tell without keys."""

    template = "(%(expressions)s = '' OR %(expressions)s ~ '^(" + SEALED + ")$')"
    arity = 1
    output_field = models.BooleanField()


def sealed_check(field: str, *, name: str) -> models.CheckConstraint:
    """The database refuses clear text in the column."""
    return models.CheckConstraint(condition=IsSealed(models.F(field)), name=name)
