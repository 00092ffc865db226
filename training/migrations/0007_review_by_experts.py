"""Experts, rubrics, rounds, panels, sealed scores, results; with the guards that keep seals and states."""

import django.db.models.deletion
import park_workers.foundation.encryption
import park_workers.foundation.files
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation.triggers import allowed_moves, append_only, insert_guard, row_guard

SEATED_AND_SCORING = (
    "SELECT 1 FROM training_panelseat s JOIN training_reviewround r ON r.id = s.round_id "
    "JOIN training_reviewapplication a ON a.round_id = r.id "
    "WHERE s.id = fresh.seat_id AND a.id = fresh.application_id AND s.status = 'seated' AND r.status = 'scoring' "
    "AND a.status = 'accepted'"
)
A_SHEET_IS_MISSING = (
    "SELECT 1 FROM training_panelseat s JOIN training_reviewapplication a ON a.round_id = s.round_id "
    "WHERE s.round_id = NEW.id AND s.status = 'seated' AND a.status = 'accepted' AND NOT EXISTS "
    "(SELECT 1 FROM training_scoresheet c WHERE c.seat_id = s.id AND c.application_id = a.id)"
)
ITS_ROUND_IS_OPENED = (
    "SELECT 1 FROM training_scoresheet c JOIN training_panelseat s ON s.id = c.seat_id "
    "JOIN training_reviewround r ON r.id = s.round_id WHERE c.id = fresh.sheet_id AND r.status = 'opened'"
)
ITS_ROUND_IS_FINISHED = (
    "SELECT 1 FROM training_reviewresult t JOIN training_reviewapplication a ON a.id = t.application_id "
    "JOIN training_reviewround r ON r.id = a.round_id WHERE t.id = fresh.result_id AND r.status = 'finished'"
)
FROZEN_OF_A_RUBRIC = " OR ".join(
    f"OLD.{name} <> NEW.{name}"
    for name in ("rubric_id", "number", "items", "grades", "mean_kind", "outlier_allowance", "digest", "drafted_by_id")
)
FROZEN_OF_A_ROUND = " OR ".join(
    f"OLD.{name} <> NEW.{name}"
    for name in (
        "reference", "trade", "rubric_version_id", "review_day", "panel_size", "tie_days", "notice_days", "seed", "commitment",
    )
)
ROUND_MOVES = (
    ("draft", "open"), ("open", "closed"), ("closed", "drawn"), ("drawn", "scoring"), ("scoring", "opened"),
    ("opened", "decided"), ("decided", "in_notice"), ("in_notice", "finished"), ("draft", "cancelled"),
    ("open", "cancelled"), ("closed", "cancelled"), ("drawn", "cancelled"), ("scoring", "cancelled"),
)
GUARDS = (
    allowed_moves("expert_moves", table="training_expert", moves=(
        ("proposed", "confirmed"), ("confirmed", "proposed"), ("retired", "proposed"), ("proposed", "retired"),
        ("confirmed", "retired"))),
    allowed_moves("rubric_version_moves", table="training_rubricversion",
                  moves=(("draft", "published"), ("published", "retired"))),
    allowed_moves("review_round_moves", table="training_reviewround", moves=ROUND_MOVES),
    allowed_moves("review_application_moves", table="training_reviewapplication", moves=(
        ("submitted", "accepted"), ("submitted", "refused"), ("accepted", "refused"), ("submitted", "withdrawn"),
        ("accepted", "withdrawn"))),
    allowed_moves("panel_seat_moves", table="training_panelseat", moves=(("seated", "declined"),)),
    allowed_moves("review_objection_moves", table="training_reviewobjection",
                  moves=(("received", "upheld"), ("received", "rejected"))),
    row_guard("rubric_frozen", table="training_rubricversion", events=["UPDATE"],
              refuse_when=f"OLD.status <> 'draft' AND ({FROZEN_OF_A_RUBRIC})"),
    row_guard("rubric_kept", table="training_rubricversion", events=["DELETE"], refuse_when="OLD.status <> 'draft'"),
    row_guard("review_round_frozen", table="training_reviewround", events=["UPDATE"],
              refuse_when=f"OLD.status <> 'draft' AND ({FROZEN_OF_A_ROUND})"),
    row_guard("opened_when_all_are_in", table="training_reviewround", events=["UPDATE"], on="OF status",
              refuse_when=f"NEW.status = 'opened' AND OLD.status <> 'opened' AND EXISTS ({A_SHEET_IS_MISSING})"),
    append_only("panel_draw_frozen", table="training_paneldraw"),
    append_only("score_sheet_frozen", table="training_scoresheet"),
    append_only("opened_score_frozen", table="training_openedscore"),
    append_only("outlier_note_frozen", table="training_outliernote"),
    append_only("review_result_frozen", table="training_reviewresult"),
    append_only("review_notice_frozen", table="training_reviewnotice"),
    append_only("review_grade_frozen", table="training_reviewgrade"),
    insert_guard("sealed_by_the_panel", table="training_scoresheet", refuse_new=f"NOT EXISTS ({SEATED_AND_SCORING})"),
    insert_guard("scores_opened_together", table="training_openedscore", refuse_new=f"NOT EXISTS ({ITS_ROUND_IS_OPENED})"),
    insert_guard("graded_when_finished", table="training_reviewgrade", refuse_new=f"NOT EXISTS ({ITS_ROUND_IS_FINISHED})"),
)


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_record_signs_of_life'),
        ('park_workers', '0012_confirm_headcounts'),
        ('training', '0006_hold_sittings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables([
            migrations.CreateModel(
                name='OpenedScore',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('marks', models.JSONField(verbose_name='得分')),
                    ('total', models.PositiveIntegerField(verbose_name='总分（百分之一分）')),
                    ('nonce', models.CharField(max_length=32, verbose_name='随机数')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='开封时间')),
                    ('sheet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='opened', to='training.scoresheet', verbose_name='评分表')),
                ],
                options={
                    'verbose_name': '开封评分',
                    'verbose_name_plural': '开封评分',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('total__lte', 10000)), name='score_within_full_marks'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Expert',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='专家编号')),
                    ('trades', models.JSONField(default=list, verbose_name='评审工种')),
                    ('title', models.CharField(blank=True, default='', max_length=80, verbose_name='职称或职业资格')),
                    ('person_key', models.CharField(max_length=64, verbose_name='证件号码检索值')),
                    ('confirmed_on', models.DateField(null=True, verbose_name='确认日期')),
                    ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='park_workers.organisation', verbose_name='人社局')),
                    ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expert', to='park_workers.membership', verbose_name='账号岗位')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '评审专家',
                    'verbose_name_plural': '评审专家',
                    'constraints': [
                        models.UniqueConstraint(fields=('bureau', 'person_key'), name='one_expert_per_person'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'confirmed'), _negated=True), models.Q(('confirmed_by__isnull', False), ('confirmed_on__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='expert_confirmed_by_another'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ExpertAvailability',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('starts_on', models.DateField(verbose_name='起始日')),
                    ('ends_on', models.DateField(null=True, verbose_name='终止日')),
                    ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='availabilities', to='training.expert', verbose_name='专家')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '专家可参评时段',
                    'verbose_name_plural': '专家可参评时段',
                    'constraints': [
                        models.UniqueConstraint(fields=('expert', 'starts_on'), name='one_availability_per_start'),
                        models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='availability_span'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ExpertTie',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('kind', models.CharField(choices=[('employer', '任职单位'), ('interest', '股东、顾问或其他利益关系'), ('taught', '培训授课'), ('household', '亲属')], max_length=10, verbose_name='关系')),
                    ('person_key', models.CharField(blank=True, default='', max_length=64, verbose_name='证件号码检索值')),
                    ('note', models.CharField(blank=True, default='', max_length=80, verbose_name='说明')),
                    ('starts_on', models.DateField(verbose_name='起始日')),
                    ('ends_on', models.DateField(null=True, verbose_name='终止日')),
                    ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='training.expert', verbose_name='专家')),
                    ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.organisation', verbose_name='单位')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '专家关联',
                    'verbose_name_plural': '专家关联',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('person_key', '')), models.Q(('organisation__isnull', True), models.Q(('person_key', ''), _negated=True)), _connector='OR'), name='tie_is_to_one_party'),
                        models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='tie_span'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='OutlierNote',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('note', models.CharField(max_length=300, verbose_name='合议记录')),
                    ('noted_on', models.DateField(verbose_name='记录日期')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('score', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outlier_note', to='training.openedscore', verbose_name='评分')),
                ],
                options={
                    'verbose_name': '离群评分合议',
                    'verbose_name_plural': '离群评分合议',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='outlier_note_says_something'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewApplication',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='申报编号')),
                    ('applied_on', models.DateField(verbose_name='申报日期')),
                    ('request_id', models.CharField(max_length=80, verbose_name='请求编号')),
                    ('blind_number', models.PositiveIntegerField(null=True, verbose_name='盲评编号')),
                    ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='不予受理或撤回的原因')),
                    ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_applications', to='park_workers.enterprise', verbose_name='申报企业')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_applications', to='park_workers.worker', verbose_name='申报人')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='training.reviewround', verbose_name='评审批')),
                ],
                options={
                    'verbose_name': '评审申报',
                    'verbose_name_plural': '评审申报',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('status__in', ('submitted', 'accepted'))), fields=('round', 'worker'), name='one_live_review_application'),
                        models.UniqueConstraint(fields=('round', 'blind_number'), name='one_candidate_per_blind_number'),
                        models.UniqueConstraint(fields=('enterprise', 'request_id'), name='one_review_application_per_request'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('refused', 'withdrawn')), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='review_refused_has_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewEvidence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='材料编号')),
                    ('kind', models.CharField(choices=[('work', '作品照片'), ('post', '操作照片'), ('award', '获奖或证明')], max_length=6, verbose_name='类别')),
                    ('is_blind', models.BooleanField(default=False, verbose_name='已核对不含身份信息')),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='training.reviewapplication', verbose_name='申报')),
                    ('picture', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile', verbose_name='照片')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '评审材料',
                    'verbose_name_plural': '评审材料',
                },
            ),
            migrations.CreateModel(
                name='ReviewNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='公示编号')),
                    ('list_digest', models.CharField(max_length=64, verbose_name='名单摘要')),
                    ('published_on', models.DateField(verbose_name='公示日期')),
                    ('last_day', models.DateField(verbose_name='截止日期')),
                    ('counted_days', models.JSONField(default=list, verbose_name='计入日期')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='training.reviewround', verbose_name='评审批')),
                ],
                options={
                    'verbose_name': '评审公示',
                    'verbose_name_plural': '评审公示',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('published_on'))), name='review_notice_term'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewObjection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='异议编号')),
                    ('objector_name', models.CharField(max_length=80, verbose_name='异议人')),
                    ('contact', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='reference', default='', verbose_name='联系方式')),
                    ('text', models.TextField(verbose_name='异议内容')),
                    ('received_on', models.DateField(verbose_name='收到日期')),
                    ('decided_on', models.DateField(null=True, verbose_name='处理日期')),
                    ('decision_note', models.CharField(blank=True, default='', max_length=300, verbose_name='处理意见')),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='training.reviewapplication', verbose_name='候选人')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
                    ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='training.reviewnotice', verbose_name='公示')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '评审异议',
                    'verbose_name_plural': '评审异议',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('status', 'received'), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('decision_note', ''), _negated=True)), _connector='OR'), name='review_objection_decided_has_person'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewResult',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('total', models.PositiveIntegerField(verbose_name='总评分（百分之一分）')),
                    ('grade', models.CharField(blank=True, default='', max_length=20, verbose_name='等次')),
                    ('decided_on', models.DateField(verbose_name='确认日期')),
                    ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='result', to='training.reviewapplication', verbose_name='申报')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '评审结果',
                    'verbose_name_plural': '评审结果',
                },
            ),
            migrations.CreateModel(
                name='ReviewGrade',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('trade', models.CharField(max_length=40, verbose_name='工种')),
                    ('grade', models.CharField(max_length=20, verbose_name='等次')),
                    ('valid_from', models.DateField(verbose_name='生效日期')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_grades', to='park_workers.worker', verbose_name='人员')),
                    ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='training.reviewresult', verbose_name='评审结果')),
                ],
                options={
                    'verbose_name': '技术评审等次',
                    'verbose_name_plural': '技术评审等次',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('grade', ''), _negated=True), name='review_grade_is_named'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewRound',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='评审编号')),
                    ('title', models.CharField(max_length=80, verbose_name='名称')),
                    ('trade', models.CharField(max_length=40, verbose_name='工种')),
                    ('apply_from', models.DateField(verbose_name='申报开始')),
                    ('apply_to', models.DateField(verbose_name='申报截止')),
                    ('review_day', models.DateField(verbose_name='评审日期')),
                    ('panel_size', models.PositiveSmallIntegerField(default=5, verbose_name='评委人数')),
                    ('tie_days', models.PositiveSmallIntegerField(default=365, verbose_name='回避延续天数')),
                    ('notice_days', models.PositiveSmallIntegerField(default=5, verbose_name='公示工作日')),
                    ('seed', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='reference', default='', verbose_name='种子（密封）')),
                    ('commitment', models.CharField(blank=True, default='', max_length=64, verbose_name='种子承诺值')),
                    ('opened_on', models.DateField(null=True, verbose_name='开始申报日期')),
                    ('closed_on', models.DateField(null=True, verbose_name='截止日期')),
                    ('drawn_on', models.DateField(null=True, verbose_name='抽取日期')),
                    ('started_on', models.DateField(null=True, verbose_name='开始评分日期')),
                    ('scores_opened_on', models.DateField(null=True, verbose_name='开封日期')),
                    ('decided_on', models.DateField(null=True, verbose_name='结果确认日期')),
                    ('noticed_on', models.DateField(null=True, verbose_name='公示日期')),
                    ('finished_on', models.DateField(null=True, verbose_name='办结日期')),
                    ('cancelled_on', models.DateField(null=True, verbose_name='取消日期')),
                    ('cancel_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='取消原因')),
                    ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_rounds', to='park_workers.organisation', verbose_name='人社局')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                    ('drawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='抽取人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('rubric_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='training.rubricversion', verbose_name='评分标准')),
                ],
                options={
                    'verbose_name': '评审批',
                    'verbose_name_plural': '评审批',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('apply_to__gte', models.F('apply_from')), ('review_day__gt', models.F('apply_to'))), name='review_days_in_order'),
                        models.CheckConstraint(condition=models.Q(('panel_size__gte', 3), ('panel_size__lte', 15)), name='review_panel_size'),
                        models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'cancelled')), models.Q(('commitment', ''), _negated=True), _connector='OR'), name='review_seed_is_committed'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('drawn', 'scoring', 'opened', 'decided', 'in_notice', 'finished')), _negated=True), models.Q(('drawn_by__isnull', False), ('drawn_on__isnull', False)), _connector='OR'), name='review_drawn_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('opened', 'decided', 'in_notice', 'finished')), _negated=True), ('scores_opened_on__isnull', False), _connector='OR'), name='review_opened_has_day'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('decided', 'in_notice', 'finished')), _negated=True), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('decided_by', models.F('drawn_by')), _negated=True)), _connector='OR'), name='review_decided_by_another'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'finished'), _negated=True), models.Q(('finished_on__isnull', False), ('noticed_on__isnull', False)), _connector='OR'), name='review_finished_has_days'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), models.Q(('cancelled_on__isnull', False), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='review_cancelled_has_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='PanelSeat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('place', models.PositiveIntegerField(verbose_name='抽取顺位')),
                    ('seated_on', models.DateField(verbose_name='通知日期')),
                    ('declined_on', models.DateField(null=True, verbose_name='退出日期')),
                    ('decline_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='退出原因')),
                    ('expert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='training.expert', verbose_name='专家')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='training.panelseat', verbose_name='递补')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='training.reviewround', verbose_name='评审批')),
                ],
                options={
                    'verbose_name': '评委席位',
                    'verbose_name_plural': '评委席位',
                    'constraints': [
                        models.UniqueConstraint(fields=('round', 'expert'), name='one_seat_per_expert'),
                        models.UniqueConstraint(fields=('round', 'place'), name='one_seat_per_place'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('declined_on__isnull', False), models.Q(('decline_reason', ''), _negated=True)), _connector='OR'), name='declined_seat_has_reason'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='PanelDraw',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('drawn_on', models.DateField(verbose_name='抽取日期')),
                    ('algorithm', models.CharField(max_length=20, verbose_name='算法')),
                    ('seed', models.CharField(max_length=64, verbose_name='种子')),
                    ('pool_digest', models.CharField(max_length=64, verbose_name='专家库摘要')),
                    ('pool', models.JSONField(verbose_name='专家库')),
                    ('order', models.JSONField(verbose_name='顺序')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draw', to='training.reviewround', verbose_name='评审批')),
                ],
                options={
                    'verbose_name': '评委抽取',
                    'verbose_name_plural': '评委抽取',
                },
            ),
            migrations.CreateModel(
                name='Rubric',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('trade', models.CharField(max_length=40, verbose_name='工种')),
                    ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rubrics', to='park_workers.organisation', verbose_name='人社局')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                ],
                options={
                    'verbose_name': '评分标准',
                    'verbose_name_plural': '评分标准',
                    'constraints': [
                        models.UniqueConstraint(fields=('bureau', 'trade'), name='one_rubric_per_trade'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RubricVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('status', models.CharField(max_length=20, verbose_name='状态')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('number', models.PositiveIntegerField(verbose_name='版次')),
                    ('items', models.JSONField(verbose_name='评分项')),
                    ('grades', models.JSONField(verbose_name='等次')),
                    ('mean_kind', models.CharField(choices=[('plain', '平均分'), ('trimmed', '去掉一个最高分和一个最低分后平均')], default='trimmed', max_length=8, verbose_name='合成方法')),
                    ('outlier_allowance', models.PositiveIntegerField(default=1500, verbose_name='离群允许差（百分之一分）')),
                    ('basis', models.CharField(blank=True, default='', max_length=200, verbose_name='依据')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                    ('published_on', models.DateField(null=True, verbose_name='发布日期')),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起草人')),
                    ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发布人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='training.rubric', verbose_name='评分标准')),
                ],
                options={
                    'verbose_name': '评分标准版本',
                    'verbose_name_plural': '评分标准版本',
                    'constraints': [
                        models.UniqueConstraint(fields=('rubric', 'number'), name='one_rubric_version_per_number'),
                        models.CheckConstraint(condition=models.Q(models.Q(('published_by__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('published_by__isnull', False), ('published_on__isnull', False), models.Q(('published_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='rubric_published_by_another'),
                        models.CheckConstraint(condition=models.Q(('mean_kind__in', ['plain', 'trimmed'])), name='rubric_mean_known'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ScoreSheet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                    ('reference', models.CharField(default=park_workers.foundation.files.new_reference, max_length=20, unique=True, verbose_name='评分编号')),
                    ('sealed_marks', park_workers.foundation.encryption.EncryptedTextField(blank=True, bound_to='reference', default='', verbose_name='密封评分')),
                    ('digest', models.CharField(max_length=64, verbose_name='回执摘要')),
                    ('sealed_on', models.DateField(verbose_name='封存日期')),
                    ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='training.reviewapplication', verbose_name='候选人')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='park_workers.membership', verbose_name='记录人')),
                    ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='training.panelseat', verbose_name='评委')),
                ],
                options={
                    'verbose_name': '评分表',
                    'verbose_name_plural': '评分表',
                    'constraints': [
                        models.UniqueConstraint(fields=('seat', 'application'), name='one_sheet_per_expert_and_candidate'),
                        models.CheckConstraint(condition=models.Q(('sealed_marks', ''), _negated=True), name='score_sheet_is_sealed'),
                    ],
                },
            ),
        ]),
        *GUARDS,
    ]
