"""A confirmed month that changed: a to-do on the phone, the list of what changed, another confirmation, and the next such month."""

from __future__ import annotations

import pytest

from park_workers.foundation.business_day import business_day
from park_workers.services.employments import register_employment
from park_workers.services.headcount_confirmations import confirm_headcount, due_month, month_to_confirm
from park_workers.services.month_lists import month_before
from park_workers.services.spans import state_post
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.park_workers.numbers import id_number

pytestmark = pytest.mark.django_db


def test_a_confirmed_month_that_changed_is_a_to_do_and_confirming_leads_to_the_next(cast: Cast) -> None:
    today = business_day()
    due = due_month(today)
    before = month_before(due)
    older = month_before(before)
    work = register_employment(
        actor=cast.hr, enterprise=cast.alpha, name="工人甲", id_number=id_number(990), hired_on=month_before(older),
        contract_starts_on=month_before(older), is_open_ended=True, day=today, request_id="990",
    ).employment  # fmt: skip
    for month in (older, before, due):
        month_digest = month_to_confirm(enterprise_id=cast.alpha.pk, month=month).now.digest
        confirm_headcount(actor=cast.hr, enterprise=cast.alpha, month=month, seen_digest=month_digest, day=today)
    assert "重新确认" not in text_of(cast.hr, "/m/")
    state_post(actor=cast.hr, employment=work, starts_on=older, trade="裁床", is_front_line=False, day=today)
    assert "重新确认以前月份的在岗名单" in text_of(cast.hr, "/m/") and "2 个月确认后名单又有变动" in text_of(
        cast.hr, "/m/"
    )
    assert text_of(cast.hr, "/m/headcount/").count("有变动") >= 3
    address = f"/m/headcount/month/?month={older:%Y-%m}"
    page = text_of(cast.hr, address)
    assert "岗位变动 1 人" in page and "上次的确认留在下面的记录里" in page
    digest = month_to_confirm(enterprise_id=cast.alpha.pk, month=older).now.digest
    answer = as_person(cast.hr).post(address, {"digest": digest})
    assert answer["Location"] == f"/m/headcount/month/?month={before:%Y-%m}"
    page = text_of(cast.hr, address)
    assert "第 1 次确认" in page and "第 2 次确认" in page and "重新确认" not in page
