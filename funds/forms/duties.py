"""The form of a declared conflict of interest."""

from collections.abc import Sequence
from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from funds.chain import grounds
from funds.forms.shared import remarks
from funds.models import DecisionGround


class ConflictEndForm(PageForm):
    layout = (("reason",),)
    reason = remarks("Why it is over", hint="It stands on the trail of every request it touched.")


class ConflictForm(PageForm):
    """`about` is one of the things the officer came from, as 'case:12'."""

    layout = (("about",), ("ground",), ("reason",))
    about = forms.ChoiceField(label="With what", error_messages={"required": "Choose what the conflict is with."})
    ground = forms.ChoiceField(label="Ground", error_messages={"required": "Choose the ground."})
    reason = remarks(
        "What you have to do with it", hint="It stands on the trail; the ground is printed on the voucher too."
    )

    def __init__(self, *args: Any, things: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "Choose"), *things]  # type: ignore[attr-defined]
        rows = grounds.offered(DecisionGround.Of.RECUSED)
        self.fields["ground"].choices = [("", "Choose"), *((row.code, row.name) for row in rows)]  # type: ignore[attr-defined]
