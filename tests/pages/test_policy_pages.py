"""Pages of policies: read, compared, drafted, simulated, published by another person."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.desk.policies.term_form import fields_of
from park_workers.models import Membership, Role
from subsidies.models import Batch, Entitlement, LineFunding, PolicyVersion, Simulation
from subsidies.services.policies import publish_policy_version
from tests.conftest import Cast, make_member
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, hire, hire_pack, set_stage, take_to

ADDRESSES = ("/policies/", "{version}", "{version}compare/", "{version}file/")


def as_person(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "computed")


def form_of(version: PolicyVersion, **more: str) -> dict[str, str]:
    """The edit form as the page offers it, with some fields changed."""
    fields = {field.name: field.value for group in fields_of(version.parsed_terms) for field in group.fields}
    return fields | {"effective_on": "2023-03-01"} | more


def drafted(stage: Stage, **more: str) -> PolicyVersion:
    first = stage.policy.versions.get(number=1)  # type: ignore[attr-defined]
    clerk = as_person(stage.cast.clerk)
    answer = clerk.post(f"/policies/versions/{first.pk}/edit/", form_of(first, **more))
    assert answer.status_code == 302, answer.content.decode()
    return PolicyVersion.objects.get(number=2)


def address(version: PolicyVersion, part: str = "") -> str:
    return f"/policies/versions/{version.pk}/{part}"


def test_business_roles_read_and_others_do_not(cast: Cast, stage: Stage) -> None:
    version = address(PolicyVersion.objects.get())
    seen = (cast.clerk, cast.reviewer, cast.approver_1, cast.finance, cast.auditor, cast.city_reviewer)
    admins = [
        make_member(role.value, cast.bureau, role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.LOG_ADMIN)
    ]
    for pattern in ADDRESSES:
        path = pattern.format(version=version)
        for member in seen:
            assert as_person(member).get(path).status_code in (200, 302), (member, path)
        for member in (cast.hr, cast.base_clerk, *admins):
            assert as_person(member).get(path).status_code == 403, (member, path)


def test_a_version_of_another_bureau_does_not_exist(cast: Cast, stage: Stage) -> None:
    from park_workers.models import Organisation

    other = Organisation.objects.create(kind="district_bureau", name="示例第二区人社局")
    stranger = make_member("stranger", other, Role.CLERK)
    assert as_person(stranger).get(address(PolicyVersion.objects.get())).status_code == 404
    assert "招用工补贴" not in as_person(stranger).get("/policies/").content.decode()


def test_a_version_is_read_with_clause_number_unit_reason_and_example(stage: Stage) -> None:
    page = as_person(stage.cast.auditor).get(address(PolicyVersion.objects.get())).content.decode()
    for text in ("劳动法 第十五条", "16 周岁", "3 个月", "不符合时记为“连续参保不足”", "36 人 × 2,000 元 = 72,000 元",
                 "条款待核定", "男 60 周岁，女 50 周岁"):  # fmt: skip
        assert text in page, text


def test_changed_terms_become_a_new_draft_and_the_version_stays(stage: Stage) -> None:
    draft = drafted(stage, amount="2,500", **{"c9-drop": "1"})
    assert draft.status == "draft" and draft.drafted_by_id == stage.cast.clerk.user_id
    assert draft.parsed_terms.amount_fen == 250_000 and len(draft.parsed_terms.conditions) == 11
    assert PolicyVersion.objects.get(number=1).parsed_terms.amount_fen == 200_000
    page = as_person(stage.cast.clerk).get(address(draft, "compare/")).content.decode()
    assert "“标准”由“每人 2,000 元”改为“每人 2,500 元”" in page and "删除" in page
    assert "劳动法 第十五条" not in page


def test_a_wrong_value_is_named_with_its_place_and_what_was_typed_is_kept(stage: Stage) -> None:
    first = PolicyVersion.objects.get()
    answer = as_person(stage.cast.clerk).post(address(first, "edit/"), form_of(first, **{"c5-value": "十二"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and PolicyVersion.objects.count() == 1
    assert "条件 CONTRACT_TOO_SHORT" in page and "应为不小于 1 的整数" in page
    assert 'value="十二"' in page


def test_a_file_is_imported_as_drafts_and_the_same_file_drafts_nothing(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    text = hire_pack(2600)
    for words in ("已起草 1 个版本", "1 个与现有版本内容相同"):
        file = SimpleUploadedFile("policies.yaml", text.encode())
        page = clerk.post("/policies/import/", {"file": file}, follow=True).content.decode()
        assert words in page
    assert PolicyVersion.objects.filter(status="draft").count() == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [("packs: [", "不是有效的 YAML"), ("packs:\n  - {key: a, key: b}\n", "第 2 行"), ("", "请选择文件")],
)
def test_a_wrong_file_is_refused_with_the_place(stage: Stage, text: str, words: str) -> None:
    answer = as_person(stage.cast.clerk).post("/policies/import/", {"text": text})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_a_draft_is_published_by_an_approver_and_not_by_its_drafter(stage: Stage) -> None:
    draft = drafted(stage, amount="2500")
    assert as_person(stage.cast.clerk).post(address(draft, "publish/")).status_code == 403
    approver = as_person(stage.cast.approver_1)
    assert "“标准”由" in approver.get(address(draft, "publish/")).content.decode()
    form = {"version": str(draft.version)}
    assert "已发布" in approver.post(address(draft, "publish/"), form, follow=True).content.decode()
    assert "无需重复操作" in approver.post(address(draft, "publish/"), form, follow=True).content.decode()
    assert str(PolicyVersion.objects.get(number=1).effective_to) == "2023-02-28"


def test_a_version_is_retired_with_a_reason(stage: Stage) -> None:
    version, approver = PolicyVersion.objects.get(), as_person(stage.cast.approver_1)
    assert approver.post(address(version, "retire/")).status_code == 422
    assert "已停用" in approver.post(address(version, "retire/"), {"note": "到期"}, follow=True).content.decode()
    version.refresh_from_db()
    assert version.status == "retired"


def simulated(stage: Stage, mode: str = "start", **more: str) -> Simulation:
    draft = drafted(stage, **more)
    form = {"cutoff_on": "2023-04-30", "mode": mode, "number": "1"}
    clerk = as_person(stage.cast.clerk)
    pages = [clerk.post(address(draft, "simulate/"), form)["Location"] for _ in range(2)]
    found = Simulation.objects.get()
    assert pages == [f"/policies/simulations/{found.pk}/"] * 2
    return found


def test_a_simulation_tells_people_money_firms_and_who_gains_and_reserves_nothing(stage: Stage) -> None:
    hire(stage.cast, stage.cast.beta, 981, months=())  # not insured: gains by a version that does not ask for it
    found = simulated(stage, **{"c6-drop": "1"})
    page = as_person(stage.cast.auditor).get(f"/policies/simulations/{found.pk}/").content.decode()
    assert "对照版 3 人，多 1 人" in page and "¥8,000.00" in page and "示例乙服饰有限公司" in page
    gain = as_person(stage.cast.auditor).get(f"/policies/simulations/{found.pk}/?view=gain").content.decode()
    assert "连续参保不足" in gain and "+¥2,000.00" in gain and "工人" not in gain.split("<tbody>")[1]
    assert not Entitlement.objects.exists() and not LineFunding.objects.exists()
    assert set(Batch.objects.filter(name__startswith="模拟").values_list("status", "is_trial")) == {("computed", True)}


def test_a_trial_of_a_simulation_is_not_computed_by_itself_and_not_in_the_list_of_all(stage: Stage) -> None:
    found = simulated(stage, amount="2500")
    clerk, path = as_person(stage.cast.clerk), f"/batches/{found.batch_id}/"
    assert f'href="{path}compute/"' not in clerk.get(path).content.decode()
    found.batch.refresh_from_db()
    clerk.post(f"{path}compute/", {"version": str(found.batch.version)})
    found.batch.refresh_from_db()
    assert found.batch.calculations.count() == 1  # type: ignore[attr-defined]
    assert "模拟" not in clerk.get("/batches/").content.decode()
    assert "模拟" in clerk.get("/batches/?state=trial").content.decode()


def test_a_stricter_draft_shows_who_loses(stage: Stage) -> None:
    found = simulated(stage, **{"c6-value": "6"})
    page = as_person(stage.cast.clerk).get(f"/policies/simulations/{found.pk}/?view=lose").content.decode()
    assert "连续参保不足" in page and "-¥2,000.00" in page


def test_what_was_paid_counts_only_when_asked(stage: Stage) -> None:
    take_to(stage, "submitted")
    from_start = simulated(stage, amount="2500")
    assert from_start.batch.current is not None and from_start.batch.current.people == 3
    form = {"cutoff_on": "2023-04-30", "mode": "now", "number": "2"}
    as_person(stage.cast.clerk).post(address(from_start.version, "simulate/"), form)
    now = Simulation.objects.get(number=2)
    assert now.batch.current is not None and now.batch.current.people == 0


def test_the_first_version_of_a_policy_is_simulated_against_nothing(stage: Stage) -> None:
    """With none in force before it nobody loses, and every view opens."""
    first = stage.policy.versions.get()  # type: ignore[attr-defined]
    form = {"number": "1", "cutoff_on": "2023-04-30", "mode": "start"}
    page = as_person(stage.cast.clerk).post(address(first, "simulate/"), form)["Location"]
    assert Simulation.objects.get().baseline_batch is None
    for view in ("firms", "gain", "lose"):
        assert as_person(stage.cast.auditor).get(f"{page}?view={view}").status_code == 200


def test_only_a_clerk_simulates_and_not_into_the_future(stage: Stage) -> None:
    version = PolicyVersion.objects.get()
    assert as_person(stage.cast.approver_1).get(address(version, "simulate/")).status_code == 403
    form = {"cutoff_on": "2999-01-01", "mode": "start", "number": "1"}
    assert as_person(stage.cast.clerk).post(address(version, "simulate/"), form).status_code == 422
    assert not Simulation.objects.exists()


def queries(member: Membership, path: str) -> int:
    client = as_person(member)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_queries_of_the_policy_pages_do_not_grow_with_rows(cast: Cast, stage: Stage) -> None:
    first = queries(cast.clerk, "/policies/")
    draft = drafted(stage, amount="2500")
    publish_policy_version(actor=cast.approver_1, version=draft, day=Day.LATER)
    assert queries(cast.clerk, "/policies/") <= first
    form = {"cutoff_on": "2023-04-30", "mode": "start", "number": "1"}
    as_person(cast.clerk).post(address(PolicyVersion.objects.get(number=1), "simulate/"), form)
    few = {view: queries(cast.clerk, f"/policies/simulations/{Simulation.objects.get(number=1).pk}/?view={view}")
           for view in ("firms", "gain")}  # fmt: skip
    for order in range(960, 966):
        hire(cast, cast.beta, order)
    as_person(cast.clerk).post(address(PolicyVersion.objects.get(number=1), "simulate/"), form | {"number": "2"})
    again = Simulation.objects.get(number=2).pk
    for view, n in few.items():
        assert queries(cast.clerk, f"/policies/simulations/{again}/?view={view}") <= n
