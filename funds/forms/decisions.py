"""Forms of the decision panel and of cancelling."""

from collections.abc import Sequence

from django import forms

from funds.chain import grounds
from funds.forms.shared import remarks
from funds.models import DecisionGround


class ApproveForm(forms.Form):
    """Agreeing; the tick is asked for only where there are points to check, the password only before a large sanction."""

    read = forms.BooleanField(required=False)
    remarks = remarks("Remarks for the record", needed=False)
    password = forms.CharField(
        label="Your password again",
        max_length=200,
        strip=False,
        help_text="A large sanction asks for it when it was not given in the last minutes.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password again; what you wrote is kept."},
    )

    def __init__(self, *args: object, points: int = 0, password: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not password:
            del self.fields["password"]
        if points:
            what = "the point" if points == 1 else f"the {points} points"
            text = f"I have read {what} marked “Check”"
            self.fields["read"].label = text
            self.fields["read"].required = True
            self.fields["read"].error_messages["required"] = f"Tick “{text}”, after reading."
        else:
            del self.fields["read"]


class _GroundForm(forms.Form):
    """A decision against the request: a coded ground, and a sentence."""

    of = DecisionGround.Of.RETURNED
    ground = forms.ChoiceField(label="Ground", error_messages={"required": "Choose the ground."})

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = grounds.offered(self.of)
        self.fields["ground"].choices = [("", "Choose"), *((row.code, row.name) for row in rows)]  # type: ignore[attr-defined]


class ReturnForm(_GroundForm):
    """`places` are the steps before the one that waits, as (position, words); without one it goes to the maker."""

    to = forms.TypedChoiceField(label="Back to", coerce=int, required=False, empty_value="0")
    reason = remarks("What has to be corrected", hint="Whoever it goes back to reads this and acts on it.")
    field_order = ("to", "ground", "reason")

    def __init__(self, *args: object, places: Sequence[tuple[int, str]] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if places:
            self.fields["to"].choices = [(0, "The maker: the content changes"), *places]  # type: ignore[attr-defined]
        else:
            del self.fields["to"]


class RejectForm(_GroundForm):
    of = DecisionGround.Of.REJECTED
    reason = remarks("Why it is rejected", hint="A rejected request ends here; its number stays.")


class RecuseForm(_GroundForm):
    of = DecisionGround.Of.RECUSED
    reason = remarks("What you have to do with it", hint="It is printed on the trail; another officer decides.")


class CancelForm(forms.Form):
    reason = remarks("Why it is cancelled", rows=2)
