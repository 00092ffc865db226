"""A class with certificates, ready to be corrected, revoked and given papers for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from park_workers.models import Membership, Role
from tests.conftest import Cast, make_member
from tests.training.lists import failed, give_pass_list, passed, uncertified
from training.models import Certificate, CompletionCertificate, TrainingClass
from training.services.completions import issue_completions

LATER = date(2023, 12, 1)


@dataclass
class Taught:
    """The first class of the base: two with certificates, one still without, one who failed."""

    cast: Cast
    colleague: Membership

    @property
    def the_class(self) -> TrainingClass:
        return TrainingClass.objects.get()

    @property
    def first(self) -> Certificate:
        return Certificate.objects.order_by("pk")[0]

    def papers(self, day: date = LATER) -> list[CompletionCertificate]:
        """The base's own certificates, issued."""
        return issue_completions(actor=self.cast.base_clerk, training_class=self.the_class, day=day)


def teach_a_class(cast: Cast) -> Taught:
    """Everything through the pass list, as it really comes."""
    give_pass_list(cast, [passed(1), passed(2), uncertified(3), failed(4)])
    return Taught(cast, make_member("base_colleague", cast.base.organisation, Role.BASE_CLERK))
