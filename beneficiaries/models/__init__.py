"""Places, offices, people and cases."""

from beneficiaries.models.cases import Case, CourtOrder, Heir, Obligation, PrisonerCase, ReliefCase
from beneficiaries.models.disclosures import Disclosure
from beneficiaries.models.heirs import HeirWaiver
from beneficiaries.models.means import MeansEvidence
from beneficiaries.models.offices import ApiToken, Office, Officer
from beneficiaries.models.papers import Paper, PaperKind, PaperWaiver, PaperWithdrawal, RequiredPaper
from beneficiaries.models.people import Person
from beneficiaries.models.places import Court, District, Prison, Province
from beneficiaries.models.watch_list import (
    HitJudgement,
    ScreeningHit,
    ScreeningSetting,
    WatchEntry,
    WatchEntryEnd,
    WatchListVersion,
)

__all__ = [
    "ApiToken",
    "Case",
    "Court",
    "CourtOrder",
    "Disclosure",
    "District",
    "Heir",
    "HeirWaiver",
    "HitJudgement",
    "MeansEvidence",
    "Obligation",
    "Office",
    "Officer",
    "Paper",
    "PaperKind",
    "PaperWaiver",
    "PaperWithdrawal",
    "Person",
    "Prison",
    "PrisonerCase",
    "Province",
    "ReliefCase",
    "RequiredPaper",
    "ScreeningHit",
    "ScreeningSetting",
    "WatchEntry",
    "WatchEntryEnd",
    "WatchListVersion",
]
