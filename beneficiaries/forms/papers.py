"""Forms of papers: attach one file, withdraw it, waive one that is required."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from beneficiaries.documents import NewPaper
from beneficiaries.forms.base import PageForm
from beneficiaries.models import Case, CourtOrder, Obligation, PaperKind
from beneficiaries.papers.inspection import TAKEN


class AttachForm(PageForm):
    """One file and what it is. It may be about one court order, or one sum, of the case."""

    layout = (("kind",), ("file",), ("title",), ("about",))
    kind = forms.ModelChoiceField(
        label="What it is", queryset=PaperKind.objects.all(), to_field_name="code", empty_label="Choose"
    )
    file = forms.FileField(label="File", allow_empty_file=True)
    title = forms.CharField(label="Remark", required=False, help_text="As: order of 3 June, pages 1 to 4.")
    about = forms.ChoiceField(label="About", required=False)

    def __init__(self, *args: Any, case: Case, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "Choose the scanned file."
        self.fields["file"].help_text = f"{TAKEN}, at most {most} MB."
        orders = [(f"order:{row.pk}", str(row)) for row in CourtOrder.objects.filter(case=case).select_related("court")]
        owed = [(f"obligation:{row.pk}", str(row)) for row in Obligation.objects.filter(order__case=case)]
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [("", "The whole case"), *orders, *owed]
        if not orders:
            del self.fields["about"]

    def paper(self) -> NewPaper:
        """What the valid form asks for."""
        given, upload = self.cleaned_data, self.cleaned_data["file"]
        field, _, pk = given.get("about", "").partition(":")
        about = {field: int(pk)} if pk else {}
        return NewPaper(given["kind"].code, content_of(upload), upload.name or "", given["title"], **about)


def content_of(upload: UploadedFile) -> bytes:
    """The bytes of an upload; the server takes no body much longer than a paper may be."""
    content: bytes = upload.read()
    return content


class ReasonForm(PageForm):
    reason = forms.CharField(label="Reason", help_text="It stays in the record, with your name.")


class WaiveForm(ReasonForm):
    """Which of the missing papers, and why."""

    layout = (("kind",), ("reason",))
    kind = forms.ChoiceField(label="Paper that is missing")
    field_order = ("kind", "reason")

    def __init__(self, *args: Any, missing: list[PaperKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "Choose"), *((row.code, row.name) for row in missing)]
