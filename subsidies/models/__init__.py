"""Third floor: policies, batches, money."""

from subsidies.models.applications import Application
from subsidies.models.batches import Batch, Calculation, CityAnswer, CityAnswerLine, Claim
from subsidies.models.confirmations import ClaimConfirmation, ConfirmationRound
from subsidies.models.corrections import CorrectionRequest
from subsidies.models.decisions import Entitlement, LineDecision
from subsidies.models.funds import Appropriation, LineFunding, Receipt
from subsidies.models.kept_matches import KeptMatch, MatchChange
from subsidies.models.lines import LineItem
from subsidies.models.notices import Objection, PublicNotice
from subsidies.models.payments import Clawback, Disbursement, DisbursementLine, PaymentFile, WriteOff
from subsidies.models.policies import Policy, PolicyVersion
from subsidies.models.reviews import Review
from subsidies.models.simulations import Simulation

__all__ = [
    "Application",
    "Appropriation",
    "Batch",
    "Calculation",
    "CityAnswer",
    "CityAnswerLine",
    "Claim",
    "ClaimConfirmation",
    "Clawback",
    "ConfirmationRound",
    "CorrectionRequest",
    "Disbursement",
    "DisbursementLine",
    "Entitlement",
    "KeptMatch",
    "LineDecision",
    "LineFunding",
    "LineItem",
    "MatchChange",
    "Objection",
    "PaymentFile",
    "Policy",
    "PolicyVersion",
    "PublicNotice",
    "Receipt",
    "Review",
    "Simulation",
    "WriteOff",
]
