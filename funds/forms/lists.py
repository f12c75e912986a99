"""Forms of lists of payees: the file to import, a paper waived for all of it, a sample to look at."""

from typing import Any

from django import forms
from django.conf import settings

from beneficiaries.forms.base import PageForm
from funds.lists.inspection import LARGEST_SIZE, SIZE
from funds.lists.list_rows import MOST_BYTES, MOST_ROWS


class ListForm(PageForm):
    """Which file, from which fund. `confirmed` is asked for only where names differ from the registered ones."""

    layout = (("what",), ("file",), ("title",), ("pay_to",))
    what = forms.ChoiceField(label="Fund and kind of payment")
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
    )
    title = forms.CharField(label="Title", required=False, max_length=160, help_text="Empty: the name of the file.")
    pay_to = forms.CharField(label="Pay to, as the voucher says it", required=False, max_length=120)
    confirmed = forms.BooleanField(label="I compared the differing names: they are the same people", required=False)

    def __init__(self, *args: Any, choices: list[Any], asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [("", "Choose"), *choices]
        self.fields["file"].help_text = _how_much(settings.PAGE_LIST_ROWS)
        self.fields["file"].error_messages["required"] = "Choose the file of payees."
        if not asks:
            del self.fields["confirmed"]


def _how_much(rows: int) -> str:
    told = f"CSV in UTF-8, or XLSX; at most {rows:,} rows and {MOST_BYTES / 1_000_000:.0f} MB."
    longer = (
        f" A list of up to {MOST_ROWS:,} rows is imported by the command import_disbursement; ask the administrator."
    )
    return told + longer if rows < MOST_ROWS else told


class WaiveListForm(PageForm):
    kind = forms.ChoiceField(label="Paper that the cases lack")
    reason = forms.CharField(label="Reason", help_text="It stays in every case of the list, with your name.")

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = kinds


class SampleForm(PageForm):
    layout = (("size", "seed"),)
    size = forms.IntegerField(label="Lines", min_value=1, max_value=LARGEST_SIZE, initial=SIZE)
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=0,
        help_text="Empty: a new one. With an old seed the same lines come again.",
    )
