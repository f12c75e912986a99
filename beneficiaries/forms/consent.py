"""The form of whoever decides on a proposal."""

from django import forms

from beneficiaries.forms.base import PageForm


class RemarkForm(PageForm):
    """What the second person says, or why a proposal is declined or taken back; the service asks for it where it is needed."""

    remark = forms.CharField(
        label="Remark", required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
