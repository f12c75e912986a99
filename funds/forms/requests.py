"""The entry form of a request: head, then one row for each payee (payees.py), laid out by who is paid."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from beneficiaries.forms.base import PageForm
from beneficiaries.models import Heir, LoanTerms
from funds.forms.payees import HeirForm, InstitutionForm, LoanForm, PersonForm, Row, amount
from funds.forms.shared import short_text
from funds.models import PayeeLine, PaymentKind
from funds.requests import causes as why
from funds.requests.causes import HEIRS, INSTITUTION, Cause
from funds.requests.payees import Payee, heirs_payees, usual_method
from ledger.errors import BadInput
from ledger.money import AmountError, grouped, parse_amount

Method, PayeeKind = PayeeLine.Method, PayeeLine.PayeeKind


class HeadForm(forms.Form):
    title = short_text(
        "Title", maximum=160, hint="As it shall read on the voucher, for example Relief grant, Abdul Wahid"
    )
    pay_to = short_text(
        "Pay to", maximum=120, hint="The name the voucher is made out to: a person, a court, the treasury"
    )
    total = amount("Amount in rupees, for all heirs together")
    reason = short_text("What was changed", maximum=200, needed=False)

    def __init__(self, *args: Any, with_total: bool, revising: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_total:
            del self.fields["total"]
        if not revising:
            del self.fields["reason"]


class AccountForm(PageForm):
    """Why somebody needs a whole IBAN."""

    reason = forms.CharField(label="Why you need it", help_text="Kept with your name.", max_length=200)


class Entry:
    """The whole form of a new or revised request. `lines`: those of the draft being revised."""

    def __init__(
        self,
        *,
        kind: str,
        causes: Sequence[Cause],
        data: Mapping[str, Any] | None = None,
        lines: Sequence[PayeeLine] = (),
        head: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.causes = kind, list(causes)
        self.sums: dict[int, list[Cause]] = {}
        self.terms: dict[int, LoanTerms] = {}
        heirs = why.heirs_of(causes[0].obligation) if len(causes) == 1 else []
        self.mode = why.mode_of(kind, heirs)
        total = sum((line.amount for line in lines), Decimal(0)) or causes[0].left
        first = {"title": why.title_for(kind, causes), "pay_to": why.pay_to_for(kind, causes), "total": grouped(total)}
        self.head = HeadForm(
            data, initial=first | dict(head or {}), with_total=self.mode == HEIRS, revising=head is not None
        )
        if self.mode == HEIRS:
            self.head.fields["total"].help_text = why.balance_words(causes[0]) if not lines else ""
        self.rows = self._heir_rows(heirs, data, lines) if self.mode == HEIRS else self._case_rows(data, lines)
        self.shares()

    def _heir_rows(self, heirs: Sequence[Heir], data: Any, lines: Sequence[PayeeLine]) -> list[Row]:
        before = {line.heir_id: line for line in lines}
        rows = []
        for number, heir in enumerate(heirs, start=1):
            usual = usual_method(heir.person, heir)
            line = before.get(heir.pk)
            form = HeirForm(data, prefix=f"lines-{number}", initial={"method": line.method if line else usual.value})
            form.keep(line)
            rows.append(Row(self.causes[0], form, heir))
        return rows

    def _case_rows(self, data: Any, lines: Sequence[PayeeLine]) -> list[Row]:
        before = {(line.case_id, line.obligation_id): line for line in lines}
        cases = [cause.case.pk for cause in self.causes]
        if self.kind == PaymentKind.LOAN:
            self.sums = why.sums_left(cases, but=lines[0].disbursement_id if lines else None)
            self.terms = why.terms_of(cases)
        rows = []
        for number, cause in enumerate(self.causes, start=1):
            line = before.get((cause.case.pk, cause.obligation.pk if cause.obligation else None))
            initial = _of_line(line) if line else self._guess(cause)
            rows.append(Row(cause, self._case_form(cause, data, f"lines-{number}", initial, line)))
        return rows

    def _case_form(
        self, cause: Cause, data: Any, prefix: str, initial: dict[str, Any], line: PayeeLine | None
    ) -> forms.Form:
        if self.mode == INSTITUTION:
            return InstitutionForm(data, prefix=prefix, initial=initial)
        form = (
            LoanForm(data, prefix=prefix, initial=initial, sums=self.sums.get(cause.case.pk, ()))
            if self.kind == PaymentKind.LOAN
            else PersonForm(data, prefix=prefix, initial=initial)
        )
        form.keep(line)
        return form

    def _guess(self, cause: Cause) -> dict[str, Any]:
        usual = usual_method(cause.case.person)
        start: dict[str, Any] = {"amount": grouped(cause.left) if cause.left else "", "method": usual.value}
        if terms := self.terms.get(cause.case.pk):
            return start | {"amount": grouped(terms.amount), "obligation": terms.obligation_id or ""}
        if self.mode != INSTITUTION or cause.obligation is None:
            return start
        if self.kind == PaymentKind.FINE:
            return start | {
                "payee_kind": PayeeKind.TREASURY.value,
                "payee_name": "Treasury",
                "method": Method.CHALLAN.value,
            }
        court = str(cause.obligation.order.court)
        return start | {"payee_kind": PayeeKind.COURT.value, "payee_name": court, "method": Method.COURT_DEPOSIT.value}

    def total(self) -> Decimal | None:
        """The sum of the amounts as they stand in the form; None while one of them cannot be read."""
        try:
            amounts = [row.amount or parse_amount(str(row.form["amount"].value() or "")) for row in self.rows]
        except (AmountError, KeyError):
            return None
        return sum(amounts, Decimal(0))

    def shares(self) -> None:
        """Shows each heir's amount of the total as it is typed now; nothing while the total cannot be read."""
        if self.mode != HEIRS or self.causes[0].obligation is None:
            return
        try:
            total = parse_amount(str(self.head["total"].value() or ""))
        except AmountError:
            return
        for row, payee in zip(self.rows, heirs_payees(self.causes[0].obligation, total=total), strict=True):
            row.amount = payee.amount

    @property
    def faults(self) -> list[forms.Form]:
        """All forms, for the box on top."""
        return [self.head, *(row.form for row in self.rows)]

    def is_valid(self) -> bool:
        """Checks every form, so that all errors show at once."""
        answers = [form.is_valid() for form in self.faults]
        return all(answers)

    def payees(self) -> list[Payee]:
        """The lines as the service takes them. Raises: BadInput where the total of the heirs cannot be read."""
        if self.mode == HEIRS:
            return self._heir_payees()
        return [self._payee(row) for row in self.rows]

    def _payee(self, row: Row) -> Payee:
        data, cause = row.form.cleaned_data, row.cause
        if self.mode == INSTITUTION:
            return Payee(
                case=cause.case,
                amount=data["amount"],
                obligation=cause.obligation,
                payee_kind=data["payee_kind"],
                payee_name=data["payee_name"],
                method=data["method"],
            )
        return Payee(
            case=cause.case,
            amount=data["amount"],
            person=cause.case.person,
            obligation=data.get("obligation", cause.obligation),
            method=data["method"],
            iban=data["iban"],
        )

    def _heir_payees(self) -> list[Payee]:
        obligation = self.causes[0].obligation
        assert obligation is not None
        try:
            plain = heirs_payees(obligation, total=parse_amount(self.head.cleaned_data["total"]))
        except AmountError as error:
            raise BadInput(str(error), fields={"total": str(error)}) from error
        return [
            Payee(
                case=payee.case,
                amount=payee.amount,
                person=payee.person,
                heir=payee.heir,
                obligation=payee.obligation,
                method=row.form.cleaned_data["method"],
                iban=row.form.cleaned_data["iban"],
            )
            for payee, row in zip(plain, self.rows, strict=True)
        ]

    def put(self, refusal: BadInput) -> None:
        """Puts what the service refused at the field it is about: head, or row `lines.N.field`."""
        for name, text in (refusal.fields or {"": refusal.detail}).items():
            form, field = self._place(name)
            form.add_error(field if field in form.fields else None, text)

    def _place(self, name: str) -> tuple[forms.Form, str]:
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "lines" and parts[1].isdigit() and 0 < int(parts[1]) <= len(self.rows):
            if self.mode == HEIRS and parts[2] == "amount":
                return self.head, "total"
            return self.rows[int(parts[1]) - 1].form, parts[2]
        return self.head, name


def _of_line(line: PayeeLine) -> dict[str, Any]:
    return {
        "amount": grouped(line.amount),
        "method": line.method,
        "payee_kind": line.payee_kind,
        "payee_name": line.payee_name,
        "obligation": line.obligation_id or "",
    }
