"""Weighty operations ask again who it is: sessions remember the answer, client keys send it along."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from api.client_keys import issue_client_key
from park_workers.foundation.audit import AuditEvent
from park_workers.services.acting import PersonActor
from park_workers.services.sign_ins import end_sessions
from tests.accounts.conftest import NOW, PASSWORD, code_at, with_password, with_second_factor
from tests.api.doors import Door, Doors, refused
from tests.api.programs import Program
from tests.api.test_openapi import operations
from tests.conftest import FIRST_DAY, Cast
from tests.subsidies.stage import Stage

pytestmark = pytest.mark.django_db
WHY = {"reason": "与银行核对收款人"}
WEIGHTY = {
    "write_offs_approve_create", "assessors_confirm_create", "assessment_sittings_confirm_create",
    "assessment_filings_approve_create",
    "batches_review_create", "batches_approve_create", "batches_publish_create", "batches_republish_create",
    "batches_send_create", "batches_cancel_create", "policy_versions_publish_create", "workers_reveal_create",
    "objections_reveal_contact_create", "payment_files_create", "payment_files_send_create",
    "payment_files_content_retrieve", "payee_accounts_approve_create",
    "clawbacks_approve_create", "keys_create", "amendments_confirm_create", "completions_document_retrieve",
    "referrals_reveal_phone_create", "review_rounds_draw_create", "review_rounds_decide_create",
    "review_rounds_publish_create", "rubric_versions_publish_create", "grade_revocations_confirm_create",
    "review_objections_reveal_contact_create", "review_rounds_results_workbook_retrieve",
    "review_rounds_scores_workbook_retrieve", "referrals_people_workbook_retrieve",
    "referrals_funnel_workbook_retrieve", "assessment_sittings_figures_workbook_retrieve",
}  # fmt: skip


@pytest.fixture(autouse=True)
def asked_again(settings: Any) -> Any:
    """As on a server; the clock stands."""
    settings.CONFIRM_AGAIN_SECONDS = 600
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def confirmed(door: Door, **word: str) -> str:
    answer = door.post("session/confirmation/", word or {"password": PASSWORD}, key="")
    assert answer.status_code == 200, answer.json()
    return str(answer.json()["confirmation"])


def reveal(door: Door, address: str, word: str) -> Any:
    headers = {"Authorization": f"Api-Key {door.key}", "Confirmation": word}
    return door.client.post(f"/api/v1/{address}", json.dumps(WHY), content_type="application/json", headers=headers)


@pytest.fixture
def address(stage: Stage) -> str:
    with_password(stage.cast.clerk.user)
    return f"workers/{stage.hires[0].worker_id}/reveal/"


def test_every_weighty_operation_refuses_without_a_confirmation(cast: Cast, doors: Doors) -> None:
    named = {one["operationId"] for _, _, one in operations() if "without it 403" in one.get("description", "")}
    assert named == WEIGHTY
    for method, path, one in operations():
        if one["operationId"] in WEIGHTY:
            address = "/".join("1" if part.startswith("{") else part for part in path.split("/"))[8:]
            door = doors(cast.clerk)
            answer = door.get(address) if method == "get" else door.post(address, {}, seen=1)
            assert "session/confirmation/" in refused(answer, 403, "CONFIRM_AGAIN")["fix"], path
            assert "Confirmation" in {parameter["name"] for parameter in one["parameters"]}


def test_a_key_confirms_by_password_and_sends_the_word_along(cast: Cast, doors: Doors, address: str) -> None:
    door = doors(cast.clerk)
    refused(reveal(door, address, ""), 403, "CONFIRM_AGAIN")
    assert reveal(door, address, confirmed(door)).json()["id_number"]
    assert AuditEvent.objects.filter(code="sign_in.confirmed_again").count() == 1


def test_a_code_of_the_phone_confirms_as_well(cast: Cast, doors: Doors, address: str, asked_again: Any) -> None:
    with_second_factor(cast.clerk.user)
    asked_again.shift(timedelta(minutes=1))
    door = doors(cast.clerk)
    word = confirmed(door, code=code_at(cast.clerk.user, NOW + timedelta(minutes=1)))
    assert reveal(door, address, word).status_code == 200


def test_a_confirmation_ends_with_its_minutes(cast: Cast, doors: Doors, address: str, asked_again: Any) -> None:
    door = doors(cast.clerk)
    word = confirmed(door)
    asked_again.shift(timedelta(minutes=9))
    assert reveal(door, address, word).status_code == 200
    asked_again.shift(timedelta(minutes=2))
    refused(reveal(door, address, word), 403, "CONFIRM_AGAIN")


def test_a_confirmation_is_for_one_key_one_person_and_the_sessions_of_now(
    cast: Cast, doors: Doors, address: str
) -> None:
    door = doors(cast.clerk)
    word = confirmed(door)
    _, text = issue_client_key(actor=cast.clerk, name="另一把", day=FIRST_DAY)
    refused(reveal(Door(cast.clerk, text), address, word), 403, "CONFIRM_AGAIN")
    refused(reveal(doors(cast.reviewer), address, word), 403, "CONFIRM_AGAIN")
    refused(reveal(door, address, word[:-1] + ("a" if word[-1] != "a" else "b")), 403, "CONFIRM_AGAIN")
    actor = PersonActor(cast.clerk.user)
    end_sessions(actor=actor, user=cast.clerk.user, now=NOW, reason="岗位已变更")
    refused(reveal(door, address, word), 403, "CONFIRM_AGAIN")


def test_a_session_remembers_its_confirmation(cast: Cast, stage: Stage, address: str, asked_again: Any) -> None:
    program = Program()
    program.sign_in("clerk", PASSWORD)
    assert program.post(address, WHY).status_code == 200, "the log-in itself confirms"
    asked_again.shift(timedelta(minutes=11))
    refused(program.post(address, WHY), 403, "CONFIRM_AGAIN")
    answer = program.post("session/confirmation/", {"password": PASSWORD}).json()
    assert answer["confirmation"] == "" and answer["confirmed_until"].startswith("2026-11-20T10:21")
    assert program.post(address, WHY).status_code == 200


def test_wrong_answers_confirm_nothing_and_lock_as_at_the_door(cast: Cast, doors: Doors, address: str) -> None:
    door = doors(cast.clerk)
    refused(door.post("session/confirmation/", {}, key=""), 422, "CONFIRMATION_EMPTY")
    for _ in range(4):
        refused(door.post("session/confirmation/", {"password": "no"}, key=""), 422, "PASSWORD_WRONG")
    refused(door.post("session/confirmation/", {"password": "no"}, key=""), 429, "LOCKED_OUT")
    refused(door.post("session/confirmation/", {"password": PASSWORD}, key=""), 429, "LOCKED_OUT")
    refused(Program().sign_in("clerk", PASSWORD), 429, "LOCKED_OUT")


def test_wrong_codes_count_per_person(cast: Cast, doors: Doors, address: str, asked_again: Any) -> None:
    with_second_factor(cast.clerk.user)
    door = doors(cast.clerk)
    for _ in range(5):
        refused(door.post("session/confirmation/", {"code": "000000"}, key=""), 422, "CODE_WRONG")
    refused(door.post("session/confirmation/", {"code": "000000"}, key=""), 422, "TOO_MANY_TRIES")


def test_what_changes_nothing_weighty_asks_nobody_again(cast: Cast, doors: Doors) -> None:
    assert doors(cast.clerk).get("batches/").status_code == 200
    refused(doors(cast.hr).post("employments/", {}), 422, "FIELDS_INVALID")
