"""知情同意: what a person agrees to when they are registered, word for word, by version.

A version once shown never changes: a new wording is a new version.  A registration keeps the version that was agreed to, so
that the words can be shown again years later.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Consent:
    """One wording: its version, what it is called, its headed paragraphs in order."""

    version: str
    title: str
    parts: tuple[tuple[str, str], ...]


_FIRST = Consent(
    "2026-11",
    "个人信息处理知情同意书",
    (
        ("谁处理", "您应聘或就职的企业，以及园区所在区的人力资源和社会保障局（下称区人社局）。"),
        (
            "为什么",
            "用于园区用工登记、劳动合同与岗位信息登记，以及依法核查、发放招工、培训等就业补贴。不用于其他目的，不作商业使用。",
        ),
        (
            "哪些信息",
            "姓名、证件号码、手机号码、工种；由证件号码得出的出生日期和性别；您在企业的入职、合同、岗位和离职情况。",
        ),
        (
            "证件号码属于敏感个人信息",
            "不使用证件号码就无法核对是不是同一人、是否重复享受补贴。证件号码和手机号码加密保存，页面上只显示前后几位，查看完整号码须说明事由并留有记录。",
        ),
        (
            "给谁看",
            "企业人事、区人社局及市人社局经办补贴的人员。补贴公示时，只公示隐去部分字的姓名和证件号码末四位。法律另有规定的除外。",
        ),
        (
            "保存多久",
            "登记未通过、撤回或过期的，您填写的内容到期自动删除；登记成立的，按用工和补贴档案的法定期限保存。",
        ),
        (
            "您的权利",
            "您可以查询、更正您的信息，也可以撤回同意：请联系企业人事或区人社局窗口。撤回前依法已作的处理仍然有效。不同意的，可以到企业人事处当面办理。",
        ),
    ),
)

#: every wording that was ever shown, by version
CONSENTS: dict[str, Consent] = {one.version: one for one in (_FIRST,)}
#: the wording shown today
CURRENT = _FIRST


def is_current(version: str) -> bool:
    """Whether this is the wording shown today: consent to an older one is asked for again."""
    return version == CURRENT.version
