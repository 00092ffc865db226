"""Payment files: what they hold, and everything that stops one from being made or sent."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from openpyxl import load_workbook

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.models import Enterprise, PayeeAccount, Role
from park_workers.services.memberships import install_bureau
from subsidies.models import Batch, DisbursementLine, LineDecision, PaymentFile
from subsidies.services.notices import republish_notice
from subsidies.services.objections import decide_objection, receive_objection
from subsidies.services.payments import make_payment_file, payment_file_content, send_payment_file
from tests.conftest import INSTALLER, Cast, make_member
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage
from tests.subsidies.stage import file_refused as refused


@standing
def stage(cast: Cast) -> Stage:
    """Three lines of two firms, all accepted by the city."""
    return on.take_to(on.set_stage(cast), "answered")


def tamper(sql: str, *parameters: object, triggers: tuple[str, ...] = ()) -> None:
    """Change rows behind everybody's back, guards taken down."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for name in triggers if connection.vendor == "sqlite" else ():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, parameters)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def test_a_file_has_one_line_a_firm_in_the_order_of_the_directory(stage: Stage) -> None:
    made = on.make_file(stage)
    payments = list(made.disbursements.order_by("line_number"))
    assert [(p.line_number, p.payee_name, p.people, p.amount_fen) for p in payments] == [
        (1, "示例甲制衣有限公司", 2, 400_000), (2, "示例乙服饰有限公司", 1, 200_000),
    ]  # fmt: skip
    assert (made.status, made.lines, made.amount_fen, stage.batch.status) == ("made", 2, 600_000, "paying")
    assert {row.line_id for row in DisbursementLine.objects.filter(is_live=True)} == {line.pk for line in stage.lines()}


def test_the_order_is_the_directorys_not_that_of_the_claims(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "answered")
    Enterprise.objects.filter(pk=cast.alpha.pk).update(directory_position=9)
    made = on.make_file(stage)
    assert [p.payee_name for p in made.disbursements.order_by("line_number")] == [
        "示例乙服饰有限公司",
        "示例甲制衣有限公司",
    ]


def test_the_workbook_holds_text_only_and_the_same_rows_make_the_same_bytes(stage: Stage) -> None:
    made = on.make_file(stage)
    content = payment_file_content(actor=stage.cast.finance, payment_file=made)
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    header, first, _ = list(page.iter_rows(values_only=True))
    assert header == (
        "批次",
        "付款文件编号",
        "付款序号",
        "收款单位",
        "统一社会信用代码",
        "开户行",
        "账号",
        "人数",
        "金额",
    )
    assert first == (
        "第一批", "2023-HIRE-01", "1", "示例甲制衣有限公司", "91441899000000019Y", "示例银行示例支行", "9900000000000001", "2",
        "4000.00",
    )  # fmt: skip
    assert made.file is not None and b"9900000000000001" not in made.file.path.read_bytes()
    assert "payment_file.downloaded" in AuditEvent.objects.values_list("code", flat=True)


def test_a_name_that_looks_like_a_formula_stays_text(stage: Stage) -> None:
    stage.cast.alpha.organisation.name = "=HYPERLINK(1)"
    stage.cast.alpha.organisation.save()
    content = payment_file_content(actor=stage.cast.finance, payment_file=on.make_file(stage))
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["D2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_the_plain_file_is_for_finance_of_the_bureau_only(stage: Stage) -> None:
    made = on.make_file(stage)
    for actor in (stage.cast.clerk, stage.cast.approver_1, stage.cast.auditor, stage.cast.hr, stage.cast.city_reviewer):
        with pytest.raises(PermissionRefused):
            payment_file_content(actor=actor, payment_file=made)


def test_the_snapshot_is_the_account_in_force_on_the_day(stage: Stage) -> None:
    stage.cast.alpha.organisation.payee_accounts.update(valid_to=Day.MADE - timedelta(days=1))
    newer = PayeeAccount(
        status="approved", organisation=stage.cast.alpha.organisation, account_hash="h", last_four="7777",
        bank_name="示例银行新支行", valid_from=Day.MADE, proposed_on=Day.BEGIN, is_from_directory=True,
        proposed_by=stage.cast.clerk.user,
    )  # fmt: skip
    newer.seal_account("990000000000007777")  # type: ignore[attr-defined]
    newer.save()
    payment = on.make_file(stage).disbursements.get(line_number=1)
    assert (payment.open_account(), payment.bank_name, payment.last_four) == (
        "990000000000007777",
        "示例银行新支行",
        "7777",
    )


def test_all_firms_without_an_account_are_named_at_once(stage: Stage) -> None:
    PayeeAccount.objects.update(valid_to=Day.MADE - timedelta(days=1))
    said = refused(stage, "ACCOUNT_MISSING")
    assert "示例甲制衣有限公司" in said.message and "示例乙服饰有限公司" in said.message and said.fix
    stage.batch.refresh_from_db()
    assert stage.batch.status == Batch.Status.ANSWERED


@pytest.mark.parametrize("name", ["clerk", "approver_1", "reviewer", "auditor", "city_reviewer", "hr", "base_clerk"])
def test_finance_alone_makes_and_sends(stage: Stage, name: str) -> None:
    with pytest.raises(PermissionRefused):
        make_payment_file(actor=getattr(stage.cast, name), batch=stage.batch, number="N", day=Day.MADE)
    made = on.make_file(stage)
    with pytest.raises(PermissionRefused):
        send_payment_file(actor=getattr(stage.cast, name), payment_file=made, day=Day.SENT)


def test_finance_of_another_bureau_has_no_business_here(stage: Stage) -> None:
    other = install_bureau(actor=INSTALLER, name="邻区人社局", city_name="示例市人力资源和社会保障局")
    stranger = make_member("stranger", other, Role.FINANCE)
    assert refused(stage, "NOT_YOUR_ORGANISATION", actor=stranger)
    made = on.make_file(stage)
    with pytest.raises(PermissionRefused, match="其他单位"):
        send_payment_file(actor=stranger, payment_file=made, day=Day.SENT)


@pytest.mark.parametrize("state", ["computed", "approved", "notice_ended", "sent_to_city"])
def test_no_file_before_the_city_has_answered(cast: Cast, state: str) -> None:
    stage = on.take_to(on.set_stage(cast), state)
    assert "不能办理“制作拨付文件”" in refused(stage, "STATE_NOT_ALLOWED").message


def test_a_second_click_makes_no_second_file(stage: Stage) -> None:
    on.make_file(stage)
    said = refused(stage, "STATE_NOT_ALLOWED", number="2023-HIRE-02")
    assert isinstance(said, TransitionRefused) and "拨付中" in said.message


def test_a_number_is_used_once_in_all_batches(stage: Stage) -> None:
    on.make_file(stage)
    with pytest.raises(RuleViolation) as caught:
        make_payment_file(
            actor=stage.cast.finance, batch=stage.batch, number=" 2023-HIRE-01 ", day=Day.MADE,
            repeats=PaymentFile.objects.get(),
        )  # fmt: skip
    assert caught.value.code == "NUMBER_TAKEN" and caught.value.fix


@pytest.mark.parametrize("number", ["", "   ", "N" * 41])
def test_a_number_is_neither_blank_nor_endless(stage: Stage, number: str) -> None:
    refused(stage, "NUMBER_INVALID", number=number)


def test_a_file_is_not_dated_before_the_answer_or_sent_before_it_was_made(stage: Stage) -> None:
    refused(stage, "DAY_TOO_EARLY", day=Day.ANSWERED - timedelta(days=1))
    made = on.make_file(stage)
    with pytest.raises(RuleViolation, match="制作日期"):
        on.send_file(stage, made, Day.MADE - timedelta(days=1))


def test_a_file_is_sent_once(stage: Stage) -> None:
    sent = on.send_file(stage, on.make_file(stage))
    assert (sent.status, sent.sent_on) == ("sent", Day.SENT)
    with pytest.raises(TransitionRefused, match="已送银行"):
        on.send_file(stage, sent)


# --- I5: paid within noticed within approved ---------------------------------------------------


def test_a_line_changed_behind_the_back_stops_the_payment(stage: Stage) -> None:
    line = stage.lines()[0]
    tamper(
        "UPDATE subsidies_lineitem SET line_digest = %s WHERE id = %s",
        "0" * 64,
        line.pk,
        triggers=("line_frozen_update",),
    )
    refused(stage, "LIST_CHANGED")


def test_an_amount_changed_behind_the_back_stops_the_payment(stage: Stage) -> None:
    line = stage.lines()[0]
    tamper("UPDATE subsidies_lineitem SET amount_fen = 1 WHERE id = %s", line.pk, triggers=("line_frozen_update",))
    refused(stage, "TOTALS_DIFFER")


def test_a_line_that_was_not_noticed_is_not_paid(stage: Stage) -> None:
    stage.batch.notices.update(list_digest="0" * 64)
    refused(stage, "NOTICE_DIFFERS")


def test_a_list_whose_notice_has_not_run_is_not_paid(stage: Stage) -> None:
    tamper("UPDATE subsidies_publicnotice SET status = 'superseded'", triggers=("notice_moves_update",))
    refused(stage, "NOTICE_NOT_CLOSED")


def test_an_unanswered_line_stops_the_payment(stage: Stage) -> None:
    stage.lines()[0].city_answers.all().delete()
    assert "1 条明细" in refused(stage, "LINES_UNANSWERED").message


def test_the_database_itself_pays_no_unanswered_line(stage: Stage) -> None:
    paid = DisbursementLine.objects.filter(disbursement__payment_file=on.make_file(stage)).select_related("line")[0]
    paid.line.city_answers.all().delete()
    with pytest.raises(IntegrityError, match="payment_of_accepted_lines_only"), transaction.atomic():
        DisbursementLine.objects.create(disbursement=paid.disbursement, line=paid.line, is_live=False)


def test_what_an_objection_took_off_is_missing_with_a_decision_and_the_rest_is_paid(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "in_notice")
    line = stage.lines()[0]
    objection = receive_objection(
        actor=INSTALLER, notice=stage.batch.notices.get(), objector_name="群众", contact="19900000001", text="此人未上班",
        day=Day.REVIEWED, line=line,
    )  # fmt: skip
    decide_objection(actor=cast.reviewer_2, objection=objection, is_upheld=True, note="核实未到岗", day=Day.REVIEWED)
    on.take_to(stage, "answered")
    made = on.make_file(stage)
    assert made.amount_fen == 400_000
    assert LineDecision.objects.get(line=line, is_standing=True).kind == "objected"


def test_a_new_edition_leaves_out_what_was_taken_off_before_it(cast: Cast) -> None:
    stage = on.take_to(on.set_stage(cast), "in_notice")
    lines = stage.lines()
    for line, is_before in ((lines[0], True), (lines[1], False)):
        notice = stage.batch.notices.get(status="open")
        objection = receive_objection(
            actor=INSTALLER, notice=notice, objector_name="群众", contact="19900000001", text="此人未上班",
            day=Day.REVIEWED, line=line,
        )  # fmt: skip
        if not is_before:
            republish_notice(actor=cast.clerk, batch=stage.batch, reason="公示有误", day=Day.REVIEWED)
        decide_objection(
            actor=cast.reviewer_2, objection=objection, is_upheld=True, note="核实未到岗", day=Day.REVIEWED
        )
        if is_before:
            republish_notice(actor=cast.clerk, batch=stage.batch, reason="公示有误", day=Day.REVIEWED)
    on.take_to(stage, "answered")
    assert on.make_file(stage).amount_fen == 200_000
