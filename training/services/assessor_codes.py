"""What ties a certificate's number to a filing (备案): its first five signs, kind and assessor, are those of the filing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from park_workers.models import Membership, Organisation
from training.models import AssessorCode, AssessorOrganisation
from training.models.assessors import PROVINCIAL_CODE
from training.pass_list.certificate_numbers import FILED_SIGNS
from training.pass_list.recorded import FiledAssessor, FiledScope

COUNTED = (AssessorOrganisation.Status.CONFIRMED, AssessorOrganisation.Status.ENDED)


@dataclass
class CodeOfAssessor:
    """Five signs with the filings under them, the newest first, and the thirteen-sign codes given at bases."""

    letter_and_code: str
    filings: list[AssessorOrganisation] = field(default_factory=list)
    codes: list[AssessorCode] = field(default_factory=list)

    @property
    def is_provincial(self) -> bool:
        """Filed with the province: the code names nobody, and no filing here is expected."""
        return self.letter_and_code.endswith(PROVINCIAL_CODE)


def filings_by_code(bureau: Organisation) -> dict[str, tuple[FiledAssessor, ...]]:
    """Confirmed filings at a bureau, also ended ones, by the five signs; the provincial code names no body and is left out."""
    found: dict[str, list[FiledAssessor]] = defaultdict(list)
    rows = AssessorOrganisation.objects.filter(bureau=bureau, status__in=COUNTED).exclude(assessor_code=PROVINCIAL_CODE)
    for one in rows.select_related("organisation").prefetch_related("scopes").order_by("valid_from", "pk"):
        scopes = tuple(FiledScope(s.trade, s.lowest, s.highest, s.valid_from, s.valid_to) for s in one.scopes.all())
        filed = FiledAssessor(one.organisation.name, one.valid_from, one.last_day, scopes)
        found[one.letter_and_code].append(filed)
    return {code: tuple(filings) for code, filings in found.items()}


def codes_and_filings(viewer: Membership) -> list[CodeOfAssessor]:
    """Both records side by side as a viewer may see them: codes in use that no filing stands behind first."""
    found: dict[str, CodeOfAssessor] = {}
    filings = AssessorOrganisation.objects.visible_to(viewer).filter(status__in=COUNTED)
    for one in filings.select_related("organisation").prefetch_related("scopes").order_by("-valid_from", "-pk"):
        found.setdefault(one.letter_and_code, CodeOfAssessor(one.letter_and_code)).filings.append(one)
    codes = AssessorCode.objects.visible_to(viewer).select_related("base__organisation").order_by("prefix", "base_id")
    for code in codes:
        signs = code.prefix[:FILED_SIGNS]
        found.setdefault(signs, CodeOfAssessor(signs)).codes.append(code)

    def place(one: CodeOfAssessor) -> tuple[bool, str]:
        return bool(one.filings) or one.is_provincial, one.letter_and_code

    return sorted(found.values(), key=place)
