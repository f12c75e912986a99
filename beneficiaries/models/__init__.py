"""Places, offices, people and cases."""

from beneficiaries.models.absences import Absence, AbsenceEnd
from beneficiaries.models.cases import Case, CourtOrder, PrisonerCase, ReliefCase
from beneficiaries.models.contact import ContactWish
from beneficiaries.models.disclosures import Disclosure
from beneficiaries.models.duplicates import Pair, PairDecision
from beneficiaries.models.heirs import Heir, HeirWaiver
from beneficiaries.models.instalments import Instalment, InstalmentPlan, LoanTerms
from beneficiaries.models.limits import OfficerLimit, OfficerLimitDecision
from beneficiaries.models.means import MeansEvidence
from beneficiaries.models.offices import ApiToken, Office, Officer
from beneficiaries.models.owed import JointAward, Obligation, PriorPayment, PriorPaymentStruck
from beneficiaries.models.papers import Paper, PaperKind, PaperWaiver, PaperWithdrawal, RequiredPaper
from beneficiaries.models.people import Person
from beneficiaries.models.places import Court, District, Prison, Province
from beneficiaries.models.policy import DiyatValue, IncompatibleRoles, Limit, ViolationCeiling
from beneficiaries.models.reasons import CeilingPermit, HelpReason
from beneficiaries.models.referrals import Referral, ReferralDecision
from beneficiaries.models.registers import RegisterEntry
from beneficiaries.models.releases import ReleaseAlarm, ReleaseRecord, ReleaseStep, ReleaseWithdrawal
from beneficiaries.models.watch_list import (
    HitJudgement,
    ScreeningHit,
    ScreeningSetting,
    WatchEntry,
    WatchEntryEnd,
    WatchListVersion,
)

__all__ = [
    "Absence",
    "AbsenceEnd",
    "ApiToken",
    "Case",
    "CeilingPermit",
    "ContactWish",
    "Court",
    "CourtOrder",
    "Disclosure",
    "District",
    "DiyatValue",
    "Heir",
    "HeirWaiver",
    "HelpReason",
    "HitJudgement",
    "IncompatibleRoles",
    "Instalment",
    "InstalmentPlan",
    "JointAward",
    "Limit",
    "LoanTerms",
    "MeansEvidence",
    "Obligation",
    "Office",
    "Officer",
    "OfficerLimit",
    "OfficerLimitDecision",
    "Pair",
    "PairDecision",
    "Paper",
    "PaperKind",
    "PaperWaiver",
    "PaperWithdrawal",
    "Person",
    "PriorPayment",
    "PriorPaymentStruck",
    "Prison",
    "PrisonerCase",
    "Province",
    "Referral",
    "ReferralDecision",
    "RegisterEntry",
    "ReleaseAlarm",
    "ReleaseRecord",
    "ReleaseStep",
    "ReleaseWithdrawal",
    "ReliefCase",
    "RequiredPaper",
    "ScreeningHit",
    "ScreeningSetting",
    "ViolationCeiling",
    "WatchEntry",
    "WatchEntryEnd",
    "WatchListVersion",
]
