"""How personal values look to those who need not see them whole."""

from __future__ import annotations

#: two-character surnames whose bearers keep both characters in a public list
COMPOUND_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
)


def mask_id_number(number: str) -> str:
    """441802********0013: six and four kept."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)


def mask_id_number_for_public(number: str) -> str:
    """****0013 with everything but the last four hidden."""
    return "*" * max(0, len(number) - 4) + number[-4:]


def mask_phone(phone: str) -> str:
    """138****5678."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_account(account: str) -> str:
    """****5678: the last four."""
    return f"****{account[-4:]}" if account else ""


def mask_name(name: str) -> str:
    """张*, 欧阳**, 阿**: the surname or first character, for public lists."""
    if len(name) <= 1:
        return name
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:kept] + "*" * (len(name) - kept)
