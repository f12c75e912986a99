"""Forms of the decision panel and of cancelling."""

from django import forms

from funds.forms.shared import remarks


class ApproveForm(forms.Form):
    """Agreeing; the tick is asked for only where there are points to check."""

    read = forms.BooleanField(required=False)
    remarks = remarks("Remarks for the record", needed=False)

    def __init__(self, *args: object, points: int = 0, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if points:
            what = "the point" if points == 1 else f"the {points} points"
            text = f"I have read {what} marked “Check”"
            self.fields["read"].label = text
            self.fields["read"].required = True
            self.fields["read"].error_messages["required"] = f"Tick “{text}”, after reading."
        else:
            del self.fields["read"]


class ReturnForm(forms.Form):
    reason = remarks("What has to be corrected", hint="The maker reads this and corrects the request.")


class RejectForm(forms.Form):
    reason = remarks("Why it is rejected", hint="A rejected request ends here; its number stays.")


class CancelForm(forms.Form):
    reason = remarks("Why it is cancelled", rows=2)
