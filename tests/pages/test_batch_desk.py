"""The batch at the desk: many lines at once, filters, what happened in words, the list on paper."""

from __future__ import annotations

from pages.desk.history import batch_history, words_of
from park_workers.foundation.audit import AuditEvent
from subsidies.models import PaymentFile
from subsidies.services.batches import compute_batch
from subsidies.services.reviews import review_batch
from tests.pages.clients import text_of
from tests.pages.test_money_pages import as_person, bounced_year, counted, page
from tests.subsidies.stage import Day, Stage, application, application_list, apply_for, hire, take_to


def many(stage: Stage, action: str, query: str, **form: str) -> str:
    path = f"/batches/{stage.batch.pk}/lines/many/{action}/?{query}"
    return as_person(stage.cast.clerk).post(path, form, follow=True).content.decode()


def test_the_whole_result_of_a_filter_is_held_and_taken_back(stage: Stage) -> None:
    take_to(stage, "computed")
    claim = stage.line_of(stage.hires[0]).claim_id
    query = f"which=all&payee={claim}"
    assert "请说明原因" in many(stage, "hold", query, count="2")
    assert "名单刚有变化" in many(stage, "hold", query, count="3", note="核实")
    assert "已暂缓 2 条明细" in many(stage, "hold", query, count="2", note="材料需核实")
    assert len(stage.lines()) == 1
    assert "已恢复 2 条明细" in many(stage, "release", "which=all", count="2", note="已核实")
    assert len(stage.lines()) == 3


def test_ticked_lines_are_removed_and_the_removal_undone_until_it_is_signed(stage: Stage) -> None:
    take_to(stage, "computed")
    line = stage.lines()[0]
    assert "已移除 1 条明细" in many(stage, "remove", f"which=ticked&line={line.pk}", count="1", note="重复申报")
    assert "已恢复 1 条明细" in many(stage, "release", f"which=ticked&line={line.pk}", count="1", note="误操作")
    take_to(stage, "submitted")
    assert "不能办理“移除”" in many(stage, "remove", f"which=ticked&line={line.pk}", count="1", note="重复申报")
    path = f"/batches/{stage.batch.pk}/lines/many/hold/?which=all"
    assert as_person(stage.cast.reviewer).post(path).status_code == 403


def test_lines_are_filtered_by_trade(stage: Stage) -> None:
    take_to(stage, "computed")
    stage.hires[0].posts.update(trade="裁床")  # type: ignore[attr-defined]
    text = page(stage.cast.clerk, f"/batches/{stage.batch.pk}/?tab=eligible&trade=裁床")
    assert '共 <b class="num">1</b>' in text


def test_every_event_of_a_batch_has_words(stage: Stage) -> None:
    bounced_year(stage)
    assert PaymentFile.objects.exists()
    as_person(stage.cast.finance).post(
        f"/payments/batches/{stage.batch.pk}/lines/{stage.lines()[0].pk}/claw-back/", {"note": "重复"}
    )
    told = [one.what for one in batch_history(stage.batch)]
    assert {"制作付款文件", "提出追回", "登记市局批复"} <= set(told)
    kinds = ("batch.", "payment_file.", "clawback.", "write_off.", "objection.", "notice.")
    codes = {code for code in AuditEvent.objects.values_list("code", flat=True) if code.startswith(kinds)}
    assert [code for code in codes if words_of(code) == code] == []


def test_a_batch_on_paper_has_sum_in_capitals_signers_and_masked_numbers(stage: Stage) -> None:
    take_to(stage, "approved")
    text = page(stage.cast.approver_1, f"/print/batches/{stage.batch.pk}/")
    for words in ("人民币陆仟元整", "reviewer", "approver_1", "（盖章处）", "data:image/svg+xml;base64,", "小计"):
        assert words in text, words
    number = stage.hires[0].worker.open_id_number()  # type: ignore[attr-defined]
    assert number not in text and f"{number[:6]}********{number[-4:]}" in text
    assert as_person(stage.cast.hr).get(f"/print/batches/{stage.batch.pk}/").status_code == 403


def test_queries_of_a_batchs_tabs_do_not_grow_with_its_lines(stage: Stage) -> None:
    """Each tab has something to show before the list grows: a reason, a held line, an earlier computation."""
    take_to(stage, "computed")
    more_people(stage, 910, 1)
    many(stage, "hold", f"which=ticked&line={stage.lines()[0].pk}", count="1", note="核实")
    tabs = ("eligible", "ineligible", "held", "payees", "history")
    path = f"/batches/{stage.batch.pk}/?tab="
    before = {tab: counted(stage.cast.clerk, path + tab) for tab in tabs}
    more_people(stage, 960, 5)
    many(stage, "hold", "which=all", count=str(len(stage.lines())), note="核实")
    assert {tab: n for tab in tabs if (n := counted(stage.cast.clerk, path + tab)) > before[tab]} == {}


def more_people(stage: Stage, first: int, count: int) -> None:
    """So many who are eligible and so many who are not insured apply, and the batch is computed again."""
    found = [hire(stage.cast, stage.cast.alpha, first + n) for n in range(count)]
    found += [hire(stage.cast, stage.cast.alpha, first + 30 + n, months=()) for n in range(count)]
    apply_for(
        stage.cast.hr, stage.batch, application_list(*(application(one, n) for n, one in enumerate(found, first)))
    )
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    stage.batch.refresh_from_db()


def test_a_returned_batch_tells_the_clerk_why_until_it_is_submitted_again(stage: Stage) -> None:
    take_to(stage, "submitted")
    review_batch(actor=stage.cast.reviewer, batch=stage.batch, is_passed=False, note="合同缺页", day=Day.REVIEWED)
    address = f"/batches/{stage.batch.pk}/"
    assert "合同缺页" in text_of(stage.cast.clerk, address)
    take_to(stage, "submitted")
    assert "合同缺页" not in text_of(stage.cast.clerk, address)
