"""Addresses of policies and money."""

from __future__ import annotations

from django.urls import path

from pages.desk import many_lines, print_sheets
from pages.desk.money import account_changes, decisions, funds, matching, payments
from pages.desk.policies import drafts, publishing, reading, simulations

urlpatterns = [
    path("batches/<int:pk>/lines/many/<slug:action>/", many_lines.decide_many, name="decide_many"),
    path("print/batches/<int:pk>/", print_sheets.batch_sheet, name="print_batch"),
    path("policies/", reading.policy_list, name="policies"),
    path("policies/import/", drafts.import_file, name="import_policies"),
    path("policies/versions/<int:pk>/", reading.version_page, name="policy_version"),
    path("policies/versions/<int:pk>/file/", reading.version_file, name="version_file"),
    path("policies/versions/<int:pk>/compare/", reading.compare_versions, name="compare_versions"),
    path("policies/versions/<int:pk>/edit/", drafts.edit_terms, name="edit_terms"),
    path("policies/versions/<int:pk>/simulate/", simulations.new_simulation, name="new_simulation"),
    path("policies/versions/<int:pk>/publish/", publishing.publish, name="publish_version"),
    path("policies/versions/<int:pk>/retire/", publishing.retire, name="retire_version"),
    path("policies/simulations/<int:pk>/", simulations.simulation_page, name="simulation"),
    path("policies/simulations/<int:pk>/progress/", simulations.simulation_progress, name="simulation_progress"),
    path("funds/", funds.fund_list, name="funds"),
    path("funds/receipts/new/", funds.new_receipt, name="new_receipt"),
    path("funds/<int:pk>/", funds.fund_page, name="fund"),
    path("funds/<int:pk>/receipts/<int:receipt_pk>/reverse/", funds.reverse, name="reverse_receipt"),
    path("payments/", payments.payment_list, name="payments"),
    path("payments/decisions/", decisions.decision_list, name="money_decisions"),
    path("payments/decisions/<slug:key>/<int:pk>/", decisions.decision_page, name="money_decision"),
    path("payments/files/<int:pk>/", payments.file_page, name="payment"),
    path("payments/files/<int:pk>/repeat/", payments.repeat, name="repeat_payment"),
    path("payments/payments/<int:pk>/write-off/", decisions.write_off, name="write_off"),
    path("payments/batches/<int:pk>/", matching.match_page, name="match"),
    path("payments/batches/<int:pk>/lines/<int:line_pk>/claw-back/", decisions.claw_back, name="claw_back"),
    path("account-changes/", account_changes.change_list, name="account_changes"),
    path("account-changes/new/", account_changes.new_change, name="new_account_change"),
    path("account-changes/<int:pk>/", account_changes.change_page, name="account_change"),
    path("account-changes/<int:pk>/<slug:action>/", account_changes.decide_change, name="decide_account_change"),
]
