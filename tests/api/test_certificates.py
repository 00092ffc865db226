"""Certificates over the API: corrected and revoked by two, papers issued and fetched, verified by anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.doors import Doors
from tests.api.test_whole_batch import on
from tests.conftest import Cast
from tests.standing import standing
from tests.training.certificates import LATER, Taught, teach_a_class
from tests.training.lists import certificate

pytestmark = pytest.mark.django_db


@standing
def taught(cast: Cast) -> Taught:
    return teach_a_class(cast)


def asked(**body: str) -> Any:
    """As anybody asks, without a key or a cookie."""
    return Client().post("/api/v1/verification/", json.dumps(body), content_type="application/json")


def test_a_revocation_is_asked_by_the_base_confirmed_by_the_bureau_and_known_to_everybody(
    taught: Taught, doors: Doors
) -> None:
    base, bureau, one = doors(taught.cast.base_clerk), doors(taught.cast.clerk), taught.first
    with on(LATER):
        made = base.post(f"certificates/{one.pk}/revoke/", {"reason": "评价机构已作废"})
        assert made.status_code == 201 and made.json()["status"] == "proposed"
        waiting = made.json()["id"]
        assert base.post(f"amendments/{waiting}/confirm/", {}, seen=1).status_code == 403
        assert asked(number=one.number, name="学员乙").json()["state"] == "valid"
        assert bureau.post(f"amendments/{waiting}/confirm/", {}, seen=9).status_code == 412
        assert bureau.post(f"amendments/{waiting}/confirm/", {}, seen=1).json()["decided_on"] == LATER.isoformat()
    assert bureau.get("certificates/", is_revoked="true").json()["results"][0]["revoked_on"] == LATER.isoformat()
    answer = asked(number=one.number, name="学员乙")
    assert answer.json()["state"] == "revoked" and "学员乙" not in answer.content.decode() and not answer.cookies


def test_a_wrong_name_and_an_unknown_number_are_one_answer(taught: Taught) -> None:
    answers = [asked(number=taught.first.number, name="学员甲"), asked(number=certificate(99), name="学员乙"), asked()]
    assert {(a.status_code, a.json()["code"], a.json()["detail"]) for a in answers} == {
        (404, "CERTIFICATE_NOT_FOUND", "没有查到编号与姓名都相符的证书")
    }


def test_papers_are_issued_to_who_passed_fetched_as_a_pdf_and_verified_by_their_code(
    taught: Taught, doors: Doors
) -> None:
    base = doors(taught.cast.base_clerk)
    with on(LATER):
        issued = base.post("completions/", {"training_class": taught.the_class.pk})
        again = base.post("completions/", {"training_class": taught.the_class.pk})
    assert (issued.status_code, issued.json()["count"], again.json()["count"]) == (201, 3, 0)
    paper = issued.json()["completions"][0]
    pdf = base.get(f"completions/{paper['id']}/document/")
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"
    assert asked(number=paper["number"], name=paper["holder_name"]).json()["kind"] == "结业证"
    assert doors(taught.cast.hr).get(f"completions/{paper['id']}/document/").status_code == 404
