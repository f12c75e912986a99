"""Forms of the way out of prison: a step with its paper, the release itself, another ending; and the board's filters."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.casework.releases import proving_papers
from beneficiaries.documents import NewPaper
from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.forms.papers import content_of
from beneficiaries.models import Case, Office, PaperKind, Prison, Province, ReleaseRecord, ReleaseStep
from beneficiaries.offices.scope import office_of
from beneficiaries.papers.inspection import TAKEN

REFERENCES = {
    ReleaseStep.RELEASED: "Numbers and dates of release order and jail certificate",
    ReleaseStep.DIED: "Number and date of the paper that says so",
}


class StepForm(PageForm):
    """When, under which number, and the paper: a file to attach now, or one that is in the case already."""

    layout = (("on",), ("reference",), ("reason",), ("file",), ("paper",))
    on = forms.DateField(label="On", required=False, widget=DateInput(), help_text="Empty: today.")
    reference = forms.CharField(label="Number and date of the paper")
    reason = forms.CharField(label="What happened", help_text="It stays in the record, with your name.")
    file = forms.FileField(label="Scanned paper", required=False, allow_empty_file=True)
    paper = forms.ChoiceField(label="Or a paper of the case", required=False)

    def __init__(self, *args: Any, case: Case, step: ReleaseStep, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        if step not in ReleaseRecord.OTHER_ENDINGS:
            del self.fields["reason"]
        self.fields["reference"].label = REFERENCES.get(step, "Number and date of the paper")
        self.kind = PaperKind.objects.filter(code=ReleaseRecord.PAPERS.get(step, "correspondence")).first()
        if step is ReleaseStep.RELEASED:
            del self.fields["file"], self.fields["paper"]
            return
        self.fields["file"].help_text = f"{self.kind or 'The paper'}. {TAKEN}, at most {most} MB."
        paper = self.fields["paper"]
        assert isinstance(paper, forms.ChoiceField)
        there = [(str(row.pk), f"{row}, {row.file_name}") for row in proving_papers(case, step).order_by("-pk")]
        paper.choices = [("", "None"), *there]
        if not there:
            del self.fields["paper"]
            self.fields["file"].required = True
            self.fields["file"].error_messages["required"] = "Choose the scanned paper."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "paper" in self.fields and not self.errors and bool(values.get("file")) == bool(values.get("paper")):
            self.add_error("file", "Choose the scanned paper, or one that is in the case already: one of the two.")
        return values

    def given(self) -> dict[str, Any]:
        """What the valid form asks of the service."""
        values: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("on", "reference", "reason") if name in self.fields
        }
        if upload := self.cleaned_data.get("file"):
            code = self.kind.code if self.kind else ""
            values["file"] = NewPaper(code, content_of(upload), upload.name or "")
        elif chosen := self.cleaned_data.get("paper"):
            values["paper"] = int(chosen)
        return values


class BoardFilter(FilterForm):
    province = forms.ModelChoiceField(label="Province", queryset=Province.objects.all(), empty_label="All")
    prison = forms.ModelChoiceField(label="Prison", queryset=Prison.objects.all(), empty_label="All")
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")
    alarm = forms.ChoiceField(label="Show", choices=[("", "All"), ("1", "Paid and still inside")])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not office_of(user).is_federal:
            del self.fields["office"]

    def narrow(self, rows: Any) -> Any:
        """The rows that fit what is chosen, the alarm apart."""
        if province := self.given("province"):
            rows = rows.filter(prisoner__prison__district__province=province)
        if prison := self.given("prison"):
            rows = rows.filter(prisoner__prison=prison)
        if "office" in self.fields and (office := self.given("office")):
            rows = rows.filter(office=office)
        return rows
