"""Forms of means, of the watch list and its hits."""

from typing import Any

from django import forms

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import HitJudgement, Paper, Person, Province


class EvidenceForm(PageForm):
    """What showed it, when, and the paper of a case where there is one."""

    shown_on = forms.DateField(
        label="Day of the evidence", required=False, widget=DateInput(), help_text="Empty: today."
    )
    source = forms.CharField(label="What showed it", help_text="As: certificate 12 of Union Council 7.")
    paper = forms.ModelChoiceField(label="Paper", queryset=Paper.objects.none(), required=False, empty_label="None")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Paper.objects.filter(case__person=person, withdrawal=None).select_related("kind", "case")
        field = self.fields["paper"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.label_from_instance = lambda obj: f"{obj}, {obj.case.number}"  # type: ignore[method-assign]
        if not rows:
            del self.fields["paper"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        paper = values.pop("paper", None)
        return values | {"paper": paper.pk if paper else None}


class IncomeForm(EvidenceForm):
    layout = (("monthly_income", "shown_on"), ("source",), ("paper",))
    monthly_income = forms.CharField(
        label="Household's income a month (Rs)", help_text="As 25,000; 0 where there is none."
    )


class ResidenceForm(EvidenceForm):
    layout = (("province", "resident_since"), ("shown_on",), ("source",), ("paper",))
    province = forms.ModelChoiceField(label="Lives in", queryset=Province.objects.all(), empty_label="Choose")
    resident_since = forms.DateField(label="Since", widget=DateInput())


class HitFilter(FilterForm):
    q = forms.CharField(label="Name", max_length=100)


class JudgeForm(PageForm):
    """What the comparison showed."""

    outcome = forms.ChoiceField(label="Compared, it is", choices=HitJudgement.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        help_text="What was compared, and which paper decides. It stays in the record, with your name.",
    )  # fmt: skip


class LoadForm(PageForm):
    """A file of a list."""

    layout = (("file",), ("source",), ("removing",))
    file = forms.FileField(label="File", help_text="The UN's consolidated list as XML, or CSV as described beside.")
    source = forms.CharField(
        label="Name of the list",
        required=False,
        max_length=40,
        help_text="Only for CSV, as: Proscribed persons, NACTA.",
    )
    removing = forms.IntegerField(
        label="Entries that go", required=False, min_value=0, max_value=1_000_000,
        help_text="Only where half of a list or more goes: say how many.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages |= {
            "required": "Choose the file of the list.",
            "empty": "The file is empty.",
        }
