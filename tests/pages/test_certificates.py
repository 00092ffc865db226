"""Certificates on pages: anybody verifies without a cookie, the desk finds, corrects and revokes by two."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.pages.clients import as_person
from tests.standing import standing
from tests.training.certificates import Taught, teach_a_class
from tests.training.lists import certificate
from tests.training.test_completions import picture
from training.models import Amendment, Assessment, CompletionCertificate
from training.services.standing import result_now

pytestmark = pytest.mark.django_db
LIST = "/training/certificates/"


@standing
def taught(cast: Cast) -> Taught:
    return teach_a_class(cast)


def asked(number: str, name: str) -> Any:
    return Client().post("/verify/", {"number": number, "name": name})


def test_a_code_and_a_number_with_the_name_verify_masked_and_without_a_cookie(taught: Taught) -> None:
    paper, *_ = taught.papers()
    by_code, by_number = Client().get(f"/v/{paper.signed_reference}/"), asked(paper.number, paper.holder_name)
    for answer in (by_code, by_number):
        text = answer.content.decode()
        assert "证书有效" in text and paper.number in text and "学**" in text
        assert paper.holder_name not in text and paper.worker.open_id_number()[:14] not in text  # type: ignore[attr-defined]
        assert not answer.cookies and "no-store" in answer["Cache-Control"]
    assert "由培训基地上报" in asked(taught.first.number, "学员乙").content.decode()


def test_an_unknown_number_and_a_wrong_name_are_answered_alike(taught: Taught) -> None:
    answers = [asked(taught.first.number, "学员甲"), asked(certificate(99), "学员甲")]
    texts = {a.content.decode().replace(taught.first.number, "N").replace(certificate(99), "N") for a in answers}
    assert len(texts) == 1 and [a.status_code for a in answers] == [404, 404]
    assert asked("", "").status_code == 422


def test_whoever_tries_names_is_told_to_wait(taught: Taught, settings: Any) -> None:
    settings.PAGE_RATES = settings.PAGE_RATES | {"verify": "2/hour"}
    assert [asked(certificate(9), "甲").status_code for _ in range(3)] == [404, 404, 429]


def test_a_code_not_given_out_here_or_for_something_else_is_no_certificate(taught: Taught) -> None:
    paper, *_ = taught.papers()
    forged = paper.signed_reference[:-1] + ("a" if paper.signed_reference[-1] != "a" else "b")
    assert Client().get(f"/v/{forged}/").status_code == 404
    assert "属于结业证" in Client().get(f"/c/{paper.signed_reference}/").content.decode()


@pytest.mark.parametrize("typed", ["学员乙", "xueyuan", "xyy", "NUMBER", "NUMBER-PART"])
def test_a_certificate_is_found_by_name_pinyin_and_number(taught: Taught, typed: str) -> None:
    wanted = typed.replace("NUMBER-PART", taught.first.number[:22]).replace("NUMBER", taught.first.number)
    page = as_person(taught.cast.clerk).get(LIST, {"q": wanted})
    assert taught.first.number in page.content.decode()
    assert certificate(2) not in as_person(taught.cast.clerk).get(LIST, {"q": taught.first.number}).content.decode()
    assert "没有符合条件" in as_person(taught.cast.clerk).get(LIST, {"q": "不存在"}).content.decode()


def test_a_revocation_is_proposed_once_however_often_it_is_tapped_and_shows_at_once(taught: Taught) -> None:
    base, bureau, path = as_person(taught.cast.base_clerk), as_person(taught.cast.clerk), f"{LIST}{taught.first.pk}/"
    assert base.post(f"{path}revoke/", {}).status_code == 422
    for _ in range(2):
        answer = base.post(f"{path}revoke/", {"phrase": "重复发证"})
    waiting = Amendment.objects.get()
    assert answer.headers["Location"] == reverse("amendment", args=[waiting.pk])
    own = base.post(reverse("amendment", args=[waiting.pk]), {"action": "confirm"})
    assert own.status_code == 422 and "须由人社局经办确认" in own.content.decode()
    assert "证书更正、作废待确认" in bureau.get("/").content.decode()
    bureau.post(reverse("amendment", args=[waiting.pk]), {"action": "confirm"})
    assert "证书已作废" in asked(taught.first.number, "学员乙").content.decode()
    assert (
        "已作废" in base.get(path).content.decode()
        and base.get(LIST, {"state": "revoked"}).content.count(b"rows-link") == 1
    )


def test_a_certificate_revoked_by_mistake_is_restored_by_two_and_verifies_again(taught: Taught) -> None:
    base, bureau, path = as_person(taught.cast.base_clerk), as_person(taught.cast.clerk), f"{LIST}{taught.first.pk}/"
    base.post(f"{path}revoke/", {"phrase": "重复发证"})
    bureau.post(reverse("amendment", args=[Amendment.objects.get().pk]), {"action": "confirm"})
    assert "恢复证书" in base.get(path).content.decode()
    form = base.get(reverse("correct_certificate", args=[taught.first.pk])).content.decode()
    assert "恢复证书" in form and 'value="作废有误"' in form and f'value="{taught.first.number}"' in form
    typed = {"number": taught.first.number, "issued_on": str(taught.first.issued_on), "phrase": "作废有误"}
    for _ in range(2):
        answer = base.post(reverse("correct_certificate", args=[taught.first.pk]), typed)
    waiting = Amendment.objects.get(status="proposed")
    assert answer.headers["Location"] == reverse("amendment", args=[waiting.pk])
    assert "证书已作废" in asked(taught.first.number, "学员乙").content.decode()
    bureau.post(reverse("amendment", args=[waiting.pk]), {"action": "confirm"})
    assert "证书有效" in asked(taught.first.number, "学员乙").content.decode()
    assert "没有符合条件" in base.get(LIST, {"state": "revoked"}).content.decode()


def test_wrong_marks_are_named_at_their_fields_and_what_was_typed_is_kept(taught: Taught) -> None:
    typed = {"attended_hours": "40", "theory_score": "777", "practice_score": "82", "verdict": "合格", "note": "改分"}
    at = reverse("correct_result", args=[taught.first.assessment_id])
    answer = as_person(taught.cast.base_clerk).post(at, typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and 'id="theory_score-error"' in text and 'value="777"' in text
    words = as_person(taught.cast.base_clerk).post(at, typed | {"attended_hours": "", "theory_score": "八十"})
    text = words.content.decode()
    assert words.status_code == 422 and 'id="attended_hours-error"' in text and 'id="theory_score-error"' in text


def test_a_result_without_a_certificate_is_corrected_at_the_desk_by_two(taught: Taught) -> None:
    base, bureau = as_person(taught.cast.base_clerk), as_person(taught.cast.clerk)
    rows = base.get("/training/results/", {"verdict": "不合格", "papers": "without"}).content.decode()
    failed = Assessment.objects.get(verdict="不合格")
    at = reverse("correct_result", args=[failed.pk])
    assert reverse("result", args=[failed.pk]) in rows and rows.count("rows-link") == 1
    typed = {
        "attended_hours": "40",
        "theory_score": "71",
        "practice_score": "82",
        "verdict": "合格",
        "phrase": "复核后改分",
    }
    for _ in range(2):
        answer = base.post(at, typed)
    waiting = Amendment.objects.get()
    assert answer.headers["Location"] == reverse("amendment", args=[waiting.pk])
    assert "更正待确认" in base.get("/training/results/", {"q": "学员戊"}).content.decode()
    assert base.post(reverse("amendment", args=[waiting.pk]), {"action": "confirm"}).status_code == 422
    bureau.post(reverse("amendment", args=[waiting.pk]), {"action": "confirm"})
    assert result_now(failed).verdict == "合格" and Assessment.objects.get(pk=failed.pk).verdict == "不合格"
    assert "没有符合条件" in base.get("/training/results/", {"verdict": "不合格"}).content.decode()
    assert "成绩更正" in base.get(reverse("result", args=[failed.pk])).content.decode()


def test_the_base_issues_papers_adds_a_photo_and_fetches_them(taught: Taught) -> None:
    client, of = as_person(taught.cast.base_clerk), f"/training/completions/class/{taught.the_class.pk}/"
    assert client.post(of, {"action": "issue"}).status_code == 422
    client.post(of, {"action": "issue", "seat": taught.first.assessment.enrolment_id})
    paper = CompletionCertificate.objects.get()
    at = f"/training/completions/{paper.pk}/"
    client.post(f"{at}photo/", {"photo": SimpleUploadedFile("a.jpg", picture())})
    assert "可换一张" in client.get(at).content.decode()
    pdf = client.post(f"{at}file/")
    assert pdf.content.startswith(b"%PDF") and "filename*=UTF-8''%E7%BB%93%E4%B8%9A" in pdf["Content-Disposition"]
    made = client.post(of, {"action": "print", "key": "k"}, follow=True)
    assert "已做好" in made.content.decode() and CompletionCertificate.objects.count() == 3
    file = client.post(made.request["PATH_INFO"] + "file/")
    assert file.content.startswith(b"%PDF")


def test_rules_and_codes_are_kept_by_the_clerk_and_read_by_the_base(taught: Taught) -> None:
    clerk, page = as_person(taught.cast.clerk), "/training/rules/"
    code = {"form": "code", "base": taught.cast.base.pk, "prefix": "S000044000001", "assessor_name": "示例评价机构"}
    assert clerk.post(page, code | {"prefix": "12"}).status_code == 422
    assert "S000044000001" in clerk.post(page, code, follow=True).content.decode()
    base = as_person(taught.cast.base_clerk)
    assert "登记代码" not in base.get(page).content.decode() and base.post(page, code).status_code == 422
    rule = {"form": "rule", "effective_on": "2999-01-01", "pass_mark": "70", "hours_percent": "90", "burst_days": "5"}
    assert clerk.post(page, rule | {"burst_certificates": "", "basis": "甲"}).status_code == 422
    assert (
        "2999-01-01"
        in clerk.post(page, rule | {"burst_certificates": "50", "basis": "待核定"}, follow=True).content.decode()
    )
