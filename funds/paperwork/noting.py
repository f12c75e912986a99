"""The noting of a file: submissions, decisions, voucher and cancellation of a request as numbered paragraphs, and as a paper."""

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from beneficiaries.models import Officer
from beneficiaries.offices.registers import Kind
from funds.chain import duties
from funds.committee import minutes_words
from funds.models import Adoption, ApprovalStep, Cancellation, ChainVoid, Decision, Disbursement, Sanction, Voucher
from funds.papers.fonts import REGULAR, MissingGlyph
from funds.papers.notes import draw_notes
from funds.papers.notes_data import Note, NoteSheet, Turn
from funds.requests import filing
from funds.requests.submissions import Change, Submitted, changes, submissions_of
from ledger.money import figures, words
from ledger.roles import Role

DAY = "%-d %b %Y"
MOST_TURNS = 40
NOTHING = "nothing"
_PAYS = "the Drawing and Disbursing Officer"
_AGAIN = "Submitted again after correction"


class Posts:
    """The posts that these people held at any time, read in one query."""

    def __init__(self, users: list[User]) -> None:
        rows = Officer.history.filter(user__in={user.pk for user in users}).order_by("history_id")
        self.rows = list(rows.values_list("user", "history_date", "designation"))

    def held(self, user: User, at: datetime) -> str:
        """The post the user held then."""
        then = [post for of, since, post in self.rows if of == user.pk and since <= at]
        return then[-1] if then else str(user.officer.designation)


def notes_of(request: Disbursement) -> list[Note]:
    """Every paragraph in the order in which it was written, the maker's first."""
    submitted = submissions_of(request)
    voucher = (
        Voucher.objects.filter(sanction__disbursement=request).defer("snapshot").select_related("issued_by").first()
    )
    ended = Cancellation.objects.filter(disbursement=request).select_related("cancelled_by").first()
    signed = [voucher.issued_by] if voucher else []
    signed += [ended.cancelled_by] if ended else []
    posts = Posts([*signed, *(row.by for row in submitted)])
    steps = list(request.steps.select_related("committee").order_by("submission", "position"))
    made = request.decisions.select_related("step__committee", "ground", "delegation").order_by("pk")
    written = [
        *_submitted(request, submitted, steps, posts),
        *_decisions(request, list(made), steps),
        *_voided(request),
        *_apart(request),
        *_inspected(request),
        *_vouchered(voucher, posts),
        *_cancelled(ended, posts),
    ]
    written.sort(key=lambda pair: pair[0])
    return [replace(note, number=number) for number, (_, note) in enumerate(written, 1)]


Written = tuple[datetime, Note]


def _submitted(
    request: Disbursement, submitted: list[Submitted], steps: list[ApprovalStep], posts: Posts
) -> list[Written]:
    found: list[Written] = []
    for place, row in enumerate(submitted):
        chain = [step for step in steps if step.submission == row.number]
        turns = changes(submitted[place - 1], row) if place else []
        act = _AGAIN if place else "Submitted for sanction"
        text = (
            f"{figures(row.amount)} ({words(row.amount)}) is asked from the {request.fund.name}, {request.year.label}, as"
            f" {request.get_kind_display().lower()}: {row.title}. To be paid to {row.pay_to}."
        )
        if place:
            text = "What was changed is told below." if turns else "Nothing was changed."
        if chain:
            text += f" The chain is that of the rule “{chain[0].rule_title}”."
        note = Note(
            0,
            act,
            text,
            row.by.get_full_name(),
            posts.held(row.by, row.at),
            _when(row.on, row.at),
            _next(chain, 0),
            _turns(turns),
        )
        found.append((row.at, note))
    return found


def _turns(rows: list[Change]) -> tuple[Turn, ...]:
    told = [Turn(row.what, row.was or NOTHING, row.became or NOTHING) for row in rows[:MOST_TURNS]]
    if len(rows) > MOST_TURNS:
        told.append(Turn(f"{len(rows) - MOST_TURNS} more", "see the trail", "see the trail"))
    return tuple(told)


def _next(chain: list[ApprovalStep], place: int) -> str:
    """Whose desk it goes to after the step at `place`; 0 is the maker's."""
    if place >= len(chain):
        return _PAYS
    step = chain[place]
    return step.desk or str(Role(step.role).label)


def _decisions(request: Disbursement, made: list[Decision], steps: list[ApprovalStep]) -> list[Written]:
    """Each with whether its step was signed by all with it, so that the file goes on."""
    written, signed = [], dict.fromkeys((step.pk for step in steps), 0)
    minuted = minutes_words.adoptions_of(made)
    together: dict[int, list[Decision]] = {}
    for row in made:
        if row.minutes_item_id in minuted and row.outcome != Decision.Outcome.RECUSED:
            together.setdefault(row.minutes_item_id, []).append(row)
            continue
        if row.outcome == Decision.Outcome.APPROVED:
            signed[row.step_id] += 1
        elif row.back_to:
            signed |= {s.pk: 0 for s in steps if s.submission == row.submission and s.position >= row.back_to}
        written.append(_decided(request, row, steps, goes_on=signed[row.step_id] >= row.step.signatures))
    written += [_in_meeting(request, rows, minuted[item], steps) for item, rows in together.items()]
    return written


def _in_meeting(request: Disbursement, made: list[Decision], adoption: Adoption, steps: list[ApprovalStep]) -> Written:
    """What a committee decided is one paragraph, whoever of its members stands behind it."""
    at, note = _decided(request, made[-1], steps, goes_on=True)
    whole, names = minutes_words.words(adoption), ", ".join(row.name for row in made)
    text = f"{_ended(f'Decided by {adoption.committee}, {whole}, by {names}')} {note.text}"
    return at, replace(note, text=text.strip(), name=str(adoption.committee), post=whole[:1].upper() + whole[1:])


def _decided(request: Disbursement, made: Decision, steps: list[ApprovalStep], *, goes_on: bool) -> Written:
    step, chain = made.step, [row for row in steps if row.submission == made.submission]
    approved = made.outcome == Decision.Outcome.APPROVED
    act, text = (step.act if approved else made.get_outcome_display()), made.reason
    marked = ""
    if approved:
        marked = _next(chain, step.position) if goes_on else f"another officer, as {_next(chain, step.position - 1)}"
    elif made.outcome == Decision.Outcome.RECUSED:
        marked = f"another officer, as {_next(chain, step.position - 1)}"
    elif made.outcome == Decision.Outcome.RETURNED:
        marked = _next(chain, made.back_to - 1) if made.back_to else request.maker.get_full_name()
    if made.ground is not None:
        text = f"{made.ground}: {text}"
    if made.back_to:
        text = f"{_ended(text)} From step {made.back_to} on it is to be signed again."
    if goes_on and approved and step.last:
        text = f"{text} {_sanction(request)}".strip()
    note = Note(0, act, _ended(text), made.name, made.seat, _when(made.decided_on, made.recorded_at), marked)
    return made.recorded_at, note


def _voided(request: Disbursement) -> list[Written]:
    """One paragraph for each chain that ended because something changed under it, written by the system."""
    found: dict[int, list[ChainVoid]] = {}
    for row in ChainVoid.objects.filter(disbursement=request).order_by("pk"):
        found.setdefault(row.submission, []).append(row)
    back, written = request.maker.get_full_name(), []
    for rows in found.values():
        turns = _turns([Change(row.field, row.before, row.after) for row in rows])
        at = rows[0].recorded_at
        text = "What was submitted was changed meanwhile, so no signature counts. What was changed is told below."
        when = _when(timezone.localdate(at), at)
        written.append((at, Note(0, "Chain void", text, "Written by the system", "", when, back, turns)))
    return written


def _apart(request: Disbursement) -> list[Written]:
    """Conflicts of interest declared with the request, its cases or its people, and how they ended."""
    rows = list(duties.conflicts_with(request.pk))
    ended = [
        (
            row.ending.recorded_at,
            Note(
                0,
                "Conflict of interest ended",
                _ended(f"That of {row.name} with {row.about}: {row.ending.reason}"),
                row.ending.name,
                row.ending.post,
                _when(row.ending.ended_on, row.ending.recorded_at),
                "",
            ),
        )
        for row in rows
        if row.ended
    ]
    return ended + [
        (
            row.recorded_at,
            Note(
                0,
                "Conflict of interest declared",
                _ended(f"With {row.about}. {row.ground}: {row.reason}"),
                row.name,
                row.post,
                _when(row.declared_on, row.recorded_at),
                "",
            ),
        )
        for row in rows
    ]


def _inspected(request: Disbursement) -> list[Written]:
    """Who looked at which random sample of the lines."""
    return [
        (
            row.recorded_at,
            Note(
                0, "List inspected", f"Inspected {row.size:,} of {row.lines:,}, seed {row.seed}.", row.name, row.post,
                _when(timezone.localdate(row.recorded_at), row.recorded_at), "",
            ),
        )
        for row in request.inspections.order_by("pk")
    ]  # fmt: skip


def _ended(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _sanction(request: Disbursement) -> str:
    found = Sanction.objects.filter(disbursement=request).first()
    if found is None:
        return ""
    sent = [entry.number for entry in filing.entries_of(request) if entry.kind == Kind.SANCTION_ORDER]
    out = f"; its order went out under dispatch no. {sent[0]}" if sent else ""
    return f"Sanction no. {found.number}{out}."


def _vouchered(found: Voucher | None, posts: Posts) -> list[Written]:
    if found is None:
        return []
    text = f"No. {found.number} for {figures(found.amount)}."
    by, at = found.issued_by, found.recorded_at
    note = Note(0, "Voucher issued", text, by.get_full_name(), posts.held(by, at), _when(found.issued_on, at), "")
    return [(at, note)]


def _cancelled(found: Cancellation | None, posts: Posts) -> list[Written]:
    if found is None:
        return []
    by, at = found.cancelled_by, found.recorded_at
    note = Note(
        0, "Cancelled", _ended(found.reason), by.get_full_name(), posts.held(by, at), _when(found.cancelled_on, at), ""
    )
    return [(at, note)]


def _when(on: date, at: datetime) -> str:
    """'10 Oct 2025, 14:05', and when it was entered where that was another day."""
    local = timezone.localtime(at)
    if local.date() == on:
        return f"{on:{DAY}}, {local:%H:%M}"
    return f"{on:{DAY}}, entered {local:{DAY}, %H:%M}"


def note_sheet(request: Disbursement) -> bytes:
    """The noting as a PDF file: drawn from the records, so it grows with them and is else the same every time."""
    fund = request.fund
    return draw_notes(
        NoteSheet(
            government=settings.PAPER_GOVERNMENT,
            ministry=settings.PAPER_MINISTRY,
            fund_name=fund.name,
            fund_note=f"{fund.nature} · financial year {request.year.label}",
            particulars=(request.office.name, f"Fund {fund.code}", request.get_kind_display()),
            file=filing.file_number(request),
            request=request.number,
            subject=request.title,
            amount=figures(request.amount),
            state=request.get_state_display(),
            notes=tuple(_printable(note) for note in notes_of(request)),
        )
    )


def _printable(note: Note) -> Note:
    """A remark may be in letters that our papers have no type for; then the sheet says where it stands instead of failing."""
    try:
        REGULAR.width(note.text, 9)
    except MissingGlyph:
        return replace(
            note, text="The remark is in letters that this paper cannot print; the page of the request shows it."
        )
    return note
