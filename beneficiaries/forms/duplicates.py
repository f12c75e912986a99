"""Forms of the queue of duplicates."""

from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from beneficiaries.models import Pair


class DecisionForm(PageForm):
    """What the two records are, and why. Nothing is chosen on arrival."""

    decision = forms.ChoiceField(label="What they are", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason", help_text="What you compared: cards, papers, a visit. Kept with your name.", max_length=200
    )

    def __init__(self, *args: Any, pair: Pair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)
        first, second = pair.first, pair.second
        one = [
            (f"keep-{first.pk}", f"One person: keep record {first.pk}, {first.name}"),
            (f"keep-{second.pk}", f"One person: keep record {second.pk}, {second.name}"),
        ]
        if first.office_id != second.office_id:
            one = [("linked", "One person, whom two offices keep: each goes on with its own record")]
        field.choices = [*one, ("different", "Two different people")]


class PartForm(PageForm):
    """Why a merge was wrong."""

    reason = forms.CharField(label="Why the merge was wrong", help_text="Kept with your name.", max_length=200)
