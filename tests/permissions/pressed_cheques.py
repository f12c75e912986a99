"""How cheque books, their leaves and the papers of cheques are pressed."""

from typing import Any

from django.urls import reverse

from tests.permissions.presses import Press, Sent, begun

BOOK = {"first": "B0001", "last": "B0100", "received_from": "Civic Centre branch"}
CHALLAN = {"amount": "20000.00", "reference": "Challan 1"}
TORN = {"kind": "spoilt", "reason": "Torn"}


def _marked(key: dict[str, Any]) -> dict[str, Any]:
    return TORN | {"number": key["number"]}


def _ended(key: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "destroyed", "witness": key["witness"]}


def _seen(key: dict[str, Any]) -> dict[str, Any]:
    return {"witness": key["witness"]}


def _mark_form(key: dict[str, Any]) -> Sent:
    return reverse("leaf_mark", args=["TEST", key["book"]]), _marked(key)


def _bare(page: str, act: str) -> Press:
    return (
        lambda key: (reverse(page, args=[key["pk"]]), {}),
        lambda key: (f"/instruments/{key['pk']}/{act}", {}),
    )


CHEQUES: dict[tuple[str, str], Press] = {
    ("free", "cheque_book"): begun(
        lambda key: (reverse("cheque_book_new", args=["TEST"]), BOOK),
        "/cheque-books",
        lambda key: {"fund": "TEST"} | BOOK,
    ),
    ("free", "treasury"): begun(
        lambda key: (reverse("treasury_return", args=["GONE"]), CHALLAN),
        "/treasury-returns",
        lambda key: {"fund": "GONE"} | CHALLAN,
    ),
    ("leaf", "mark"): begun(_mark_form, "/funds/TEST/cheque-books/{book}/marks", _marked),
    ("spoilt", "destroy"): begun(
        lambda key: (reverse("leaf_destroy", args=["TEST", key["pk"]]), _seen(key)),
        "/funds/TEST/leaves/{pk}/destroy",
        _seen,
    ),
    ("cheque", "sign"): _bare("cheque_sign", "sign"),
    ("cheque", "print"): _bare("leaf_print", "leaf"),
    ("payment", "paper"): begun(
        lambda key: (reverse("cheque_end", args=[key["pk"]]), _ended(key)), "/instruments/{pk}/paper", _ended
    ),
}
