"""Rows that are looked for by name: typed in signs, in full pinyin or by initials."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.lookups import IsNull

from park_workers.foundation.identifiers import clean_name
from park_workers.foundation.pinyin import LONGEST_FULL, LONGEST_INITIALS, spell, typed_key

#: behind every text that begins with a prefix, whatever follows
LAST_SIGN = "\U0010ffff"
#: people found are named one by one up to so many; more stand so close in every list that it is walked along instead
FEW = 2_000
#: a walk is short when so many of them are among the newest
NEWEST, CLOSE = 10_000, 50


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


def _parts(text: str) -> list[str]:
    """Every two signs that follow one another, or the one there is; none where upper case depends on the engine."""
    if any(not sign.isascii() and sign.upper() != sign.lower() for sign in text):
        return []
    typed = text.upper()
    return [typed[at : at + 2] for at in range(len(typed) - 1)] or [typed] * bool(typed)


class HasParts(Func):
    """Whether a name has all of these parts; read off the index `worker_name_parts` (PostgreSQL)."""

    template = "name_parts(%(expressions)s::text[])"
    arg_joiner = ") @> ("
    output_field = models.BooleanField()


class ArraySubquery(Subquery):
    """All answers of a query as one array, found once."""

    template = "ARRAY(%(subquery)s)"


class Among(Func):
    """Whether a key is one of an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def name_has(text: str) -> Q:
    """People whose name has a text in it, at any place and in any case."""
    parts = _parts(text) if connection.vendor == "postgresql" else []
    found = Q(name__icontains=text)
    return Q(HasParts(F("name"), Value(parts))) & found if parts else found


def of_people(found: QuerySet[Any], *, to: str = "worker") -> Q:
    """Rows whose person (the foreign key at the path `to`) is among those found."""
    return narrowing(found, to=to)[0]


def narrowing(found: QuerySet[Any], *, to: str, few: int | None = None) -> tuple[Q, bool]:
    """Rows whose foreign key at the path `to` is among those found, and whether these are few.

    PostgreSQL cannot foresee how many rows a part of a name finds, and a list planned for three when it is a tenth of all
    takes minutes.  So it is looked first: few are named by key; of many the list itself is walked along in its order.
    """
    most, found = FEW if few is None else few, found.order_by()
    keys = list(found.values_list("pk", flat=True)[: most + 1])
    if len(keys) <= most:
        return Q(**{f"{to}__in": keys}), True
    if connection.vendor == "postgresql" and not _stand_close(found):
        return Q(Among(F(to), ArraySubquery(found.values("pk")))), False
    return _is_found(found, to), False


def _is_found(found: QuerySet[Any], to: str) -> Q:
    """A question put for each row: no plan turns it round into a join."""
    return Q(IsNull(Subquery(found.filter(pk=OuterRef(to)).values("pk")[:1]), False))


def _stand_close(found: QuerySet[Any]) -> bool:
    """Whether a page of them is met among the newest, as with names; if not, a walk might be as long as the list."""
    everybody = found.model._base_manager.order_by("-pk")
    last = next(iter(everybody.values_list("pk", flat=True)[NEWEST : NEWEST + 1]), 0)
    met = everybody.filter(_is_found(found, "pk"), pk__gt=last).values("pk")[:CLOSE]
    return bool(met.count() == CLOSE)
