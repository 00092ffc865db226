"""A wrong hire date, contract or post on the phone; the bureau's page of requests; where a correction asked for is mended."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.business_day import business_day
from park_workers.models import Employment, HireDateRequest
from subsidies.services.corrections import ask_correction
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.subsidies.stage import Day, hire, set_stage, take_to

pytestmark = pytest.mark.django_db
TYPED = {"hired_on": "2023-02-13", "reason": "与合同原件不一致", "note": "合同 2 月 13 日起"}


def page_of(employment: Employment) -> str:
    return f"/m/workers/{employment.reference}/hire-date/"


def test_the_enterprise_corrects_the_date_and_the_person_keeps_the_history(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    phone = as_person(cast.hr)
    assert f'href="{page_of(one)}"' in text_of(cast.hr, f"/m/workers/{one.reference}/")
    wrong = phone.post(page_of(one), {"hired_on": "2023-13-40", "reason": ""})
    assert wrong.status_code == 422 and wrong.content.decode().count("aria-invalid") == 1
    assert "请选择或填写更正原因" in wrong.content.decode() and "2023-13-40" in wrong.content.decode()
    assert phone.post(page_of(one), TYPED).status_code == 302
    one.refresh_from_db()
    assert one.hired_on == date(2023, 2, 13)
    page = text_of(cast.hr, f"/m/workers/{one.reference}/")
    assert "更正入职日期" in page and "2023-02-01 → 2023-02-13" in page


def test_once_judged_the_same_form_asks_and_the_clerk_decides(cast: Cast) -> None:
    (one,) = take_to(set_stage(cast, alpha=1, beta=0), "computed").hires
    phone, desk = as_person(cast.hr), as_person(cast.clerk)
    assert "提交更正申请" in text_of(cast.hr, page_of(one))
    assert phone.post(page_of(one), TYPED).status_code == 302
    asked = HireDateRequest.objects.get()
    assert "撤回申请" in text_of(cast.hr, page_of(one))
    assert "待区人社局核对" in text_of(cast.hr, f"/m/workers/{one.reference}/")
    assert "入职日期更正待核对" in text_of(cast.clerk, "/")
    assert "合同 2 月 13 日起" in text_of(cast.clerk, "/hire-dates/")
    page = text_of(cast.clerk, f"/hire-dates/{asked.pk}/")
    assert "第一批" in page and "2023-02" in page
    assert desk.post(f"/hire-dates/{asked.pk}/", {"action": "refuse"}).status_code == 422
    assert desk.post(f"/hire-dates/{asked.pk}/", {"action": "grant", "phrase": "与合同原件一致"}).status_code == 302
    one.refresh_from_db()
    assert one.hired_on == date(2023, 2, 13)
    assert "同意更正入职日期" in text_of(cast.hr, f"/m/workers/{one.reference}/")


def test_a_request_is_taken_back_on_the_phone_and_only_there(cast: Cast) -> None:
    (one,) = take_to(set_stage(cast, alpha=1, beta=0), "computed").hires
    as_person(cast.hr).post(page_of(one), TYPED)
    asked = HireDateRequest.objects.get()
    body = {"asked": asked.reference}
    assert as_person(cast.hr_beta).post(f"{page_of(one)}withdraw/", body).status_code == 404
    as_person(cast.hr).post(f"{page_of(one)}withdraw/", body)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    assert as_person(cast.hr).get(f"/hire-dates/{asked.pk}/").status_code == 403


def test_the_start_of_a_contract_is_put_right_without_leaving_the_wrong_one(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    form = f"/m/workers/{one.reference}/correct/contract/"
    assert 'value="2023-02-01"' in text_of(cast.hr, f"{form}?of=2023-02-01")
    assert as_person(cast.hr).get(f"{form}?of=2023-02-02").status_code == 404
    typed = {"of": "2023-02-01", "starts_on": "2023-02-13", "is_open_ended": "1", "form": "劳动合同"}
    as_person(cast.hr).post(form, typed)
    assert one.contracts.get().starts_on == date(2023, 2, 13)
    again = as_person(cast.hr).post(form, typed | {"starts_on": "2023-02-14"})
    assert again.status_code == 422 and "没有 2023-02-01 起的记录" in again.content.decode()


def test_the_trade_of_a_recorded_post_is_put_right_and_the_first_post_begins_with_the_hire(cast: Cast) -> None:
    one = hire(cast, cast.alpha, 901)
    form = f"/m/workers/{one.reference}/correct/post/"
    typed = {"of": "2023-02-01", "starts_on": "2023-02-01", "trade": "裁床"}
    as_person(cast.hr).post(form, typed)
    post = one.posts.get()
    assert (post.trade, post.is_front_line) == ("裁床", False)
    moved = as_person(cast.hr).post(form, typed | {"starts_on": "2023-02-20"})
    assert moved.status_code == 422 and "第一个岗位从入职日起" in moved.content.decode()


@pytest.mark.parametrize(
    ("about", "part"),
    [("hire", "hire-date/"), ("leave", "leave/"), ("contract", ""), ("post", ""), ("identity", "correct/name/"),
     ("other", "")],
)  # fmt: skip
def test_a_correction_asked_for_leads_to_the_persons_own_page(cast: Cast, about: str, part: str) -> None:
    one = hire(cast, cast.alpha, 901)
    made = ask_correction(
        actor=cast.clerk, enterprise=cast.alpha, employment=one, about=about, text="请核对", until=business_day(), day=Day.LATER
    )  # fmt: skip
    assert f'href="/m/workers/{one.reference}/{part}"' in text_of(cast.hr, f"/m/corrections/{made.reference}/")
