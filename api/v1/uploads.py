"""Files (上传): give, look at the findings, confirm or withdraw, fetch the marked copy; and the sheets there are."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.confirmation import check_confirmed
from api.fields import STATEFUL, Body, NumberField, OptionalReason, Out, StatefulOut
from api.filters import search_by
from api.parsers import FileParser, TextJSONParser
from api.resource import XLSX, ReadResource, download, step
from park_workers.foundation.file_judgement import DEFAULT_LIMITS, FileRefused
from park_workers.foundation.spreadsheets import write_template
from park_workers.models import Organisation, Upload, UploadIssue
from park_workers.services.imports import all_imports, import_for
from park_workers.services.uploads import confirm_upload, receive_upload, withdraw_upload, write_marked_copy


class UploadOut(StatefulOut):
    """A file and where it stands; `refusal` says why the file as a whole was not taken."""

    name = serializers.CharField(source="file.original_name")
    organisation_name = serializers.CharField(source="organisation.name")

    class Meta:
        model = Upload
        fields = ["id", "reference", *STATEFUL, "sheet_kind", "scope", "name", "organisation", "organisation_name",
                  "business_day", "rows", "accepted", "refused", "sheet_name", "header_row", "refusal", "result",
                  "needs_second_person", "sha256", "check_job", "apply_job", "recorded_at"]  # fmt: skip


class IssueOut(Out):
    """One finding: where, what, how to mend; an error refuses its row, a warning keeps it."""

    class Meta:
        model = UploadIssue
        fields = ["id", "sheet", "row", "column", "header", "code", "message", "fix", "severity", "is_later_finding"]


class SheetOut(serializers.Serializer):
    """A declared sheet."""

    kind = serializers.CharField(source="sheet.kind")
    title = serializers.CharField(source="sheet.title")
    headers = serializers.SerializerMethodField()
    needs_second_person = serializers.BooleanField()

    def get_headers(self, declared: Any) -> list[str]:
        return [column.header for column in declared.sheet.columns]


class UploadForm(Body):
    """A file for a declared sheet; `scope` names what it is for (`batch:<id>`, `payment_file:<id>`)."""

    sheet_kind = serializers.CharField(max_length=40, help_text="GET /api/v1/uploads/sheets/")
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    scope = serializers.RegexField(r"^[a-z_]+:[0-9]{1,18}$", required=False, allow_blank=True, default="")
    organisation = NumberField(required=False, help_text="以其他单位名义上传时填写（人社局）")

    def validate_sheet_kind(self, kind: str) -> str:
        kinds = [declared.sheet.kind for declared in all_imports()]
        if kind not in kinds:
            raise serializers.ValidationError(f"没有这种表，可选：{'、'.join(kinds)}", "invalid_choice")
        return kind


class ConfirmForm(Body):
    """What the preview asked, answered."""

    without_hidden_sheets = serializers.BooleanField(
        default=False, help_text="隐藏的或另有名单的工作表不导入；预览问到时填 true"
    )


class IssueFilter(django_filters.FilterSet):
    """By severity, kind and row."""

    search = search_by("栏目或问题说明", columns=("header", "message"))
    severity = django_filters.ChoiceFilter(choices=[("error", "错误"), ("warning", "提示")], label="程度")
    code = django_filters.CharFilter(max_length=60, label="问题代码")
    row = django_filters.NumberFilter(label="行号")
    is_later_finding = django_filters.BooleanFilter(label="确认后才发现")


class UploadFilter(django_filters.FilterSet):
    """By state, sheet, what it is for, whose it is."""

    search = search_by(
        "文件名、单位或上传编号",
        columns=("file__original_name",),
        organisations=("organisation",),
        exact=("reference",),
    )

    class Meta:
        model = Upload
        fields = ["search", "status", "sheet_kind", "scope", "organisation"]


class Uploads(ReadResource):
    """Files given; nothing is written before a person confirms."""

    queryset = Upload.objects.select_related("file", "organisation")
    serializer_class = UploadOut
    filterset_class = UploadFilter
    parser_classes = [TextJSONParser, FileParser]
    quoting_version = frozenset({"confirm", "withdraw"})

    @extend_schema(request={"multipart/form-data": UploadForm}, responses={201: UploadOut})
    def create(self, request: Request) -> Response:
        """Give a file; its check begins at once.  The very same file again is the same upload; if lines were refused, it is judged anew."""
        form = self.body(UploadForm)
        given = form["file"]
        if given.size > DEFAULT_LIMITS.bytes:
            raise FileRefused("FILE_TOO_LARGE", f"文件超过 {DEFAULT_LIMITS.bytes // 1048576} MB", "请拆成几份上传")
        owner = (
            self.named("organisation", Organisation.objects.all(), form["organisation"])
            if "organisation" in form
            else None
        )
        upload = receive_upload(
            actor=self.member, sheet_kind=form["sheet_kind"], content=given.read(), name=given.name, day=self.day,
            scope=form["scope"], organisation=owner,
        )  # fmt: skip
        answer = self.shown(self.again(upload), 201)
        answer["Location"] = f"/api/v1/uploads/{upload.pk}/"
        return answer

    @extend_schema(responses=IssueOut(many=True), filters=True)
    @action(detail=True, filterset_class=IssueFilter)
    def issues(self, request: Request, pk: str) -> Response:
        """What was found in the file, row by row."""
        self.list_order = ("row", "pk")
        return self.listed(self.get_object().issues.all(), IssueOut)

    @step("confirm", body=ConfirmForm)
    def confirm(self, request: Request, pk: str) -> Response:
        """The preview has been looked at: the good rows shall go in."""
        upload = self.get_object()
        self.seen_version(upload)
        confirm_upload(actor=self.member, upload=upload, day=self.day, **self.body(ConfirmForm))
        return self.shown(self.again(upload))

    @step("withdraw", body=OptionalReason)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a file back that has not been imported."""
        upload = self.get_object()
        self.seen_version(upload)
        withdraw_upload(actor=self.member, upload=upload, reason=self.body(OptionalReason)["reason"])
        return self.shown(self.again(upload))

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    @action(detail=True, url_path="marked-copy")
    def marked_copy(self, request: Request, pk: str) -> HttpResponse:
        """The file as given, wrong cells red, last column 错误原因.

        Somebody else's file shows their people in plain: bureau staff confirm themselves first (403 `CONFIRM_AGAIN`).
        """
        if self.member.sees_business_of_all:
            check_confirmed(request)
        upload = self.get_object()
        content = write_marked_copy(actor=self.member, upload=upload)
        return download(content, f"{upload.file.original_name.removesuffix('.xlsx')}（已标注）.xlsx")

    @extend_schema(responses=SheetOut(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def sheets(self, request: Request) -> Response:
        """The sheets this role may give."""
        return Response(SheetOut([d for d in all_imports() if self.member.role in d.roles], many=True).data)

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False)
    @action(detail=False, url_path="sheets/(?P<kind>[a-z_]{1,40})/template")
    def template(self, request: Request, kind: str) -> HttpResponse:
        """An empty form of a sheet (模板)."""
        try:
            sheet = import_for(kind).sheet
        except KeyError as error:
            raise Http404 from error
        return download(write_template(sheet), f"{sheet.title}模板.xlsx")
