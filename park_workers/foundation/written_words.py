"""What people write freely (reasons, notes, objections, names of files) is kept without the numbers of persons in it (I13).

Nobody can be kept from writing a document number into a reason; so it is masked on its way into the database, by the column,
whatever door the words came through.  Only what can hardly be anything else is masked: a document number with a possible day of
birth, a mobile number, a bank card.  Numbers of files, vouchers and firms stay.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from stdnum import luhn
from stdnum.cn import uscc

from park_workers.foundation.identifiers import birth_date_of
from park_workers.foundation.masking import mask_account, mask_id_number, mask_phone

#: runs of digits that are a whole: no letter or digit beside them; groups of four, as on bank cards, may have a blank between
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|1[3-9]\d{9}|62\d{14}(?:\d{3})?|62\d{2}(?: \d{4}){3}(?: \d{3})?)(?![0-9A-Za-z])",
    re.A,
)
LIKELY_BIRTH_YEARS = range(1900, 2101)


def _masked(found: re.Match[str]) -> str:
    written = found[0]
    number = written.replace(" ", "")
    if len(number) == 11:
        return mask_phone(number)
    if len(number) == 18:
        return mask_id_number(written) if _is_document(number) else written
    return mask_account(number) if luhn.is_valid(number) else written


def _is_document(number: str) -> bool:
    try:
        birth = birth_date_of(number)
    except ValueError:
        return False
    return birth.year in LIKELY_BIRTH_YEARS and not uscc.is_valid(number)


def without_personal_numbers(text: str) -> str:
    """The text with document, telephone and card numbers masked as everywhere else: 441802********0013, 138****5678, ****5678."""
    return _NUMBER.sub(_masked, text)


class WordsField(models.CharField):
    """A line somebody wrote; masked on the way in.  For migrations it is Django's own, as masking is no matter of the schema."""

    def get_prep_value(self, value: Any) -> Any:
        """The words as they are kept, and as they are searched."""
        kept = super().get_prep_value(value)
        return without_personal_numbers(kept) if isinstance(kept, str) else kept

    def deconstruct(self) -> Any:
        """As Django's own field."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class LongWordsField(models.TextField):
    """A text somebody wrote, as WordsField."""

    def get_prep_value(self, value: Any) -> Any:
        """The words as they are kept, and as they are searched."""
        kept = super().get_prep_value(value)
        return without_personal_numbers(kept) if isinstance(kept, str) else kept

    def deconstruct(self) -> Any:
        """As Django's own field."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
