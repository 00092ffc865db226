"""Actions on one thing, each a button, a form that asks once more, and one service call behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from pages.acting import member_of
from pages.typed_forms import reason_of
from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.workflow import StatefulModel
from park_workers.models import Membership


@dataclass(frozen=True)
class Act:
    """One action; `run` is told who acts, on what, what was noted, and the day."""

    key: str
    move: str
    label: str
    explains: str
    run: Callable[[Membership, Any, str, date], Any]
    done: str
    is_primary: bool = True
    needs_note: bool = False
    #: whether the action puts the thing on the person's desk
    is_task: bool = True
    phrases: tuple[str, ...] = ()
    extra_check: Callable[[Any, Membership], bool] | None = None
    #: last word of the audit event it leaves, where that is neither its move nor its key
    event: str = ""


@dataclass(frozen=True)
class ActPage:
    """What may be done with one kind of thing: `may` is the rule of button and form, `back` leads to the thing's own page."""

    noun: str
    acts: tuple[Act, ...]
    may: Callable[[Act, Any, Membership], bool]
    form: Callable[[HttpRequest, Any, Act, str], HttpResponse]
    back: Callable[[Any], HttpResponse]

    def offered(self, subject: StatefulModel, member: Membership) -> list[Act]:
        """The buttons of a page, the main one last."""
        return sorted((act for act in self.acts if self.may(act, subject, member)), key=lambda act: act.is_primary)

    def answer(self, request: HttpRequest, subject: StatefulModel, key: str) -> HttpResponse:
        """The form of one action (GET) and the action itself (POST)."""
        chosen = next((act for act in self.acts if act.key == key), None)
        if chosen is None:
            raise Http404
        if request.method == "POST":
            return self._take(request, subject, chosen)
        if not self.may(chosen, subject, member_of(request)):
            messages.warning(request, f"当前状态为“{subject.status_label()}”，您现在不能办理“{chosen.label}”。")
            return self.back(subject)
        return self.form(request, subject, chosen, "")

    def _take(self, request: HttpRequest, subject: StatefulModel, chosen: Act) -> HttpResponse:
        member, note, seen = member_of(request), reason_of(request), subject.version
        say = messages.warning
        refused = f"该{self.noun}刚被他人办理过，“{chosen.label}”未生效。请查看最新状态后再办理。"
        if request.POST.get("version") == str(seen):
            if chosen.needs_note and not note:
                return self.form(request, subject, chosen, "请说明原因：选择一条常用原因，或填写具体情况。")
            try:
                chosen.run(member, subject, note, business_day())
                messages.success(request, chosen.done)
                return self.back(subject)
            except RuleViolation as refusal:
                say, refused = messages.error, refusal.sentences
        if _was_mine(subject, chosen, member):  # a second tap
            messages.info(request, f"“{chosen.label}”已办理，无需重复操作。")
        else:
            say(request, refused)
        return self.back(subject)


def _was_mine(subject: StatefulModel, act: Act, member: Membership) -> bool:
    """Whether this person has taken this action on this thing as the latest that happened to it."""
    last = AuditEvent.objects.filter(subject_kind=subject._meta.label, subject_id=subject.pk).order_by("-pk").first()
    words = {act.move, act.key, act.event}
    return last is not None and last.person_id == member.user_id and last.code.rpartition(".")[2] in words
