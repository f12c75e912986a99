"""Papers as JSON and back: the database keeps this snapshot, and the PDF is drawn from nothing else."""

import dataclasses
import types
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Paper = TypeVar("Paper")


class SnapshotError(ValueError):
    """A stored snapshot does not have the shape of the paper it should be; `where` is the path of the bad value."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where


def to_json(paper: object) -> dict[str, Any]:
    """The paper as plain JSON values: amounts as decimal strings, tuples as lists."""
    if not dataclasses.is_dataclass(paper) or isinstance(paper, type):
        raise TypeError(f"{paper!r} is not a paper")
    return {field.name: _plain(getattr(paper, field.name)) for field in dataclasses.fields(paper)}


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return to_json(value)
    return value


def from_json(kind: type[Paper], data: object) -> Paper:
    """The paper of this kind that `data` describes. Raises: SnapshotError for a missing, unknown or mistyped value."""
    return _record(kind, data, kind.__name__)


def _record(kind: type[Paper], data: object, where: str) -> Paper:
    if not isinstance(data, dict):
        raise SnapshotError(where, f"expected an object, found {type(data).__name__}")
    hints = get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise SnapshotError(where, f"unknown values {unknown}")
    values = {name: _value(hints[name], data[name], f"{where}.{name}") for name in hints if name in data}
    try:
        return kind(**values)
    except TypeError as error:
        raise SnapshotError(where, str(error)) from error


def _value(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin is types.UnionType:
        inner = next(option for option in get_args(hint) if option is not type(None))
        return None if value is None else _value(inner, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise SnapshotError(where, "expected a list")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint, value, where)
    if hint is Decimal:
        return _amount(value, where)
    if type(value) is not hint:
        raise SnapshotError(where, f"expected {hint.__name__}, found {type(value).__name__}")
    return value


def _amount(value: Any, where: str) -> Decimal:
    if not isinstance(value, str):
        raise SnapshotError(where, "an amount is kept as a decimal string")
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise SnapshotError(where, f"{value!r} is not an amount") from error
    if not amount.is_finite():
        raise SnapshotError(where, f"{value!r} is not an amount")
    return amount
