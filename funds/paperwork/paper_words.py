"""The language of a paper, and the Urdu that is kept in it. Reads only."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import F, Q

from beneficiaries.models import Office, Person
from beneficiaries.offices.policies import in_force
from funds.models import Fund, PaperLanguage, UrduTerm
from funds.models.paper_words import Language
from funds.papers.data import Term

# Where no row of the pack is in force.
USUAL = Language.BOTH


def language_of(fund: Fund, office: Office, *, on: date) -> Language:
    """In which language a voucher is issued: the fund's own row, then the office's, then the one for all."""
    rows = PaperLanguage.objects.filter(in_force(on), Q(fund=fund) | Q(fund=None), Q(office=office) | Q(office=None))
    row = rows.order_by(F("fund").asc(nulls_last=True), F("office").asc(nulls_last=True), "-effective_from").first()
    return Language(row.language) if row else USUAL


def terms(phrases: Iterable[str], *, on: date) -> tuple[Term, ...]:
    """The Urdu of these names and phrases, as far as the pack has it, in the order of the English."""
    rows = UrduTerm.objects.filter(in_force(on), english__in=set(phrases)).order_by("english", "effective_from")
    return tuple(Term(english, urdu) for english, urdu in {row.english: row.urdu for row in rows}.items())


def names(people: Iterable[int | None], *, then: datetime) -> Mapping[int, str]:
    """The Urdu names of these people, of whom the register had them at that time as it has them now.

    A name that was changed after the sanction is not what the signatories saw, so it is not printed beside theirs.
    """
    now = dict(Person.objects.filter(pk__in=set(people)).exclude(name_urdu="").values_list("pk", "name_urdu"))
    if not now:
        return {}
    past = Person.history.filter(id__in=now, history_date__lte=then).order_by("id", "-history_date", "-history_id")
    return {pk: name for pk, name in past.distinct("id").values_list("id", "name_urdu") if now[pk] == name}
