"""Audit events in words: one table for the log and for every history; a code that can be written and is not here fails a test."""

from __future__ import annotations

WORDS = {
    # the desk
    "batch.opened": "新建批次", "batch.compute": "测算", "batch.submit": "初审并提交复核", "batch.pass_review": "复核通过",
    "batch.review_signed": "复核签署", "batch.approve": "审批通过", "batch.approval_signed": "审批签署", "batch.return": "退回修改",
    "batch.publish": "发布公示", "batch.republish": "重新公示", "batch.end_notice": "公示期满", "batch.send": "上报市局",
    "batch.answer": "市局批复完毕", "batch.pay": "制作拨付文件", "batch.close": "办结", "batch.cancel": "撤销批次",
    "batch.cancellation_proposed": "申请撤销", "batch.cancellation_declined": "不同意撤销",
    "batch.reservations_released": "释放占用的人员和资金", "batch.city_answer_recorded": "登记市局批复",
    "batch.confirmation_asked": "请企业确认", "claim.confirmed": "企业确认申报",
    "correction.asked": "请企业更正", "correction.answer": "企业答复更正要求", "correction.reopen": "请企业再更正",
    "correction.close": "办结更正要求", "correction.withdraw": "撤回更正要求",
    # lines of batches
    "line.held": "暂缓明细", "line.released": "解除暂缓", "line.removed": "移除明细", "line.objected": "异议成立移除明细",
    "line.returned": "市局退回明细", "line.resubmitted": "重新上报退回明细", "line.rejected": "市局终不同意明细",
    "line.bounced": "退票", "line.repaid": "重新拨付", "line.clawed_back": "追回明细", "line.already_paid": "已享受过，不再列入",
    "line.written_off": "不再补付",
    # notices and objections
    "notice.close": "结束公示", "notice.supersede": "更新公示", "objection.received": "收到异议", "objection.uphold": "认定异议成立",
    "objection.reject": "认定异议不成立", "objection.contact_revealed": "查看异议人联系方式",
    # money
    "appropriation.received": "资金到位", "appropriation.increased": "追加资金", "appropriation.receipt_reversed": "冲销到位资金",
    "payment_file.made": "制作付款文件",
    "payment_file.send": "付款文件送银行", "payment_file.record_return": "登记银行回盘", "payment_file.downloaded": "下载付款文件",
    "disbursement.settle": "付款到账", "disbursement.bounce": "付款退票", "clawback.proposed": "提出追回", "clawback.approve": "批准追回",
    "clawback.refuse": "不予追回", "clawback.money_returned": "追回款到账",
    "write_off.proposed": "提出不再补付", "write_off.approve": "批准不再补付", "write_off.refuse": "不予批准不再补付",
    "payee_account.filed": "账户随名录备案", "payee_account.proposed": "申请变更账户", "payee_account.approve": "批准变更账户",
    "payee_account.refuse": "退回账户变更", "payee_account.ended": "账户停用",
    # policies
    "policy_version.drafted": "起草政策版本", "policy_version.publish": "发布政策版本", "policy_version.retire": "停用政策版本",
    "policy_version.ended": "政策版本到期", "policy_version.simulated": "模拟测算政策",
    # people and enterprises
    "employment.registered": "登记入职", "employment.left": "登记离职", "employment.leave_undone": "撤销离职登记",
    "employment.hire_date_corrected": "更正入职日期", "contract.added": "登记合同", "contract.corrected": "更正合同",
    "post.changed": "调整岗位", "post.corrected": "更正岗位",
    "worker.registered": "采集登记", "worker.merged": "合并重复人员", "worker.revealed": "查看完整证件号码",
    "scan_entry.received": "收到扫码登记", "scan_entry.confirm": "确认扫码登记", "scan_entry.refuse": "退回扫码登记",
    "scan_entry.withdraw": "撤回扫码登记", "scan_entry.expire": "扫码登记过期", "scan_entry.erased": "删除过期扫码登记的个人信息",
    "worker.phone_corrected": "更正手机号码", "worker.name_corrected": "更正姓名",
    "headcount.confirmed": "确认在岗名单", "headcount.confirmed_again": "重新确认在岗名单",
    "enterprise.contact_revealed": "查看企业联系电话",
    "enterprise.listed": "企业列入名录", "enterprise.directory_changed": "更正企业名录", "training_base.entered": "登记培训基地",
    "insurance.checked": "核查社保名单",
    # skill-level assessment
    "assessor.proposed": "登记认定机构备案", "assessor.confirm": "确认认定机构备案", "assessor.refuse": "退回认定机构备案",
    "assessor.end": "终止认定机构备案", "assessment_terms.proposed": "登记认定参数", "assessment_terms.confirmed": "确认认定参数",
    "sitting.planned": "登记认定场次",
    "sitting.replanned": "修改认定场次", "sitting.file": "认定场次考前备案", "sitting.hold": "认定场次开考",
    "sitting.enter_results": "提交认定成绩", "sitting.confirm": "确认认定成绩", "sitting.return": "退回认定成绩",
    "sitting.correct": "更正或补报已确认成绩", "sitting.cancel": "取消认定场次", "sitting.result_entered": "录入认定成绩",
    "sitting.result_corrected": "更正认定成绩",
    "assessment_filing.begun": "开始认定申报", "assessment_filing.written": "填写认定申报", "assessment_filing.submit": "提交认定申报",
    "assessment_filing.return": "认定申报退回补正", "assessment_filing.accept": "受理认定申报", "assessment_filing.approve": "同意认定备案",
    "assessment_filing.refuse": "不予认定备案", "assessment_filing.withdraw": "撤回认定申报", "assessment_filing.expire": "认定备案到期",
    "assessment_filing.material_added": "上传认定申报材料", "assessment_filing.material_removed": "删除认定申报材料",
    "assessment_filing.material_seen": "查看认定申报材料",
    # demand and classes
    "demand.posted": "发布用工需求", "demand.fill": "用工需求招满", "demand.withdraw": "撤回用工需求", "demand.close": "关闭用工需求",
    "class.opened": "新建班次", "class.rewritten": "修改班次", "class.file": "提交开班备案", "class.return": "退回开班备案",
    "class.accept": "受理开班备案", "class.start": "开班", "class.complete": "结业", "class.cancel": "取消班次",
    "class.roster_filled": "导入学员名册",
    "enrolment.added": "学员报名", "enrolment.removed": "移出名册",
    "class_change.asked": "申请名册变更", "class_change.grant": "同意名册变更", "class_change.refuse": "不同意名册变更",
    "class_change.withdraw": "撤回名册变更",
    # posters and cards
    "poster.issued": "发出登记海报", "poster.revoke": "作废登记海报", "card.issued": "发工牌", "card.revoke": "作废工牌",
    "worker.photo_kept": "放上照片", "worker.photo_forgotten": "删除照片",
    "card_print.ordered": "制作工牌打印文件", "card_print.fetched": "下载工牌打印文件", "card_print.forgotten": "清理过期工牌打印文件",
    "id_card.taken": "拍摄证件照片", "id_card.kept": "证件照片随登记保存", "id_card.forgotten": "删除到期证件照片",
    # training
    "class_session.planned": "排课", "class_session.cancelled": "取消一节课", "attendance.recorded": "登记考勤",
    "attendance.signed_in": "扫码签到",
    # certificates
    "completion.issued": "发结业证", "completion.revoke": "作废结业证", "completion.photo_added": "为结业证加照片",
    "completion.fetched": "下载结业证", "completion_print.ordered": "制作结业证打印文件",
    "completion_print.fetched": "下载结业证打印文件", "completion_print.forgotten": "清理过期结业证打印文件",
    "amendment.proposed": "提出更正或作废", "amendment.confirm": "确认更正或作废", "amendment.refuse": "不同意更正或作废",
    "amendment.withdraw": "撤回更正或作废", "amendment.lift": "撤销作废",
    "pass_rule.set": "登记考核规则", "assessor_code.added": "登记评价机构代码",
    "assessor_code.ended": "停用评价机构代码",
    # expert review
    "expert.proposed": "提出专家入库", "expert.confirm": "确认专家入库", "expert.revise": "变更专家资料",
    "expert.changed": "变更待确认的专家资料",
    "expert.retire": "专家出库", "expert.listed": "导入评审专家名册",
    "expert.absence_entered": "专家登记不能参评日期", "expert.absence_withdrawn": "专家撤回不能参评日期",
    "grade_revocation.proposed": "提出撤销评审等次", "grade_revocation.confirm": "确认撤销评审等次",
    "grade_revocation.refuse": "不同意撤销评审等次", "grade_revocation.withdraw": "撤回评审等次撤销申请",
    "rubric_version.drafted": "起草评分标准", "rubric_version.publish": "发布评分标准", "rubric_version.retire": "停用评分标准",
    "review_round.planned": "新建评审批", "review_round.open": "开始评审申报", "review_round.close": "截止评审申报",
    "review_round.draw": "抽取评委", "review_round.start": "开始评分", "review_round.open_scores": "评分同时开封",
    "review_round.decide": "确认评审结果", "review_round.publish": "公示评审结果", "review_round.finish": "评审办结",
    "review_round.graded": "发放评审等次", "review_round.cancel": "取消评审", "review_round.break_off": "中止评审",
    "review_application.received": "收到评审申报", "review_application.accept": "受理评审申报",
    "review_application.refuse": "不予受理评审申报", "review_application.withdraw": "撤回评审申报",
    "panel_seat.decline": "评委退出", "panel_seat.replaced": "递补评委",
    "score_sheet.sealed": "封存评分", "score_sheet.discussed": "记录离群评分合议",
    "review_objection.received": "收到评审异议", "review_objection.uphold": "认定评审异议成立",
    "review_objection.reject": "认定评审异议不成立", "review_objection.contact_revealed": "查看评审异议人联系方式",
    # placement
    "referral.made": "推荐就业", "referral.agree": "约面试", "referral.interview": "登记面试", "referral.offer": "录用",
    "referral.refuse": "不录用",
    "referral.withdraw": "撤回推荐", "referral.hire": "推荐入职", "referral.phone_revealed": "查看推荐人员手机号码",
    "referral.hire_begun": "凭推荐登记入职", "referral.listed": "导入推荐名单",
    "hire_date_request.asked": "申请更正入职日期", "hire_date_request.grant": "同意更正入职日期",
    "hire_date_request.refuse": "不同意更正入职日期", "hire_date_request.withdraw": "撤回更正入职日期",
    "headcount.reminded": "短信提醒在岗确认",
    # files
    "upload.received": "收到文件", "upload.check": "文件检查完毕", "upload.refuse": "文件拒收", "upload.confirm": "确认导入",
    "upload.apply": "导入完毕", "upload.reopen": "退回待确认", "upload.withdraw": "撤回文件",
    "upload.marked_copy_downloaded": "下载标注错误的原表", "job.repeated": "重新执行任务",
    # ways in
    "sign_in.opened": "登录", "sign_in.ended": "退出登录", "sign_in.all_ended": "结束全部登录", "sign_in.locked": "密码错误过多，暂停登录",
    "sign_in.confirmed_again": "再次验证身份", "sign_in.forgotten": "清理过期登录记录", "second_factor.enrolled": "绑定动态验证码",
    "second_factor.offered": "开始绑定动态验证码", "second_factor.recovery_code_used": "使用恢复码",
    "second_factor.refused": "动态验证码错误",
    "second_factor.removed": "解除动态验证码", "password.changed": "更改密码",
    # accounts
    "person.invited": "新增人员账号", "person.activated": "启用账号", "person.deactivated": "停用账号", "invitation.made": "发出一次性链接",
    "invitation.accepted": "使用一次性链接设置密码", "membership.granted": "安装时授予岗位", "membership.proposed": "提出岗位",
    "membership.confirmed": "确认岗位", "membership.refused": "不同意岗位", "membership.revoked": "撤销岗位",
    "person.entered": "随手机号新增人员", "person.phone_bound": "绑定手机号",
    "phone_code.asked": "获取手机验证码", "phone_code.used": "使用手机验证码", "phone_code.refused": "手机验证码错误",
    "account_request.received": "收到开户申请", "account_request.agree": "同意开户申请", "account_request.open": "确认开通企业账号",
    "account_request.refuse": "退回开户申请", "account_request.withdraw": "撤回开户申请",
    "account_request.licence_revealed": "查看营业执照照片",
    "colleague_invitation.sent": "邀请同事", "colleague_invitation.accept": "接受同事邀请", "colleague_invitation.withdraw": "撤回同事邀请",
    "owner_handover.offered": "提出移交主账号", "owner_handover.take": "接任主账号", "owner_handover.decline": "不接任主账号",
    "owner_handover.withdraw": "撤回移交主账号",
    "client_key.issued": "发放接口密钥", "client_key.revoked": "撤销接口密钥",
    # the installation itself
    "bureau.installed": "安装人社局", "installation.restored": "从备份恢复", "replay.step_done": "回放一步",
    "list.exported": "导出名单", "list_export.fetched": "下载导出的名单", "list_export.forgotten": "清理过期的导出文件",
    "audit.exported": "导出审计包", "audit.verification_asked": "要求核验审计链",
}  # fmt: skip

#: what an event is about, by the first part of its code, as filters offer it
SUBJECTS = {
    "demand": "用工需求", "class": "班次", "enrolment": "学员", "class_change": "名册变更",
    "referral": "就业推荐",
    "headcount": "在岗确认", "hire_date_request": "入职日期更正",
    "batch": "批次", "line": "明细", "notice": "公示", "objection": "异议", "appropriation": "资金", "payment_file": "付款文件",
    "claim": "申报", "correction": "更正要求", "disbursement": "拨付", "clawback": "追回", "write_off": "不再补付",
    "contract": "合同", "post": "岗位变动", "payee_account": "收款账户", "policy_version": "政策", "employment": "就业",
    "worker": "人员", "enterprise": "企业", "training_base": "培训基地", "insurance": "社保", "upload": "上传",
    "sign_in": "登录", "assessor": "认定机构", "assessment_terms": "认定参数", "sitting": "认定场次", "assessment_filing": "认定申报",
    "second_factor": "动态验证码", "password": "密码", "person": "账号", "invitation": "一次性链接", "membership": "岗位",
    "client_key": "接口密钥", "phone_code": "手机验证码", "account_request": "开户申请", "colleague_invitation": "同事邀请",
    "owner_handover": "主账号移交", "bureau": "人社局", "job": "任务", "installation": "系统", "replay": "回放", "list": "导出",
    "class_session": "上课节次", "attendance": "考勤",
    "audit": "审计", "id_card": "证件照片", "scan_entry": "扫码登记", "poster": "登记海报", "card": "工牌", "card_print": "工牌打印",
    "list_export": "名单导出",
    "completion": "结业证", "completion_print": "结业证打印", "amendment": "更正与作废", "pass_rule": "考核规则",
    "assessor_code": "评价机构代码",
    "expert": "评审专家", "rubric_version": "评分标准", "review_round": "技术评审", "review_application": "评审申报",
    "panel_seat": "评委席位", "score_sheet": "评分表", "review_objection": "评审异议", "grade_revocation": "等次撤销",
}  # fmt: skip

#: keys of what an event says was changed
CHANGES = {
    "class": "班次", "trade": "工种", "level": "级别", "demand": "需求编号", "roster": "名册人数", "capacity": "名额", "worker": "人员",
    "upload": "上传编号",
    "account": "账号", "firm": "企业", "from": "自", "hired_on": "入职日期", "left_on": "离职日期", "name": "名称", "kind": "类型",
    "position": "顺序", "count": "数量", "digest": "摘要", "amount_fen": "金额（分）", "number": "编号", "into": "并入", "rows": "行数",
    "followers": "随同记录", "warnings": "提示", "signatures": "已签", "needed": "须签", "valid_to": "失效日期", "reason": "原因",
    "registered_on": "采集日期", "role": "岗位", "organisation": "单位", "people": "人数", "lines": "明细", "notice": "公示编号",
    "line": "明细", "contact_phone": "联系电话", "contact_name": "联系人", "park_name": "园区", "admitted_on": "入园日期",
    "address": "来源地址", "device": "设备", "username": "登录名", "sealed": "已封存", "unsealed": "未封存", "events": "事件",
    "list": "名单", "q": "查找", "only": "条件", "state": "状态",
    "year": "年度", "by": "查找方式", "request_digest": "请求摘要", "accepted": "合格", "refused": "错误", "model": "对象",
    "method": "方式", "purpose": "用途", "phone": "手机号", "codes": "验证码", "requests": "申请", "invitations": "邀请",
    "allowances": "额度",
    "until": "保存至", "consent": "知情同意版本", "poster": "海报编号",
    "scope": "范围", "held_on": "认定日期",
    "days_before": "考前备案天数", "least_examiners": "考评员最少人数", "pass_mark": "合格分数线",
    "most_per_examiner": "每名考评员每日最多人数",
    "most_sittings": "期间最多场次", "span_days": "期间天数",
    "hours_percent": "最低出勤（%）",
    "last_day": "截止日期", "about": "更正事项", "due_on": "办理期限",
    "sessions": "节数", "session": "节次", "hours": "学时", "marks": "考勤", "corrected": "更正",
    "stage": "阶段", "month": "月份", "edition": "版次", "heads": "在岗人数", "starts_on": "起始日", "terms": "合同", "post": "岗位",
    "trades": "工种", "commitment": "种子承诺值", "pool_digest": "专家库摘要", "seed": "种子",
    "interview_on": "面试日期",
}  # fmt: skip


def words_of(code: str) -> str:
    """An event in words; an unknown code (of a newer installation) shows itself."""
    return WORDS.get(code, code)


def change_words(changes: dict[str, object]) -> list[tuple[str, str]]:
    """What changed, as name and value; a pair is before and after."""
    found = []
    for key, value in changes.items():
        is_pair = isinstance(value, list) and len(value) == 2
        text = f"{_plain(value[0]) or '空'} → {_plain(value[1]) or '空'}" if is_pair else _plain(value)  # type: ignore[index]
        found.append((CHANGES.get(key, key), text))
    return found


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_plain(one) for one in value) or "无"
    return "" if value is None else str(value)
