"""One mutant, and how a declared rule becomes one by other words."""

from dataclasses import dataclass

from django.db.models import Model

from ledger.ruling import rules


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` in the function's text becomes `new`; without `old` the trigger is switched off."""

    name: str
    app: str
    table: str
    trigger: str
    function: str
    old: str = ""
    new: str = ""


def changed(model: type[Model], name: str, what: str, old: str, new: str) -> Mutant:
    """The rule of this name of the model with one condition changed."""
    rule = next(rule for of, rule in rules() if of is model and rule.name == name)
    return Mutant(f"{model._meta.label}: {what}", "funds", model._meta.db_table, "", rule.get_pgid(model), old, new)
