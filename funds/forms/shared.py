"""Kinds of fields that several forms use, and the answer of a second person in some sentences."""

from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm


def remarks(label: str, *, needed: bool = True, hint: str = "", rows: int = 3) -> forms.CharField:
    """Some sentences of an officer."""
    return forms.CharField(
        label=label,
        required=needed,
        help_text=hint,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"{label}: write a sentence that the next reader can act on."},
    )


def day(label: str, *, hint: str = "", **kwargs: Any) -> forms.DateField:
    """A date; empty means today."""
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": f"{label}: write the date as 2025-10-17 or 17 Oct 2025."},
        **kwargs,
    )


def short_text(label: str, *, maximum: int, hint: str = "", needed: bool = True, **attrs: str) -> forms.CharField:
    """One line of text; the service checks it again and says what is wrong in its own words."""
    return forms.CharField(
        label=label,
        required=needed,
        help_text=hint,
        max_length=maximum,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
        error_messages={"required": f"{label} is empty. Fill it in."},
    )


class AnswerForm(PageForm):
    """To who asked for a reopening or for a move of budget."""

    remark = remarks("Remark", needed=False, hint="Needed to decline.", rows=2)
