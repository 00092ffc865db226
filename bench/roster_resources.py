"""The roster in django-import-export: one resource a table over the rows of one workbook.

As it comes it looks for each row, saves it and reports a diff; `use_bulk` turns on what its documentation advises for large
files: bulk creation, no diff, no reports of skipped rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tablib
from django.db import transaction
from import_export import fields, resources, widgets

from bench.roster_ready import worker_values
from park_workers.foundation.files import new_reference
from park_workers.foundation.search_hash import person_key
from park_workers.models import ContractSpan, Employment, Membership, PostSpan, Worker

WORKER_COLUMNS = ("reference", "person_key", "id_type", "id_number", "last_four_hash", "name", "phone", "phone_hash",
                  "birth_on", "sex", "origin")  # fmt: skip


class _Roster(resources.ModelResource):
    """What the four tables have in common; `made` names columns that are not in the file."""

    made: tuple[str, ...] = ()

    def __init__(self, actor: Membership, known: dict[str, Any]) -> None:
        super().__init__()
        self.actor = actor
        self.known = known

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Rows are known by columns that come with their preparation."""
        for name in self.made:
            dataset.append_col([None] * len(dataset), header=name)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Who did it."""
        instance.recorded_by = self.actor


class People(_Roster):
    """Persons, checked, hashed and sealed."""

    made = WORKER_COLUMNS

    class Meta:
        model = Worker
        import_id_fields = ("person_key",)
        fields = WORKER_COLUMNS

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Raises what is wrong with the row."""
        if not row["合同终止日"]:
            raise ValueError("合同终止日")
        row.update(worker_values(row))


class _OfPerson(_Roster):
    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Rows whose person was refused are wrong here too."""
        if not row["合同终止日"]:
            raise ValueError("合同终止日")
        row["worker"] = self.known[person_key(row["证件号码"])]


class Employments(_OfPerson):
    """Hires."""

    made = ("worker", "enterprise", "introducer", "hire")

    worker = fields.Field("worker_id", "worker")
    enterprise = fields.Field("enterprise_id", "enterprise")
    introducer = fields.Field("introducer_id", "introducer")
    reference = fields.Field("reference", "hire")
    hired_on = fields.Field("hired_on", "入职日期", widgets.DateWidget("%Y-%m-%d"))
    left_on = fields.Field("left_on", "离职日期", widgets.DateWidget("%Y-%m-%d"))

    class Meta:
        model = Employment
        import_id_fields = ("worker", "enterprise", "hired_on")
        fields = ("worker", "enterprise", "introducer", "reference", "hired_on", "left_on")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Numbers of person, enterprise and introducer."""
        super().before_import_row(row, **kwargs)
        introducer = self.known.get(person_key(row["引工人证件号"])) if row["引工人证件号"] else None
        row.update(enterprise=self.actor.organisation_id, hire=new_reference(), introducer=introducer)


class _OfEmployment(_Roster):
    made = ("employment",)
    employment = fields.Field("employment_id", "employment")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """The hire of the row."""
        if not row["合同终止日"]:
            raise ValueError("合同终止日")
        row["employment"] = self.known[person_key(row["证件号码"])]


class Contracts(_OfEmployment):
    """Contracts."""

    starts_on = fields.Field("starts_on", "合同起始日", widgets.DateWidget("%Y-%m-%d"))
    ends_on = fields.Field("ends_on", "合同终止日", widgets.DateWidget("%Y-%m-%d"))
    form = fields.Field("form", "用工形式")

    class Meta:
        model = ContractSpan
        import_id_fields = ("employment", "starts_on")
        fields = ("employment", "starts_on", "ends_on", "form")


class Posts(_OfEmployment):
    """Posts."""

    starts_on = fields.Field("starts_on", "入职日期", widgets.DateWidget("%Y-%m-%d"))
    trade = fields.Field("trade", "工种")
    is_front_line = fields.Field("is_front_line", "是否一线")

    class Meta:
        model = PostSpan
        import_id_fields = ("employment", "starts_on")
        fields = ("employment", "starts_on", "trade", "is_front_line")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """A truth in place of a word."""
        super().before_import_row(row, **kwargs)
        row["is_front_line"] = row["是否一线"] == "是"
        row["是否一线"] = row["is_front_line"]


def run_import(path: Path, actor: Membership, *, rows: int, is_bulk: bool) -> int:
    """Read the workbook, import table by table; returns how many rows were refused."""
    whole = tablib.Dataset().load(path.read_bytes(), format="xlsx", read_only=True)
    dataset = tablib.Dataset(*whole[:rows], headers=whole.headers)
    with transaction.atomic():
        refused = _import(People(actor, {}), dataset, is_bulk)
        people = dict(Worker.objects.values_list("person_key", "pk"))
        _import(Employments(actor, people), dataset, is_bulk)
        hires = dict(Employment.objects.values_list("worker__person_key", "pk"))
        for resource in (Contracts, Posts):
            _import(resource(actor, hires), dataset, is_bulk)
    return refused


def _import(resource: Any, dataset: Any, is_bulk: bool) -> int:
    if is_bulk:
        resource._meta.use_bulk = resource._meta.skip_diff = resource._meta.skip_html_diff = True
        resource._meta.report_skipped = False
        resource._meta.force_init_instance = True
        resource._meta.batch_size = 1_000
    # Its own transactions undo the whole file when one row is wrong; good rows are to stay, in one transaction of ours.
    resource._meta.use_transactions = False
    result = resource.import_data(tablib.Dataset(*dataset, headers=dataset.headers), dry_run=False, raise_errors=False)
    return len(result.row_errors())
