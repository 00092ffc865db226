"""Numbers that name people and firms: clean, check, explain.

Cleaning makes only the repairs that are certain (full width, blanks, zero-width, lower-case x).  A check raises
IdentifierProblem with a code, a Chinese sentence and how to mend it; it never guesses.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum.cn import uscc

from park_workers.foundation.errors import Explained

#: characters that pasting from WPS or WeChat leaves behind
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"), None
)
_CROSSES = str.maketrans({"×": "X", "х": "X", "Х": "X", "✕": "X", "╳": "X", "x": "X"})
_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅･．."), "·")
#: printable ASCII and common Chinese characters: NFKC leaves them as they are, and none is blank
_PLAIN_TEXT = re.compile(r"[\x21-\x7e\u4e00-\u9fff]+")
_BLANKS = re.compile(r"\s+")
#: GB 11643-1999 / ISO 7064 MOD 11-2
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
#: 4.41802E+17: what a spreadsheet shows of a long number, pasted as text
_POWER = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
NUMERIC_FIX = "请将该列设为文本格式后重新录入完整号码"
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_CERTIFICATE = re.compile(r"[YS][0-9]{14}[1-5][0-9]{6}")
#: other numbers that stand on genuine papers: 特级技师 and 首席技师, and the 职业资格证书 of before 2019
_OTHER_CERTIFICATES = (
    (re.compile(r"[A-Z]{2}[0-9]{20}"), "是特级技师等证书的编号（2位字母加20位数字），不能核对年份和级别"),
    (re.compile(r"[0-9]{16}"), "是16位的旧版国家职业资格证书编号，不能核对年份和级别"),
)
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
_LATIN = re.compile(r"[A-Za-z]")
#: Chinese signs of every plane and the dot between parts, or Latin letters with blanks, dots, hyphens and apostrophes
_HAN_NAME = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]+(·[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]+)*"
)
_LATIN_NAME = re.compile(r"[A-Za-z\u00c0-\u024f]+([ .,'’·-]+[A-Za-z\u00c0-\u024f]+)*\.?")
_NO_NAMES = frozenset({"姓名", "名字", "员工", "工人", "测试", "不详", "未知", "无", "暂无", "没有", "先生", "女士"})
#: nobody who is hired or hires is older
OLDEST = 120

RESIDENT, PERMIT, FOREIGN = "居民身份证", "港澳台居民居住证", "外国人永久居留身份证"


@dataclass(frozen=True)
class IdentifierProblem(Explained, Exception):
    """What is wrong with a number, and how to mend it."""

    code: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class IdNumber:
    """A document number that passed its check."""

    number: str
    id_type: str
    birth_on: date
    sex: str


def clean_text(value: Any) -> str:
    """NFKC, without invisible characters, apostrophes and blanks around it; a whole float reads as an integer."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if _PLAIN_TEXT.fullmatch(text) and text[0] not in "'`" and text[-1] not in "'`":
        return text
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip().strip("'`‘’").strip()


def clean_id_number(value: Any) -> str:
    """A document number without blanks, in capitals; crosses and Cyrillic х read as X."""
    return _BLANKS.sub("", clean_text(value)).translate(_CROSSES).upper()


def clean_name(value: Any) -> str:
    """A name with one kind of dot (·) and, unless in Latin letters, without blanks inside."""
    text = clean_text(value)
    if _LATIN.search(text):
        return _BLANKS.sub(" ", text).translate({ord("•"): "·", ord("・"): "·", ord("‧"): "·"})
    return _BLANKS.sub("", text).translate(_DOTS)


def check_name(value: Any) -> str:
    """A person's name as documents have it; raises IdentifierProblem."""
    name = clean_name(value)
    if not name:
        raise IdentifierProblem("NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名")
    if name in _NO_NAMES:
        raise IdentifierProblem("NAME_INVALID", f"“{name}”不是姓名", "请填写与证件一致的姓名")
    if not (_HAN_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name)):
        fix = "请按证件填写汉字姓名（少数民族姓名中间用“·”），或外文姓名"
        raise IdentifierProblem("NAME_INVALID", "姓名里有数字、符号或其他不应出现的字符", fix)
    if len(name) > 50:
        raise IdentifierProblem("NAME_INVALID", f"姓名有{len(name)}个字，过长", "请核对是否多粘贴了内容")
    return name


def clean_phone(value: Any) -> str:
    """A mobile number without +86, 0086, blanks and hyphens."""
    text = re.sub(r"[\s\-‐-―()]", "", clean_text(value))
    for prefix in ("+86", "0086"):
        text = text.removeprefix(prefix)
    return text[2:] if len(text) == 13 and text.startswith("86") else text


def clean_credit_code(value: Any) -> str:
    """A unified social credit code without blanks and hyphens, in capitals."""
    return re.sub(r"[\s\-]", "", clean_text(value)).upper()


def clean_account(value: Any) -> str:
    """A bank account without blanks and hyphens."""
    return re.sub(r"[\s\-]", "", clean_text(value))


def id_check_character(body: str) -> str:
    """Check character of the first 17 digits."""
    return _ID_CHECK[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def birth_date_of(number: str) -> date:
    """Birth date inside an 18-character number; ValueError when there is no such day."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """男 for an odd order number, 女 for an even one."""
    return "男" if int(number[16]) % 2 else "女"


def id_type_of(number: str) -> str:
    """Kind of document by its prefix: 81/82/83 residence permits, 9 foreign permanent residents, otherwise residents."""
    if number[:6] in ("810000", "820000", "830000"):
        return PERMIT
    return FOREIGN if number.startswith("9") else RESIDENT


def check_id_number(value: Any, *, day: date | None = None) -> IdNumber:
    """Check a document number (GB 11643; 居住证 81/82/83; 永居证 of 2023 with 9); raises IdentifierProblem.

    `day`, if given, is the day on which the birth date may not lie in the future.  The region is that of first issue, so
    any region passes.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise IdentifierProblem("ID_NUMERIC_CELL", "证件号码是数字格式，已丢失末位", NUMERIC_FIX)
    number = clean_id_number(value)
    if not number:
        raise IdentifierProblem("ID_MISSING", "证件号码为空", "请填写18位证件号码")
    if _POWER.fullmatch(number):
        raise IdentifierProblem("ID_NUMERIC_CELL", "证件号码是科学计数法，已丢失末位", NUMERIC_FIX)
    if len(number) != 18:
        fix = (
            "15位旧号码自2013年起停用，请按新证填写18位号码" if len(number) == 15 else "请核对证件，填写完整的18位号码"
        )
        raise IdentifierProblem("ID_LENGTH", f"证件号码应为18位，现为{len(number)}位", fix)
    if not _ID_SHAPE.fullmatch(number):
        raise IdentifierProblem("ID_CHARACTERS", "证件号码含有不应出现的字符", "前17位为数字，末位为数字或X")
    if id_check_character(number[:17]) != number[17]:
        fix = f"末尾的000像是被表格软件抹去的，{NUMERIC_FIX}" if number.endswith("000") else "请对照证件逐位核对号码"
        raise IdentifierProblem("ID_CHECKSUM", "证件号码校验位不正确", fix)
    try:
        birth_on = birth_date_of(number)
    except ValueError as error:
        raise IdentifierProblem("ID_BIRTH_DATE", "证件号码中的出生日期不存在", "请对照证件核对第7至14位") from error
    if day is not None and birth_on > day:
        raise IdentifierProblem("ID_BIRTH_DATE", "证件号码中的出生日期晚于办理日期", "请对照证件核对第7至14位")
    if day is not None and age_on(birth_on, day) > OLDEST:
        raise IdentifierProblem(
            "ID_BIRTH_DATE", f"按证件号码出生于{birth_on.year}年，已超过{OLDEST}岁", "请对照证件核对第7至14位"
        )
    return IdNumber(number, id_type_of(number), birth_on, sex_of(number))


def check_phone(value: Any) -> str:
    """A mainland mobile number; raises IdentifierProblem."""
    phone = clean_phone(value)
    if not _PHONE.fullmatch(phone):
        raise IdentifierProblem("PHONE_INVALID", "手机号码格式不正确", "请填写11位大陆手机号码")
    return phone


def check_credit_code(value: Any) -> str:
    """A unified social credit code (GB 32100); individual businesses (92…) are as good as any."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise IdentifierProblem(
            "CREDIT_CODE_NUMERIC_CELL", "信用代码是数字格式，已丢失末位", "请将该列设为文本格式后重新录入"
        )
    code = clean_credit_code(value)
    if not code:
        raise IdentifierProblem("CREDIT_CODE_MISSING", "统一社会信用代码为空", "请填写18位统一社会信用代码")
    if not _CREDIT_CODE.fullmatch(code) or not uscc.is_valid(code):
        raise IdentifierProblem(
            "CREDIT_CODE_INVALID", "统一社会信用代码不正确", "请对照营业执照核对18位代码（不含字母I、O、S、V、Z）"
        )
    return str(code)


def check_account(value: Any) -> str:
    """A bank account: digits, 8 to 30; corporate accounts have no check digit, so none is applied."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise IdentifierProblem(
            "ACCOUNT_NUMERIC_CELL", "账号是数字格式，可能已丢失数字", "请将该列设为文本格式后重新录入"
        )
    account = clean_account(value)
    if not re.fullmatch(r"[0-9]{8,30}", account):
        raise IdentifierProblem("ACCOUNT_INVALID", "银行账号格式不正确", "请填写8至30位数字账号")
    return account


@dataclass(frozen=True)
class CertificateNumber:
    """A 22-character skill-level certificate number; `level` 5 is 五级."""

    number: str
    year: int
    level: int

    @property
    def assessor(self) -> str:
        """Kind of assessor, assessor, province and site: the first thirteen signs."""
        return self.number[:13]


def check_certificate_number(value: Any) -> CertificateNumber:
    """`^[YS]\\d{14}[1-5]\\d{6}$`, year at 14-15, level at 16; no check digit exists."""
    number = _BLANKS.sub("", clean_text(value)).upper()
    for shape, words in _OTHER_CERTIFICATES:
        if shape.fullmatch(number):
            raise IdentifierProblem("CERT_NUMBER_FORMAT", f"证书编号{words}", "请对照证书核对；无误的可以确认")
    if not _CERTIFICATE.fullmatch(number):
        raise IdentifierProblem(
            "CERT_NUMBER_FORMAT", f"证书编号{_unlike_certificate(number)}", "请对照证书逐位核对编号"
        )
    return CertificateNumber(number, 2000 + int(number[13:15]), int(number[15]))


def _unlike_certificate(number: str) -> str:
    """The first thing in which a number is not one of 22 signs: length, kind, digits, level."""
    if len(number) != 22:
        return f"应为22位，现为{len(number)}位，不是22位的职业技能等级证书编号"
    if number[0] not in "YS":
        return f"第1位是“{number[0]}”，应为 Y（用人单位）或 S（社会评价机构）"
    wrong = next((at for at, sign in enumerate(number[1:], 2) if not (sign.isascii() and sign.isdigit())), 0)
    if wrong:
        return f"第{wrong}位是“{number[wrong - 1]}”，第2位起应全是数字"
    return f"第16位是“{number[15]}”，应为级别 1 至 5"


def age_on(birth: date, day: date) -> int:
    """Whole years; a year is complete on the birthday (born on 29 February: on 1 March of a common year)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def add_months(day: date, months: int) -> date:
    """Same day number so many months later, at most the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
