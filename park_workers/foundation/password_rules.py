"""What a password may be: long and not on a list first; kinds of characters only where an assessor asks for them."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

#: Words that guessers of a bureau's and a factory's passwords try first, beside the common list of the framework.
LOCAL_WORDS = (
    "yixiantong", "yixian", "rensheju", "renshe", "fangzhi", "fuzhuang", "butie", "zhaogong", "woaini", "wodemima", "mima",
    "qwert", "asdf", "zxcv", "1qaz", "2wsx", "admin", "password", "passw0rd", "p@ssw0rd", "p@ssword", "welcome", "huawei",
)  # fmt: skip
#: What may be left when words, years and runs are taken away: less is a decorated word, not a password.
LEAST_REST = 6
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
LEAST_KINDS = 3


class LengthValidator(password_validation.MinimumLengthValidator):
    """The framework's rule, its hint in this service's words."""

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return f"至少 {self.min_length} 个字符，可以用一句不常见的话。"


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """The framework's list, its hint in this service's words."""

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "不要用常见的密码。"


class OwnNameValidator(password_validation.UserAttributeSimilarityValidator):
    """The framework's rule, its hint in this service's words."""

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "不要与您的登录名、姓名相近。"


class LocalWordsValidator:
    """Refuses local words dressed up with years, digits in a row or one sign again and again."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when too little is left beside what everybody tries."""
        rest = password.lower()
        for word in LOCAL_WORDS:
            rest = rest.replace(word, "")
        rest = re.sub(r"(19|20)\d\d|0?123456789?0?|(.)\2{2,}|[^a-z0-9\u4e00-\u9fff]", "", rest)
        if len(rest) < LEAST_REST:
            raise ValidationError(
                "密码过于常见，容易被猜到，请换用一句不常见的话或随机字符。", code="password_local_words"
            )

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "不要用单位名、常用词加年份或连续数字。"


class CharacterKindsValidator:
    """Three of four kinds of characters (YXT_PASSWORD_COMPLEXITY, for assessments of 等保)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when fewer kinds are used."""
        if sum(bool(re.search(kind, password)) for kind in KINDS) < LEAST_KINDS:
            raise ValidationError("密码须含大写字母、小写字母、数字、符号中的至少三类。", code="password_kinds")

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "须含大写字母、小写字母、数字、符号中的至少三类。"
