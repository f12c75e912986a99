"""How papers speak: their language by fund and office, and the Urdu of what they name in English. Dated, from the pack."""

from django.db import models
from django.db.models import Q

from beneficiaries.models import Office
from beneficiaries.models.policy import Dated
from funds.models.fund import Fund
from ledger.history import records
from ledger.models.guards import never_removed


class Language(models.TextChoices):
    """Of a paper; one in both is led by English."""

    ENGLISH = "en", "English"
    URDU = "ur", "Urdu"
    BOTH = "both", "English and Urdu"


class PaperLanguage(Dated):
    """The language in which vouchers are issued. A row of a fund goes before one of an office, and that before one for all."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    language = models.CharField(max_length=4, choices=Language.choices)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["fund", "office", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["fund", "office", "effective_from"], name="paper_language_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="paper_language_is_known"),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return self.get_language_display()


class UrduTerm(Dated):
    """The Urdu of one name or phrase, word for word as papers write it in English."""

    english = models.CharField(max_length=120)
    urdu = models.CharField(max_length=120)

    history = records()

    class Meta(Dated.Meta):
        ordering = ["english", "effective_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["english", "effective_from"], name="urdu_term_once_from_a_day"),
            models.CheckConstraint(condition=~Q(urdu=""), name="urdu_term_has_words"),
        ]
        triggers = [never_removed()]

    def __str__(self) -> str:
        return self.english
