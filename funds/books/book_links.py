"""Where a line of the books leads: the page of the request, voucher or receipt it belongs to, and what its kind is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from funds.books.journal_view import KINDS
from funds.disbursements import visible_disbursements
from funds.models import Fund, PayeeLine, Receipt, Sanction
from funds.vouchers import visible_vouchers

ENTRY_KINDS: dict[str, str] = {
    "allocation": "Budget of the year",
    **{str(value): str(label) for value, label in Receipt.Kind.choices},
    **KINDS,
    "closing": "Closing entry",
    "surrender": "Lapsed and surrendered on 30 June",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses by reference and by party, only of what the user may see."""

    references: Mapping[str, str]
    parties: Mapping[str, str]

    def of(self, reference: str, parties: Iterable[str] = ()) -> str:
        """The page of the paper, else that of the request of one of the parties, else ''."""
        found = (self.parties[party] for party in parties if party in self.parties)
        return self.references.get(reference) or next(found, "")


def kind_label(kind: str) -> str:
    """'Instrument issued' for 'payment'."""
    return ENTRY_KINDS.get(kind, kind.replace("_", " ").capitalize())


def links(fund: Fund, references: Iterable[str], parties: Iterable[str], *, to: User) -> Links:
    """The pages behind these references and parties of the fund's book, found in four queries for all of them."""
    wanted = set(references) - {""}
    urls: dict[str, str] = {}
    for number in Receipt.objects.filter(fund=fund, number__in=wanted).values_list("number", flat=True):
        urls[number] = reverse("receipt", args=[number])
    vouchers = visible_vouchers(to).filter(number__in=wanted)
    for number in vouchers.values_list("number", flat=True):
        urls[number] = reverse("voucher", args=[number])
    requests = visible_disbursements(to).values("pk")
    sanctions = Sanction.objects.filter(number__in=wanted, disbursement__in=requests)
    for number, pk in sanctions.values_list("number", "disbursement_id"):
        urls[number] = reverse("disbursement", args=[pk])
    lines = {int(party[5:]) for party in parties if party.startswith("line:") and party[5:].isdecimal()}
    found = PayeeLine.objects.filter(pk__in=lines, disbursement__in=requests).values_list("pk", "disbursement_id")
    return Links(urls, {f"line:{line}": reverse("disbursement", args=[pk]) for line, pk in found})
