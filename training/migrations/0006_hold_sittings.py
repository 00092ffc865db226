"""Skill-level assessment (认定场次): assessors and their filings, sittings, results, and enterprises' applications to assess."""

import django.db.models.deletion
import park_workers.foundation.encryption
import park_workers.foundation.files
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


OPEN = "('draft', 'returned')"
FILING = "training_enterpriseassessmentfiling"


def part_guards(table):
    """Parts of an application change only while it lies with the enterprise."""
    at_bureau = "EXISTS (SELECT 1 FROM {filing} f WHERE f.id = {row}.filing_id AND f.status NOT IN {open})"
    new = at_bureau.format(filing=FILING, row="NEW", open=OPEN)
    old = at_bureau.format(filing=FILING, row="OLD", open=OPEN)
    return [
        triggers.row_guard(f"{table}_added_at_home", table=f"training_{table}", events=["INSERT"], refuse_when=new),
        triggers.row_guard(f"{table}_kept_once_sent", table=f"training_{table}", events=["UPDATE", "DELETE"], refuse_when=old),
    ]


GUARDS = [
    triggers.allowed_moves(
        "assessor_moves", table="training_assessororganisation",
        moves=[("proposed", "confirmed"), ("proposed", "refused"), ("confirmed", "ended")],
    ),  # fmt: skip
    triggers.row_guard(
        "assessor_filing_stays", table="training_assessororganisation", events=["UPDATE"],
        on="OF organisation_id, kind, assessor_code, filing_number, valid_from, valid_to, proposed_by_id",
        refuse_when="1 = 1",
    ),  # fmt: skip
    triggers.append_only("assessor_scopes_stay", table="training_assessorscope"),
    triggers.row_guard(
        "assessor_scope_before_confirmation", table="training_assessorscope", events=["INSERT"],
        refuse_when="EXISTS (SELECT 1 FROM training_assessororganisation a WHERE a.id = NEW.assessor_id "
        "AND a.status <> 'proposed')",
    ),  # fmt: skip
    triggers.row_guard(
        "assessment_terms_stay", table="training_assessmentterms", events=["UPDATE"],
        on="OF bureau_id, effective_from, days_before, least_examiners, pass_mark, most_per_examiner, most_sittings, "
        "span_days, basis, proposed_by_id",
        refuse_when="1 = 1",
    ),  # fmt: skip
    triggers.row_guard(
        "assessment_terms_confirmed_once", table="training_assessmentterms", events=["UPDATE"], on="OF confirmed_by_id",
        refuse_when="OLD.confirmed_by_id IS NOT NULL",
    ),  # fmt: skip
    triggers.row_guard(
        "assessment_terms_kept", table="training_assessmentterms", events=["DELETE"], refuse_when="1 = 1"
    ),
    triggers.allowed_moves(
        "sitting_moves", table="training_assessmentsitting",
        moves=[
            ("planned", "filed"), ("filed", "held"), ("held", "results_entered"), ("results_entered", "confirmed"),
            ("results_entered", "held"), ("confirmed", "results_entered"), ("planned", "cancelled"),
            ("filed", "cancelled"),
        ],
    ),  # fmt: skip
    triggers.row_guard(
        "sitting_stays_as_filed", table="training_assessmentsitting", events=["UPDATE"],
        on="OF assessor_id, trade, level, held_on, session, place, capacity",
        refuse_when="OLD.status <> 'planned'",
    ),  # fmt: skip
    triggers.row_guard(
        "sitting_confirmed_by_another_person", table="training_assessmentsitting", events=["UPDATE"], on="OF status",
        refuse_when="(NEW.status = 'confirmed' AND EXISTS (SELECT 1 FROM training_sittingresult r "
        "JOIN park_workers_membership m ON m.id = r.recorded_by_id "
        "WHERE r.sitting_id = NEW.id AND r.is_current AND m.user_id = NEW.confirmed_by_id))",
    ),  # fmt: skip
    triggers.row_guard(
        "examiners_named_while_planned", table="training_sittingexaminer", events=["INSERT"],
        refuse_when="NOT EXISTS (SELECT 1 FROM training_assessmentsitting s WHERE s.id = NEW.sitting_id "
        "AND s.status = 'planned' AND s.held_on = NEW.held_on)",
    ),  # fmt: skip
    triggers.row_guard(
        "examiners_stay", table="training_sittingexaminer", events=["UPDATE"],
        on="OF sitting_id, name, card_number, duty, held_on, morning, afternoon", refuse_when="1 = 1",
    ),  # fmt: skip
    triggers.row_guard(
        "examiners_released_only", table="training_sittingexaminer", events=["UPDATE"], on="OF is_live",
        refuse_when="NOT OLD.is_live",
    ),  # fmt: skip
    triggers.row_guard("examiners_kept", table="training_sittingexaminer", events=["DELETE"], refuse_when="1 = 1"),
    triggers.insert_guard(
        "results_after_the_sitting", table="training_sittingresult",
        refuse_new="EXISTS (SELECT 1 FROM training_assessmentsitting s WHERE s.id = fresh.sitting_id "
        "AND s.status NOT IN ('held', 'results_entered'))",
    ),  # fmt: skip
    triggers.insert_guard(
        "correction_of_the_same_result", table="training_sittingresult",
        refuse_new="fresh.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM training_sittingresult o "
        "WHERE o.id = fresh.corrects_id AND o.sitting_id = fresh.sitting_id AND o.worker_id = fresh.worker_id "
        "AND NOT o.is_current)",
    ),  # fmt: skip
    triggers.insert_guard(
        "certificate_of_nobody_else", table="training_sittingresult",
        refuse_new="fresh.certificate_number <> '' AND EXISTS (SELECT 1 FROM training_certificate c "
        "JOIN park_workers_worker h ON h.id = c.worker_id JOIN park_workers_worker w ON w.id = fresh.worker_id "
        "WHERE c.number = fresh.certificate_number "
        "AND COALESCE(h.merged_into_id, h.id) <> COALESCE(w.merged_into_id, w.id))",
    ),  # fmt: skip
    triggers.row_guard(
        "results_stay", table="training_sittingresult", events=["UPDATE"],
        on="OF sitting_id, worker_id, theory_score, practice_score, verdict, certificate_number, issued_on, corrects_id, "
        "reason, recorded_by_id",
        refuse_when="1 = 1",
    ),  # fmt: skip
    triggers.row_guard(
        "results_give_way_once", table="training_sittingresult", events=["UPDATE"], on="OF is_current",
        refuse_when="NOT OLD.is_current",
    ),  # fmt: skip
    triggers.row_guard("results_kept", table="training_sittingresult", events=["DELETE"], refuse_when="1 = 1"),
    triggers.allowed_moves(
        "assessment_filing_moves", table=FILING,
        moves=[
            ("draft", "submitted"), ("returned", "submitted"), ("submitted", "returned"), ("submitted", "accepted"),
            ("accepted", "approved"), ("accepted", "refused"), ("draft", "withdrawn"), ("submitted", "withdrawn"),
            ("returned", "withdrawn"), ("accepted", "withdrawn"), ("approved", "expired"),
        ],
    ),  # fmt: skip
    triggers.row_guard(
        "assessment_filing_stays_once_sent", table=FILING, events=["UPDATE"],
        on="OF enterprise_id, contact_name, contact_phone, statement", refuse_when=f"OLD.status NOT IN {OPEN}",
    ),  # fmt: skip
    *part_guards("filingscope"),
    *part_guards("filingstaff"),
    *part_guards("filingplace"),
    *part_guards("filingmaterial"),
]


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_record_signs_of_life'),
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0005_issue_certificates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='AssessorOrganisation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('kind', models.CharField(choices=[('Y', '用人单位'), ('S', '社会评价组织')], max_length=1, verbose_name='机构类别')),
                    ('assessor_code', models.CharField(max_length=4, verbose_name='机构代码')),
                    ('filing_number', models.CharField(max_length=60, verbose_name='备案号')),
                    ('valid_from', models.DateField(verbose_name='备案有效期起')),
                    ('valid_to', models.DateField(verbose_name='备案有效期止')),
                    ('ended_on', models.DateField(null=True, verbose_name='终止日期')),
                    ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='退回或终止原因')),
                    ('proposed_on', models.DateField(verbose_name='登记日期')),
                    ('confirmed_on', models.DateField(null=True, verbose_name='确认日期')),
                    ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.organisation', verbose_name='所属人社局')),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessor_filings', to='park_workers.organisation', verbose_name='认定机构')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '认定机构',
                    'verbose_name_plural': '认定机构',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('status', 'confirmed')), fields=('organisation',), name='one_assessor_filing_in_force'),
                        models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('organisation',), name='one_assessor_filing_proposed'),
                        models.UniqueConstraint(condition=models.Q(('status', 'confirmed'), models.Q(('assessor_code', '0000'), _negated=True)), fields=('kind', 'assessor_code'), name='one_assessor_per_code'),
                        models.CheckConstraint(condition=models.Q(('kind__in', ('Y', 'S'))), name='assessor_kind_known'),
                        models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='assessor_span'),
                        models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by__isnull', True), ('status__in', ('proposed', 'refused'))), models.Q(('confirmed_by__isnull', False), ('confirmed_on__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='assessor_confirmed_by_another'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'ended'), _negated=True), models.Q(('ended_on__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='assessor_end_has_day_and_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='AssessmentSitting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='场次编号')),
                    ('trade', models.CharField(max_length=40, verbose_name='职业工种')),
                    ('level', models.PositiveSmallIntegerField(verbose_name='级别')),
                    ('held_on', models.DateField(verbose_name='认定日期')),
                    ('session', models.CharField(choices=[('am', '上午'), ('pm', '下午'), ('day', '全天')], max_length=3, verbose_name='时段')),
                    ('place', models.CharField(max_length=120, verbose_name='地点')),
                    ('capacity', models.PositiveIntegerField(verbose_name='计划人数')),
                    ('request_id', models.CharField(max_length=80, verbose_name='请求编号')),
                    ('filed_on', models.DateField(null=True, verbose_name='备案日期')),
                    ('results_on', models.DateField(null=True, verbose_name='成绩提交日期')),
                    ('confirmed_on', models.DateField(null=True, verbose_name='确认日期')),
                    ('cancelled_on', models.DateField(null=True, verbose_name='取消日期')),
                    ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='退回或取消原因')),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('results_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='成绩提交人')),
                    ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='training.assessororganisation', verbose_name='认定机构')),
                ],
                options={
                    'verbose_name': '认定场次',
                    'verbose_name_plural': '认定场次',
                    'indexes': [
                        models.Index(fields=['held_on', 'status'], name='sitting_day'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('assessor', 'request_id'), name='one_sitting_per_request'),
                        models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 5)), name='sitting_level'),
                        models.CheckConstraint(condition=models.Q(('session__in', ('am', 'pm', 'day'))), name='sitting_session_known'),
                        models.CheckConstraint(condition=models.Q(('capacity__gte', 1)), name='sitting_capacity'),
                        models.CheckConstraint(condition=models.Q(('status__in', ('planned', 'cancelled')), models.Q(('filed_on__isnull', False), ('filed_on__lte', models.F('held_on'))), _connector='OR'), name='sitting_filed_before_its_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('results_entered', 'confirmed')), _negated=True), models.Q(('results_by__isnull', False), ('results_on__gte', models.F('held_on')), ('results_on__isnull', False)), _connector='OR'), name='sitting_results_by_a_person'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), models.Q(('confirmed_by__isnull', False), ('confirmed_on__isnull', False), models.Q(('confirmed_by', models.F('results_by')), _negated=True)), _connector='OR'), name='sitting_confirmed_by_another'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('cancelled_on__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='sitting_cancelled_with_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='AssessorScope',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trade', models.CharField(max_length=40, verbose_name='职业工种')),
                    ('lowest', models.PositiveSmallIntegerField(verbose_name='最低级别')),
                    ('highest', models.PositiveSmallIntegerField(verbose_name='最高级别')),
                    ('valid_from', models.DateField(verbose_name='有效期起')),
                    ('valid_to', models.DateField(verbose_name='有效期止')),
                    ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scopes', to='training.assessororganisation', verbose_name='认定机构')),
                ],
                options={
                    'verbose_name': '认定范围',
                    'verbose_name_plural': '认定范围',
                    'constraints': [
                        models.UniqueConstraint(fields=('assessor', 'trade', 'valid_from'), name='one_scope_per_trade_and_start'),
                        models.CheckConstraint(condition=models.Q(('highest__gte', 1), ('lowest__gte', models.F('highest')), ('lowest__lte', 5)), name='scope_levels'),
                        models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='scope_span'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='EnterpriseAssessmentFiling',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='申报编号')),
                    ('contact_name', models.CharField(blank=True, default='', max_length=60, verbose_name='联系人')),
                    ('contact_phone', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='reference', default='', verbose_name='联系电话')),
                    ('statement', models.CharField(blank=True, default='', max_length=500, verbose_name='自主评价说明')),
                    ('to_mend', models.JSONField(default=list, verbose_name='补正清单')),
                    ('first_sent_on', models.DateField(null=True, verbose_name='首次提交日期')),
                    ('sent_on', models.DateField(null=True, verbose_name='提交日期')),
                    ('accepted_on', models.DateField(null=True, verbose_name='受理日期')),
                    ('assessor_code', models.CharField(blank=True, default='', max_length=4, verbose_name='拟用机构代码')),
                    ('filing_number', models.CharField(blank=True, default='', max_length=60, verbose_name='拟用备案号')),
                    ('valid_from', models.DateField(null=True, verbose_name='拟定有效期起')),
                    ('valid_to', models.DateField(null=True, verbose_name='拟定有效期止')),
                    ('decided_on', models.DateField(null=True, verbose_name='审批日期')),
                    ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='不予备案或撤回原因')),
                    ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受理人')),
                    ('assessor', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='training.assessororganisation', verbose_name='备案的认定机构')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_filings', to='park_workers.enterprise', verbose_name='企业')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '企业认定申报备案',
                    'verbose_name_plural': '企业认定申报备案',
                    'indexes': [
                        models.Index(fields=['status', 'sent_on'], name='assessment_filing_queue'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'submitted', 'returned', 'accepted'))), fields=('enterprise',), name='one_open_assessment_filing'),
                        models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'withdrawn')), models.Q(('first_sent_on__isnull', False), ('sent_on__isnull', False)), _connector='OR'), name='assessment_filing_sent'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('accepted', 'approved', 'refused', 'expired')), _negated=True), models.Q(('accepted_by__isnull', False), ('accepted_on__isnull', False), ('valid_from__isnull', False), ('valid_to__gte', models.F('valid_from')), models.Q(('assessor_code', ''), _negated=True), models.Q(('filing_number', ''), _negated=True)), _connector='OR'), name='assessment_filing_accepted'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('approved', 'refused', 'expired')), _negated=True), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('decided_by', models.F('accepted_by')), _negated=True)), _connector='OR'), name='assessment_filing_decided_by_another'),
                        models.CheckConstraint(condition=models.Q(models.Q(('assessor__isnull', False), ('status__in', ('approved', 'expired'))), models.Q(('assessor__isnull', True), ('status__in', ('draft', 'submitted', 'returned', 'accepted', 'refused', 'withdrawn'))), _connector='OR'), name='assessment_filing_approved_is_assessor'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assessment_filing_refused_with_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='FilingMaterial',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('kind', models.CharField(max_length=40, verbose_name='材料')),
                    ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='training.enterpriseassessmentfiling', verbose_name='申报')),
                    ('picture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile', verbose_name='照片')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '申报材料',
                    'verbose_name_plural': '申报材料',
                },
            ),
            migrations.CreateModel(
                name='FilingPlace',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='场地')),
                    ('seats', models.PositiveSmallIntegerField(verbose_name='工位数')),
                    ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='training.enterpriseassessmentfiling', verbose_name='申报')),
                ],
                options={
                    'verbose_name': '认定场地',
                    'verbose_name_plural': '认定场地',
                },
            ),
            migrations.CreateModel(
                name='FilingScope',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('trade', models.CharField(max_length=40, verbose_name='职业工种')),
                    ('lowest', models.PositiveSmallIntegerField(verbose_name='最低级别')),
                    ('highest', models.PositiveSmallIntegerField(verbose_name='最高级别')),
                    ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='training.enterpriseassessmentfiling', verbose_name='申报')),
                ],
                options={
                    'verbose_name': '申报范围',
                    'verbose_name_plural': '申报范围',
                    'constraints': [
                        models.UniqueConstraint(fields=('filing', 'trade'), name='filing_asks_trade_once'),
                        models.CheckConstraint(condition=models.Q(('highest__gte', 1), ('lowest__gte', models.F('highest')), ('lowest__lte', 5)), name='filing_scope_levels'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='FilingStaff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='姓名')),
                    ('duty', models.CharField(max_length=20, verbose_name='职责')),
                    ('card_number', models.CharField(blank=True, default='', max_length=40, verbose_name='考评员证号')),
                    ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff', to='training.enterpriseassessmentfiling', verbose_name='申报')),
                ],
                options={
                    'verbose_name': '认定人员',
                    'verbose_name_plural': '认定人员',
                },
            ),
            migrations.CreateModel(
                name='SittingExaminer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='姓名')),
                    ('card_number', models.CharField(max_length=40, verbose_name='考评员证号')),
                    ('duty', models.CharField(choices=[('both', '理论和实操'), ('theory', '理论'), ('practice', '实操')], max_length=10, verbose_name='职责')),
                    ('held_on', models.DateField(verbose_name='认定日期')),
                    ('morning', models.BooleanField(verbose_name='上午')),
                    ('afternoon', models.BooleanField(verbose_name='下午')),
                    ('is_live', models.BooleanField(default=True, verbose_name='有效')),
                    ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examiners', to='training.assessmentsitting', verbose_name='场次')),
                ],
                options={
                    'verbose_name': '考评员',
                    'verbose_name_plural': '考评员',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('sitting', 'card_number'), name='examiner_named_once'),
                        models.UniqueConstraint(condition=models.Q(('is_live', True), ('morning', True)), fields=('card_number', 'held_on'), name='examiner_one_morning'),
                        models.UniqueConstraint(condition=models.Q(('afternoon', True), ('is_live', True)), fields=('card_number', 'held_on'), name='examiner_one_afternoon'),
                        models.CheckConstraint(condition=models.Q(('morning', True), ('afternoon', True), _connector='OR'), name='examiner_some_time'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SittingResult',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('theory_score', models.PositiveSmallIntegerField(null=True, verbose_name='理论成绩')),
                    ('practice_score', models.PositiveSmallIntegerField(null=True, verbose_name='实操成绩')),
                    ('verdict', models.CharField(choices=[('合格', '合格'), ('不合格', '不合格'), ('缺考', '缺考')], max_length=4, verbose_name='结论')),
                    ('certificate_number', models.CharField(blank=True, default='', max_length=30, verbose_name='证书编号')),
                    ('issued_on', models.DateField(null=True, verbose_name='发证日期')),
                    ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='更正原因')),
                    ('is_current', models.BooleanField(default=True, verbose_name='现行')),
                    ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='training.sittingresult', verbose_name='更正的成绩')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='training.assessmentsitting', verbose_name='场次')),
                    ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.upload', verbose_name='来源文件')),
                    ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sitting_results', to='park_workers.worker', verbose_name='考生')),
                ],
                options={
                    'verbose_name': '认定成绩',
                    'verbose_name_plural': '认定成绩',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('sitting', 'worker'), name='one_result_per_person_and_sitting'),
                        models.UniqueConstraint(condition=models.Q(('is_current', True), models.Q(('certificate_number', ''), _negated=True)), fields=('certificate_number',), name='one_result_per_certificate_number'),
                        models.CheckConstraint(condition=models.Q(models.Q(('theory_score__isnull', True), ('theory_score__lte', 100), _connector='OR'), models.Q(('practice_score__isnull', True), ('practice_score__lte', 100), _connector='OR')), name='sitting_marks'),
                        models.CheckConstraint(condition=models.Q(models.Q(('verdict', '合格'), _negated=True), models.Q(('practice_score__isnull', False), ('theory_score__isnull', False)), _connector='OR'), name='sitting_pass_has_both_marks'),
                        models.CheckConstraint(condition=models.Q(models.Q(('verdict', '缺考'), _negated=True), models.Q(('practice_score__isnull', True), ('theory_score__isnull', True)), _connector='OR'), name='sitting_absence_has_no_marks'),
                        models.CheckConstraint(condition=models.Q(models.Q(('certificate_number', ''), ('issued_on__isnull', True)), models.Q(('issued_on__isnull', False), ('verdict', '合格'), models.Q(('certificate_number', ''), _negated=True)), _connector='OR'), name='sitting_certificate_needs_pass_and_day'),
                        models.CheckConstraint(condition=models.Q(('corrects__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sitting_correction_has_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='AssessmentTerms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('effective_from', models.DateField(verbose_name='生效日期')),
                    ('days_before', models.PositiveSmallIntegerField(default=7, verbose_name='考前备案天数')),
                    ('least_examiners', models.PositiveSmallIntegerField(default=2, verbose_name='实操考评员最少人数')),
                    ('pass_mark', models.PositiveSmallIntegerField(default=60, verbose_name='合格分数')),
                    ('most_per_examiner', models.PositiveSmallIntegerField(default=40, verbose_name='每名考评员每日最多人数')),
                    ('most_sittings', models.PositiveSmallIntegerField(default=25, verbose_name='期间最多场次')),
                    ('span_days', models.PositiveSmallIntegerField(default=60, verbose_name='期间天数')),
                    ('basis', models.CharField(blank=True, default='待核定', max_length=200, verbose_name='依据')),
                    ('confirmed_on', models.DateField(null=True, verbose_name='确认日期')),
                    ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.organisation', verbose_name='所属人社局')),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '认定参数',
                    'verbose_name_plural': '认定参数',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_by__isnull', False)), fields=('bureau', 'effective_from'), name='one_set_of_assessment_terms'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_on__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='assessment_terms_confirmed_by_another'), models.CheckConstraint(condition=models.Q(('least_examiners__gte', 1), ('pass_mark__gte', 1), ('pass_mark__lte', 100), ('span_days__gte', 1)), name='assessment_terms_sensible')],
                },
            ),
        ]),
        *GUARDS,
    ]
