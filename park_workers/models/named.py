"""Rows that are looked for by name: typed in signs, in full pinyin or by initials."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import Q

from park_workers.foundation.identifiers import clean_name
from park_workers.foundation.pinyin import LONGEST_FULL, LONGEST_INITIALS, spell, typed_key

#: behind every text that begins with a prefix, whatever follows
LAST_SIGN = "\U0010ffff"


class SpelledField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """How the row's `name` is typed; saved with it.  Bulk loads and updates write it with `named()`; null = not written yet."""

    def __init__(self, *args: Any, part: str = "full", **more: Any) -> None:
        self.part = part
        super().__init__(*args, **more)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"part": self.part}

    def pre_save(self, model_instance: Any, add: bool) -> str:
        spelled: str = getattr(spell(model_instance.name, is_person=model_instance.is_person), self.part)
        setattr(model_instance, self.attname, spelled)
        return spelled


class NamedModel(models.Model):
    """Abstract: two columns beside `name`, each with an index for prefixes (opclass of LIKE on PostgreSQL)."""

    #: whether names begin with a surname
    is_person: ClassVar[bool] = False

    name_pinyin = SpelledField("姓名全拼", max_length=LONGEST_FULL, null=True, editable=False, part="full")
    name_initials = SpelledField("姓名首字母", max_length=LONGEST_INITIALS, null=True, editable=False, part="initials")

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["name_pinyin"], name="%(class)s_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["name_initials"], name="%(class)s_initials", opclasses=["varchar_pattern_ops"]),
        ]


def named(name: str) -> dict[str, str]:
    """A person's name with what is searched beside it, for `update()`."""
    spelled = spell(name)
    return {"name": name, "name_pinyin": spelled.full, "name_initials": spelled.initials}


def begins_with(column: str, text: str) -> Q:
    """Rows whose column begins with a text, through its index on either engine (SQLite's LIKE uses none)."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + LAST_SIGN})
    return Q(**{f"{column}__startswith": text})


def name_begins_with(text: str, *, to: str = "") -> Q:
    """Rows whose name (at the path `to`) begins with what was typed: signs, full pinyin or initials."""
    typed = typed_key(text)
    if typed:
        return begins_with(f"{to}name_pinyin", typed) | begins_with(f"{to}name_initials", typed)
    return begins_with(f"{to}name", clean_name(text))


def name_contains(text: str, *, to: str = "") -> Q:
    """As above, anywhere in the name: for short tables such as the directory, where names begin alike."""
    typed = typed_key(text)
    if typed:
        return Q(**{f"{to}name_pinyin__contains": typed}) | Q(**{f"{to}name_initials__contains": typed})
    return Q(**{f"{to}name__icontains": clean_name(text)})
