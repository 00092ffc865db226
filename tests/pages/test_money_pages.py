"""Pages of money: funds, payments matched three ways, clawbacks, payments given up, accounts that change, today, lines at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from park_workers.models import Membership, Organisation, PayeeAccount, Role
from subsidies.models import Appropriation, Batch, Clawback, PaymentFile, Receipt, WriteOff
from tests.conftest import Cast, make_member
from tests.standing import standing
from tests.subsidies.stage import Stage, bank_rows, give_return, make_file, send_file, set_stage, take_to


def as_person(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def page(member: Membership, path: str) -> str:
    answer = as_person(member).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@standing
def bounced(stage: Stage) -> tuple[Stage, PaymentFile]:
    """The first firm's payment has arrived, the second firm's has bounced."""
    take_to(stage, "answered")
    made = send_file(stage, make_file(stage))
    give_return(stage, made, *bank_rows(made, failed=[2]))
    return stage, made


RECEIPT = {"source": "市级就业专项资金", "year": "2023", "amount": "1,000.00", "note": "凭证 7"}


def test_who_sees_the_books_and_who_does_not(cast: Cast, bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    fund = Appropriation.objects.get()
    books = ["/funds/", f"/funds/{fund.pk}/", "/account-changes/", "/payments/decisions/"]
    payments = ["/payments/", f"/payments/files/{made.pk}/", f"/payments/batches/{stage.batch.pk}/"]
    staff = (cast.clerk, cast.reviewer, cast.approver_1, cast.finance, cast.auditor)
    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.LOG_ADMIN)
    strangers = [cast.hr, cast.base_clerk, *(make_member(role.value, cast.bureau, role) for role in roles)]
    for path in books + payments:
        assert {as_person(m).get(path).status_code for m in staff} == {200}, path
        assert {as_person(m).get(path).status_code for m in strangers} == {403}, path
    assert {as_person(cast.city_reviewer).get(path).status_code for path in books} == {403}
    assert {as_person(cast.city_reviewer).get(path).status_code for path in payments} == {200}


def test_another_bureaus_money_does_not_exist(cast: Cast, bounced: tuple[Stage, PaymentFile]) -> None:
    _, made = bounced
    other = Organisation.objects.create(kind="district_bureau", name="示例第二区人社局")
    stranger = as_person(make_member("stranger", other, Role.FINANCE))
    for path in (f"/funds/{Appropriation.objects.get().pk}/", f"/payments/files/{made.pk}/",
                 f"/payments/payments/{made.disbursements.get(line_number=2).pk}/write-off/"):  # type: ignore[attr-defined]  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert made.number not in page(stranger_member(stranger), "/payments/")


def stranger_member(client: Client) -> Membership:
    return Membership.objects.get(user_id=client.session["_auth_user_id"])


def test_money_that_came_in_is_booked_once_however_often_it_is_tapped(cast: Cast, stage: Stage) -> None:
    finance, before = as_person(cast.finance), Appropriation.objects.get().amount_fen
    pages = [finance.post("/funds/receipts/new/", RECEIPT, follow=True).content.decode() for _ in range(2)]
    assert "已登记到位资金" in pages[0] and "没有重复登记" in pages[1]
    assert Appropriation.objects.get().amount_fen == before + 100_000
    assert as_person(cast.clerk).get("/funds/receipts/new/").status_code == 403


def test_a_wrong_amount_is_named_and_what_was_typed_is_kept(cast: Cast, stage: Stage) -> None:
    answer = as_person(cast.finance).post("/funds/receipts/new/", RECEIPT | {"amount": "一千", "note": "凭证 8"})
    assert answer.status_code == 422
    assert "不是金额" in answer.content.decode() and 'value="凭证 8"' in answer.content.decode()


def test_a_receipt_is_reversed_with_a_reason(cast: Cast, stage: Stage) -> None:
    finance = as_person(cast.finance)
    finance.post("/funds/receipts/new/", RECEIPT)
    receipt = Receipt.objects.get(note="凭证 7")
    path = f"/funds/{receipt.appropriation_id}/receipts/{receipt.pk}/reverse/"
    assert finance.post(path).status_code == 422
    for words in ("已冲销", "无需重复操作"):
        assert words in finance.post(path, {"note": "录错"}, follow=True).content.decode()
    assert Appropriation.objects.get().amount_fen == 10_000_000


def test_the_rows_behind_each_number_of_a_fund_are_there(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, _ = bounced
    path = f"/funds/{Appropriation.objects.get().pk}/"
    assert "¥100,000.00" in page(stage.cast.auditor, f"{path}?view=receipts")
    batches = page(stage.cast.auditor, f"{path}?view=batches")
    assert "第一批" in batches and "¥6,000.00" in batches and "¥4,000.00" in batches
    assert "支付：付款文件 2023-HIRE-01" in page(stage.cast.auditor, f"{path}?view=movements")


def test_three_lists_are_matched_line_by_line_differences_first(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, _ = bounced
    text = page(stage.cast.finance, f"/payments/batches/{stage.batch.pk}/")
    rows = text.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.index("退票待重付") < rows.index("三方一致")
    assert "退票：账号已销户" in rows
    assert text.count("¥4,000.00") >= 2 and "2 条" in text  # the bank's sum, and what agrees
    only = page(stage.cast.finance, f"/payments/batches/{stage.batch.pk}/?difference=bounced")
    assert "三方一致" not in only.split("<tbody>")[1]


def test_bounced_payments_are_paid_again_from_the_page_once(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    finance = as_person(stage.cast.finance)
    assert "账号已销户" in finance.get(f"/payments/files/{made.pk}/repeat/").content.decode()
    places = {finance.post(f"/payments/files/{made.pk}/repeat/")["Location"] for _ in range(2)}
    again = PaymentFile.objects.get(repeats=made)
    assert places == {f"/payments/files/{again.pk}/"} and again.number == "2023-HIRE-02"
    assert "已重付" in page(stage.cast.finance, f"/payments/files/{made.pk}/")
    assert as_person(stage.cast.clerk).post(f"/payments/files/{made.pk}/repeat/").status_code == 403


def test_a_payment_that_cannot_be_made_is_given_up_by_two_persons(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, made = bounced
    path = f"/payments/payments/{made.disbursements.get(line_number=2).pk}/write-off/"  # type: ignore[attr-defined]
    finance, approver = as_person(stage.cast.finance), as_person(stage.cast.approver_1)
    assert finance.post(path).status_code == 422
    assert (
        "等待审批人决定" in finance.post(path, {"phrase": "企业已注销，无法取得有效账户"}, follow=True).content.decode()
    )
    decision = f"/payments/decisions/write-offs/{WriteOff.objects.get().pk}/"
    assert "批准不再补付</button>" not in finance.get(decision).content.decode()
    assert "不再补付已批准" in approver.post(decision, {"action": "approve"}, follow=True).content.decode()
    stage.batch.refresh_from_db()
    assert stage.batch.status == Batch.Status.CLOSED
    assert "不再补付" in page(stage.cast.finance, f"/payments/batches/{stage.batch.pk}/")


def test_a_paid_line_is_clawed_back_by_finance_and_an_approver(bounced: tuple[Stage, PaymentFile]) -> None:
    stage, _ = bounced
    path = f"/payments/batches/{stage.batch.pk}/lines/{stage.lines()[0].pk}/claw-back/"
    assert as_person(stage.cast.clerk).get(path).status_code == 403
    as_person(stage.cast.finance).post(path, {"note": "重复享受"})
    decision = f"/payments/decisions/clawbacks/{Clawback.objects.get().pk}/"
    approver = as_person(stage.cast.approver_1)
    assert approver.post(decision, {"action": "refuse"}).status_code == 422
    assert "追回已批准" in approver.post(decision, {"action": "approve"}, follow=True).content.decode()
    assert "无需重复操作" in approver.post(decision, {"action": "approve"}, follow=True).content.decode()
    assert "已追回" in page(stage.cast.finance, f"/payments/batches/{stage.batch.pk}/")


def change_form(cast: Cast, **more: str) -> dict[str, str]:
    return {"organisation": str(cast.alpha.pk), "account": "9900 0000 0000 0099", "bank_name": "示例银行新支行",
            "effective_on": timezone.localdate().isoformat(), "reason": "原账户已销户", "evidence": "变更申请书"} | more  # fmt: skip


def test_an_account_change_is_proposed_by_a_clerk_and_approved_by_another(cast: Cast, stage: Stage) -> None:
    clerk, approver = as_person(cast.clerk), as_person(cast.approver_1)
    places = {clerk.post("/account-changes/new/", change_form(cast))["Location"] for _ in range(2)}
    change = PayeeAccount.objects.get(status="proposed")
    assert places == {f"/account-changes/{change.pk}/"}
    text = page(cast.approver_1, f"/account-changes/{change.pk}/")
    assert "**** 0001" in text and "**** 0099" in text and "变更申请书" in text and "9900000000000099" not in text
    assert clerk.post(f"/account-changes/{change.pk}/approve/").status_code == 403
    for words in ("已批准，自", "无需重复操作"):
        assert words in approver.post(f"/account-changes/{change.pk}/approve/", follow=True).content.decode()
    old = PayeeAccount.objects.get(organisation=cast.alpha.pk, is_from_directory=True)
    assert old.valid_to == timezone.localdate() - timedelta(days=1)


def test_a_change_is_refused_with_a_reason(cast: Cast, stage: Stage) -> None:
    as_person(cast.clerk).post("/account-changes/new/", change_form(cast))
    path, approver = f"/account-changes/{PayeeAccount.objects.get(status='proposed').pk}/", as_person(cast.approver_1)
    assert approver.post(f"{path}refuse/").status_code == 422
    assert "原账号继续使用" in approver.post(f"{path}refuse/", {"note": "材料不全"}, follow=True).content.decode()
    assert "已退回：材料不全" in approver.get(path).content.decode()


@pytest.mark.parametrize(("field", "value", "words"), [
    ("account", "12", "账号"), ("evidence", "", "依据材料"), ("organisation", "0", "请选择企业"),
    ("effective_on", "2020-01-01", "早于今日"), ("account", "9900000000000001", "与在用账号相同"),
])  # fmt: skip
def test_what_is_wrong_with_a_change_is_said(cast: Cast, stage: Stage, field: str, value: str, words: str) -> None:
    answer = as_person(cast.clerk).post("/account-changes/new/", change_form(cast, **{field: value}))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not PayeeAccount.objects.filter(status="proposed").exists()


def test_today_tells_each_role_what_waits(cast: Cast, bounced: tuple[Stage, PaymentFile]) -> None:
    as_person(cast.clerk).post("/account-changes/new/", change_form(cast))
    assert "我提出的账号变更待审批" in page(cast.clerk, "/")
    assert "账号变更待审批" in page(cast.approver_1, "/")
    assert "退票待重付" in page(cast.finance, "/")
    assert "其他待办" not in page(cast.reviewer, "/") and "其他待办" not in page(cast.city_reviewer, "/")
    assert "账号变更待审批" in page(cast.auditor, "/")


LISTS = ("/funds/", "/payments/", "/account-changes/?state=approved", "/payments/decisions/", "/")


def counted(member: Membership, path: str) -> int:
    client = as_person(member)
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


def test_queries_of_lists_do_not_grow_with_rows(cast: Cast) -> None:
    """The same lists with three lines and one file, then with nine lines and more of everything."""
    few = bounced_year(set_stage(cast))
    change_account(cast, cast.alpha.pk, "9900000000000100")
    lists = [*LISTS, f"/payments/batches/{few.pk}/", f"/payments/files/{PaymentFile.objects.get().pk}/",
             f"/funds/{Appropriation.objects.get().pk}/?view=movements"]  # fmt: skip
    before = {path: counted(cast.finance, path) for path in lists}
    grow(cast)
    assert {path: n for path in lists if (n := counted(cast.finance, path)) > before[path]} == {}


def bounced_year(stage: Stage) -> Batch:
    take_to(stage, "answered")
    made = send_file(stage, make_file(stage))
    give_return(stage, made, *bank_rows(made, failed=[2]))
    return stage.batch


def grow(cast: Cast) -> None:
    """More receipts, funds, account changes and files."""
    finance = as_person(cast.finance)
    for n in range(4):
        finance.post("/funds/receipts/new/", RECEIPT | {"note": f"凭证 {n}", "year": str(2023 + n % 2)})
    change_account(cast, cast.beta.pk, "9900000000000101")
    finance.post(f"/payments/files/{PaymentFile.objects.get().pk}/repeat/")
    assert PaymentFile.objects.count() == 2


def change_account(cast: Cast, firm: int, account: str) -> None:
    """Another account for a firm, in force from today."""
    form = change_form(cast, organisation=str(firm), account=account)
    place = as_person(cast.clerk).post("/account-changes/new/", form)["Location"]
    assert as_person(cast.approver_1).post(f"{place}approve/").status_code == 302
