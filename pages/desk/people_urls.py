"""Addresses of enterprises, people, background work and the log."""

from __future__ import annotations

from django.urls import path

from pages.desk import (
    account_requests,
    audit,
    counter,
    directory,
    enterprises,
    exports,
    headcounts,
    jobs,
    registering,
    worker_changes,
    workers,
)

urlpatterns = [
    path("enterprises/headcounts/", headcounts.headcounts, name="headcounts"),
    path("enterprises/<int:pk>/contact/", headcounts.contact, name="enterprise_contact"),
    path("enterprises/", enterprises.enterprise_list, name="enterprises"),
    path("enterprises/new/", directory.enter, name="enter_enterprise"),
    path("enterprises/export/", exports.export_enterprises, name="export_enterprises"),
    path("enterprises/code/", directory.check_code, name="check_credit_code"),
    path("enterprises/<int:pk>/correct/", directory.correct, name="correct_enterprise"),
    path("enterprises/<int:pk>/", enterprises.enterprise_page, name="enterprise"),
    path("enterprises/<int:pk>/people/", account_requests.firm_people, name="enterprise_people"),
    path("account-requests/", account_requests.request_list, name="account_requests"),
    path("account-requests/<slug:reference>/", account_requests.request_page, name="account_request"),
    path("account-requests/<slug:reference>/licence/", account_requests.licence, name="account_request_licence"),
    path("account-requests/<slug:reference>/<slug:action>/", account_requests.decide, name="decide_account_request"),
    path("workers/", workers.worker_list, name="workers"),
    path("workers/export/", exports.export_workers, name="export_workers"),
    path("batches/<int:pk>/export/", exports.export_batch_lines, name="export_batch_lines"),
    path("exports/", exports.list_exports, name="list_exports"),
    path("exports/<slug:reference>/", exports.list_export, name="list_export"),
    path("exports/<slug:reference>/file/", exports.list_export_file, name="list_export_file"),
    path("workers/find/", workers.find, name="find_worker"),
    path("workers/hire/", registering.register_hire, name="register_hire"),
    path("workers/register/", registering.register_person, name="register_worker"),
    path("workers/<int:pk>/", workers.worker_page, name="worker"),
    path("workers/<int:pk>/reveal/", workers.reveal_numbers, name="reveal_worker"),
    path("workers/<int:pk>/merge/", worker_changes.merge, name="merge_worker"),
    path("workers/<int:pk>/employments/<int:employment_pk>/leave/", worker_changes.leave, name="record_leave"),
    path(
        "workers/<int:pk>/employments/<int:employment_pk>/hire-date/", worker_changes.correct, name="correct_hire_date"
    ),
    path("batches/<int:pk>/objections/new/", counter.new_objection, name="new_objection"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:pk>/repeat/", jobs.repeat, name="repeat_job"),
    path("audit/", audit.event_list, name="audit"),
    path("audit/verify/", audit.verify, name="verify_audit"),
    path("audit/verification/", audit.verification, name="audit_verification"),
    path("audit/export/", audit.export, name="export_audit"),
]
