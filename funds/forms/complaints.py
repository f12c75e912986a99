"""Forms of complaints and appeals."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from beneficiaries.forms.base import DateInput, FilterForm, PageForm
from beneficiaries.models import Office
from beneficiaries.offices.scope import office_of
from funds.complaints import TEXT_LENGTH, appealable, categories_on, handlers, officers
from funds.models import Complaint, ComplaintCategory, ComplaintStep, Decision
from ledger.clock import today

MOST_DECISIONS = 100  # offered to choose from, the latest first


def words(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )


class ComplaintForm(PageForm):
    """What was received. Without a name it is anonymous."""

    layout = (
        ("category", "channel"),
        ("decision",),
        ("text",),
        ("complainant", "phone"),
        ("about_officer", "received_on"),
    )
    category = forms.ModelChoiceField(
        label="Category", queryset=ComplaintCategory.objects.none(), to_field_name="code", empty_label="Choose"
    )
    channel = forms.ChoiceField(label="Came by", choices=[("", "Choose"), *Complaint.Channel.choices])
    decision = forms.ModelChoiceField(
        label="Decision that is appealed", queryset=Decision.objects.none(), required=False, empty_label="None",
        help_text="Only for an appeal: a rejection, or a sanction of less than was asked for.",
    )  # fmt: skip
    text = words("What is complained of")
    complainant = forms.CharField(
        label="Name of who complains", required=False, help_text="Empty: anonymous.", max_length=120
    )
    phone = forms.CharField(label="Mobile phone", required=False, help_text="As 0300 1234567.")
    about_officer = forms.ModelChoiceField(
        label="Officer complained of", queryset=User.objects.none(), required=False, empty_label="Nobody by name",
        help_text="That officer neither sees it nor looks into it.",
    )  # fmt: skip
    received_on = forms.DateField(label="Received on", required=False, widget=DateInput(), help_text="Empty: today.")

    def __init__(self, *args: Any, user: User, case: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = appealable(user)
        rows = rows.filter(disbursement__lines__case=case).distinct() if case else rows
        keys = list(rows.values_list("pk", flat=True)[:MOST_DECISIONS])
        self._offer("category", categories_on(today()), lambda row: f"{row.name} ({row.days} days)")
        self._offer("decision", Decision.objects.filter(pk__in=keys).select_related("disbursement"), said_decision)
        self._offer("about_officer", officers(office_of(user)).exclude(pk=user.pk), lambda row: str(row.officer))
        if not keys:
            self.fields["decision"].help_text = "There is no rejection and no reduced sanction to appeal against here."

    def _offer(self, name: str, rows: Any, label: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.label_from_instance = label  # type: ignore[method-assign]

    def asked(self) -> dict[str, Any]:
        """What the valid form asks for, as the service takes it."""
        given = dict(self.cleaned_data)
        for name in ("decision", "about_officer"):
            given[name] = given[name].pk if given[name] else None
        return given | {"category": given["category"].code}


def said_decision(row: Decision) -> str:
    """'HRRF-2025-26-00031: rejected 3 Oct 2025 by ...'."""
    word = "sanctioned" if row.outcome == Decision.Outcome.APPROVED else row.get_outcome_display().lower()
    return f"{row.disbursement.number}, {row.disbursement.title}: {word} {row.decided_on:%-d %b %Y} by {row.name}"


class AssignForm(PageForm):
    officer = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")
    text = words("What to look into")

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = handlers(complaint)
        field.label_from_instance = lambda obj: str(obj.officer)  # type: ignore[method-assign]


class StepForm(PageForm):
    text = words("Note")


class ReopenForm(PageForm):
    text = words("Why it is opened again")


class ReplyForm(PageForm):
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "Choose"), *ComplaintStep.Outcome.choices])
    text = words("Reply", "As it was sent or told to who complained.")


class ComplaintFilter(FilterForm):
    q = forms.CharField(label="Number or name", max_length=100)
    category = forms.ChoiceField(label="Category")
    office = forms.ModelChoiceField(label="Office", queryset=Office.objects.all(), empty_label="All")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        rows = ComplaintCategory.objects.order_by("name").values_list("code", "name").distinct()
        category.choices = [("", "All"), *rows]
        if not office_of(user).is_federal:
            del self.fields["office"]
