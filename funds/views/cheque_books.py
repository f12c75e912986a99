"""Cheque books of a fund: the list, one book as a register of its leaves, and what is recorded about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.offices.scope import acts_for, get_visible
from beneficiaries.views.pages import FormPage, SeeOther, actor, form_page, page_of, roles_only
from funds.books import cheque_tables
from funds.cheque_books import books, endings, leaves, register, signing
from funds.forms.cheque_books import BookForm, DestroyForm, EndForm, MarkForm
from funds.models import ChequeBook, Instrument
from funds.paperwork import leaf_paper
from funds.payments import visible_instruments
from funds.readers import READERS
from funds.rules.cheque_rules import SIGNERS
from funds.views.book_parts import file_answer, files, fund_of
from funds.views.shared import counted, pdf_answer, tabs
from ledger.clock import today
from ledger.money import figures
from ledger.roles import Role, roles_of

SEE = "see the cheque books"


@require_safe
@roles_only(*READERS, action=SEE)
def book_list(http: HttpRequest, code: str) -> HttpResponse:
    """The books of a fund, and how many leaves of each are left."""
    user, fund = actor(http), fund_of(http, code)
    rows = leaves.books_of(fund)
    stocks = [register.stock_of(book) for book in reversed(rows)]
    context = {
        "fund": fund,
        "stocks": stocks,
        "unused": sum(stock.unused for stock in stocks),
        "next": next(iter(leaves.free_numbers(fund, 1)), ""),
        "unbooked": register.unbooked(fund, rows).count(),
        "may_register": _may(fund.office, user, books.REGISTRARS),
    }
    return render(http, "funds/cheque_books.html", context)


def _may(office: Any, user: Any, roles: tuple[Role, ...]) -> bool:
    return not roles_of(user).isdisjoint(roles) and acts_for(office, by=user)


@require_safe
@roles_only(*READERS, action=SEE)
def book(http: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every leaf of a book in its order."""
    user, row = actor(http), books.get_book(code, pk, by=actor(http))
    state = http.GET.get("state", "") if http.GET.get("state") in register.STATES else ""
    stock = register.stock_of(row)
    counts = [
        ("", "All leaves", row.size),
        *((key, str(word), stock.counts[key]) for key, word in register.STATES.items()),
    ]
    query = f"?state={state}" if state else ""
    context = {
        "fund": row.fund,
        "book": row,
        "stock": stock,
        "tabs": tabs(http.GET, state, [each for each in counts if each[2] or each[0] in ("", state)], name="state"),
        "page": page_of(register.Leaves(row, state), http.GET),
        "previews": _may(row.fund.office, user, leaf_paper.PREVIEWERS),
        "may_mark": _may(row.fund.office, user, books.HOLDERS),
        "may_end": _may(row.fund.office, user, endings.ENDERS),
        "files": files("cheque_book_file", code, pk, query=query),
    }
    return render(http, "funds/cheque_book.html", context)


@require_safe
@roles_only(*READERS, action=SEE)
def book_file(http: HttpRequest, code: str, pk: int, fmt: str) -> HttpResponseBase:
    """The same register as a file."""
    row = books.get_book(code, pk, by=actor(http))
    state = http.GET.get("state", "") if http.GET.get("state") in register.STATES else ""
    title = f"Cheques {row} at {today():%-d %b %Y}{f', {register.STATES[state].lower()}' if state else ''}"
    stem = f"cheques-{row.number(row.first).replace('/', '-')}"
    return file_answer(row.fund, stem, fmt, title, lambda: cheque_tables.leaves(register.Leaves(row, state), title))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*books.REGISTRARS, action="register a cheque book")
def book_new(http: HttpRequest, code: str) -> HttpResponse:
    """Register a book that the bank gave out."""
    fund, form = fund_of(http, code), BookForm(http.POST or None)
    back = reverse("cheque_books", args=[fund.code])
    page = FormPage(
        "Register a cheque book",
        "Register the book",
        back,
        lead="Copy the numbers of the first and the last leaf. Cheques of this fund are drawn on its leaves, each once.",
        crumbs=[(fund.code, fund.get_absolute_url()), ("Cheque books", back)],
        facts=[("Fund", fund.name), ("Account", f"{fund.bank_name}, {fund.bank_account}")],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: books.register_book(fund=fund.code, by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Registered: cheque book {made}, {counted(made.size, 'leaf', 'leaves')}.")
            return SeeOther(made.get_absolute_url())
    return form_page(http, form, page)


def _trail(row: ChequeBook) -> list[tuple[str, str]]:
    listed = reverse("cheque_books", args=[row.fund.code])
    return [(row.fund.code, row.fund.get_absolute_url()), ("Cheque books", listed), (str(row), row.get_absolute_url())]


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*books.HOLDERS, action="mark a leaf")
def leaf_mark(http: HttpRequest, code: str, pk: int) -> HttpResponse:
    """An unused leaf is spoilt or void."""
    row = books.get_book(code, pk, by=actor(http))
    form = MarkForm(http.POST or None, initial={"number": http.GET.get("number", "")})
    page = FormPage(
        "Mark a leaf",
        "Mark the leaf",
        row.get_absolute_url(),
        lead="A spoilt or void leaf keeps its number in the register for good.",
        crumbs=_trail(row),
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: books.mark_leaf(fund=code, book=pk, by=actor(http), **form.cleaned_data))
        if made is not None:
            messages.success(http, f"Recorded: {made}.")
            return SeeOther(row.get_absolute_url())
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*endings.ENDERS, action=endings.ACT)
def leaf_destroy(http: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A spoilt or void leaf is destroyed."""
    user, mark = actor(http), books.get_mark(code, pk, by=actor(http))
    form = DestroyForm(http.POST or None, witnesses=endings.witnesses(mark.book.fund, by=user))
    page = FormPage(
        f"Destroy leaf {mark.number}",
        "Record it as destroyed",
        mark.book.get_absolute_url(),
        crumbs=_trail(mark.book),
        facts=[("Leaf", mark.number), ("State", mark.get_kind_display()), ("Reason", mark.reason)],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: endings.destroy_leaf(fund=code, mark=pk, by=user, **form.given()))
        if made is not None:
            messages.success(http, f"Recorded: leaf {mark.number}. {made}.")
            return SeeOther(mark.book.get_absolute_url())
    return form_page(http, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_only(*endings.ENDERS, action=endings.ACT)
def cheque_end(http: HttpRequest, pk: int) -> HttpResponse:
    """What became of the paper of a failed cheque."""
    user = actor(http)
    failed: Instrument = get_visible(visible_instruments(user), to=user, path="line__disbursement__office", pk=pk)
    request = failed.line.disbursement
    form = EndForm(http.POST or None, witnesses=endings.witnesses(failed.fund, by=user))
    page = FormPage(
        f"The paper of cheque {failed.number}",
        "Record it",
        f"{request.get_absolute_url()}#payments",
        lead="Another payment replaces a failed cheque once its paper is destroyed, or lost, stopped and indemnified.",
        crumbs=[("Payments", reverse("payments")), (request.number, request.get_absolute_url())],
        facts=[
            ("Cheque", failed.number),
            ("Payee", failed.line.payee_name),
            ("Amount", figures(failed.amount)),
            ("State", f"{failed.get_state_display()}, {failed.state_on:%-d %b %Y}"),
            ("Reason", failed.reason),
        ],
    )
    if form.is_bound and form.is_valid():
        made = form.call(lambda: endings.end_cheque(instrument=pk, by=user, **form.given()))
        if made is not None:
            messages.success(http, f"Recorded: cheque {failed.number}. {made}.")
            return SeeOther(f"{request.get_absolute_url()}#payments")
    return form_page(http, form, page)


@require_POST
@roles_only(*SIGNERS, action=signing.ACT)
def cheque_sign(http: HttpRequest, pk: int) -> HttpResponse:
    """The second signature on a cheque."""
    made = signing.sign(instrument=pk, by=actor(http))
    messages.success(http, f"Signed: cheque {made.instrument.number}, {figures(made.instrument.amount)}.")
    return SeeOther(f"{made.instrument.line.disbursement.get_absolute_url()}#payments")


@require_POST
@roles_only(*leaf_paper.PRINTERS, action=leaf_paper.ACT)
def leaf_print(http: HttpRequest, pk: int) -> HttpResponse:
    """The cheque as it is printed on its leaf; each printing is recorded."""
    number, content = leaf_paper.print_leaf(instrument=pk, by=actor(http))
    return pdf_answer(content, f"cheque-{number}")


@require_safe
@roles_only(*leaf_paper.PREVIEWERS, action=leaf_paper.SEE)
def leaf_preview(http: HttpRequest, pk: int) -> HttpResponse:
    """The same over a grid, marked as no cheque; nothing is recorded."""
    return pdf_answer(leaf_paper.preview(pk, by=actor(http)), "preview")


@require_safe
@roles_only(*leaf_paper.PREVIEWERS, action=leaf_paper.SEE)
def leaf_test(http: HttpRequest, code: str) -> HttpResponse:
    """A test page to hold against a leaf of the fund's bank."""
    return pdf_answer(leaf_paper.test_page(code, by=actor(http)), f"{code}-test-page")
