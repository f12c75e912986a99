"""What the pages of this app share: answers, tabs, counts, and refusals put onto forms."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.urls import reverse

from beneficiaries.views.pages import SeeOther
from ledger.errors import BadInput


def see(name: str, *args: object) -> SeeOther:
    """303 to a named page."""
    return SeeOther(reverse(name, args=args))


def put(form: BaseForm, refusal: BadInput) -> None:
    """Puts what a service refused onto the fields of a form; what has no field there goes on top."""
    for name, text in refusal.fields.items():
        form.add_error(name if name in form.fields else None, text)
    if not refusal.fields:
        form.add_error(None, refusal.detail)


def with_query(query: QueryDict, **changes: str) -> str:
    """'?tab=late&fund=DAD': the present query with some values changed, without its page."""
    values = query.copy()
    values.pop("page", None)
    for name, value in changes.items():
        values.pop(name, None)
        if value:
            values[name] = value
    return f"?{values.urlencode()}"


def tabs(
    query: QueryDict, current: str, items: list[tuple[str, str, int | None]], name: str = "tab"
) -> list[dict[str, Any]]:
    """Tabs as saved filters: (value, label, count) each; the first one's value is the default."""
    return [
        {
            "label": label,
            "url": with_query(query, **{name: "" if place == 0 else value}),
            "count": count,
            "current": value == current,
        }
        for place, (value, label, count) in enumerate(items)
    ]


def counted(number: int, one: str, many: str = "") -> str:
    """'1 request', '7 requests'."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def visible_total(rows: QuerySet[Any], field: str = "amount") -> tuple[int, Any]:
    """Count and sum of rupees of all rows, in one query."""
    found = rows.order_by().aggregate(number=Count("pk"), total=Sum(field))
    return found["number"], found["total"] or 0


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A paper to look at; our own page may show it in a frame, nobody else may. Slashes of a number become dashes."""
    headers = {"Content-Disposition": f'inline; filename="{name.replace("/", "-")}.pdf"'}
    answer = HttpResponse(content, content_type="application/pdf", headers=headers)
    answer._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
    return answer
