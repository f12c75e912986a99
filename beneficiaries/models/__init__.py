"""Places, offices, people and cases."""

from beneficiaries.models.cases import Case, CourtOrder, Heir, Obligation, PrisonerCase, ReliefCase
from beneficiaries.models.disclosures import Disclosure
from beneficiaries.models.duplicates import Pair, PairDecision
from beneficiaries.models.heirs import HeirWaiver
from beneficiaries.models.offices import ApiToken, Office, Officer
from beneficiaries.models.papers import Paper, PaperKind, PaperWaiver, PaperWithdrawal, RequiredPaper
from beneficiaries.models.people import Person
from beneficiaries.models.places import Court, District, Prison, Province
from beneficiaries.models.referrals import Referral, ReferralDecision
from beneficiaries.models.releases import ReleaseAlarm, ReleaseRecord, ReleaseStep, ReleaseWithdrawal

__all__ = [
    "ApiToken",
    "Case",
    "Court",
    "CourtOrder",
    "Disclosure",
    "District",
    "Heir",
    "HeirWaiver",
    "Obligation",
    "Office",
    "Officer",
    "Pair",
    "PairDecision",
    "Paper",
    "PaperKind",
    "PaperWaiver",
    "PaperWithdrawal",
    "Person",
    "Prison",
    "PrisonerCase",
    "Province",
    "Referral",
    "ReferralDecision",
    "ReleaseAlarm",
    "ReleaseRecord",
    "ReleaseStep",
    "ReleaseWithdrawal",
    "ReliefCase",
    "RequiredPaper",
]
