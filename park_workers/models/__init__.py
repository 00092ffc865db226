"""First floor: organisations, people, employments, insurance, uploads."""

from park_workers.models.account_requests import AccountRequest, ColleagueInvitation, OwnerHandover
from park_workers.models.cards import CardPrint, Poster, WorkerCard
from park_workers.models.confirmations import ConfirmedMonthsLook, HeadcountConfirmation
from park_workers.models.employments import ContractSpan, Employment, EmploymentOverlap, PerhapsNeverHired, PostSpan
from park_workers.models.headcounts import HeadcountChange, HeadcountSnapshot, KeptHeadcount
from park_workers.models.hire_date_requests import HireDateRequest
from park_workers.models.id_card_pictures import IdCardPicture
from park_workers.models.insurance import InsuredMonth, OtherSubsidy
from park_workers.models.list_exports import ListExport
from park_workers.models.organisations import Enterprise, Organisation, TrainingBase
from park_workers.models.payees import PayeeAccount
from park_workers.models.people import Worker, WorkerRegistration
from park_workers.models.phone_codes import CodeAllowance, OneTimeCode
from park_workers.models.reminders import HeadcountReminder
from park_workers.models.scan_entries import ScanEntry, SpentCaptcha
from park_workers.models.sign_ins import Invitation, RecoveryCode, SecondFactor, SignIn
from park_workers.models.uploads import Upload, UploadIssue
from park_workers.models.users import Membership, Role, User

__all__ = [
    "AccountRequest",
    "CardPrint",
    "CodeAllowance",
    "ColleagueInvitation",
    "ConfirmedMonthsLook",
    "ContractSpan",
    "Employment",
    "EmploymentOverlap",
    "Enterprise",
    "HeadcountChange",
    "HeadcountConfirmation",
    "HeadcountReminder",
    "HeadcountSnapshot",
    "HireDateRequest",
    "IdCardPicture",
    "InsuredMonth",
    "Invitation",
    "KeptHeadcount",
    "ListExport",
    "Membership",
    "OneTimeCode",
    "Organisation",
    "OtherSubsidy",
    "OwnerHandover",
    "PayeeAccount",
    "PerhapsNeverHired",
    "PostSpan",
    "Poster",
    "RecoveryCode",
    "Role",
    "ScanEntry",
    "SecondFactor",
    "SignIn",
    "SpentCaptcha",
    "TrainingBase",
    "Upload",
    "UploadIssue",
    "User",
    "Worker",
    "WorkerCard",
    "WorkerRegistration",
]
