"""The field of a form in which one enterprise (or another organisation) is chosen: out of a list or, where a list would be endless,
by a part of its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from park_workers.foundation.identifiers import clean_credit_code
from park_workers.models import Enterprise

#: more are not offered one by one: their name is typed
OFFERED = 300
#: so many of those that a part of a name fits are offered
FITTING = 20


@dataclass(frozen=True)
class Choice:
    """What was chosen, what is offered as (key, name), and what is wrong with what was typed."""

    chosen: Any = None
    offered: list[tuple[int, str]] = field(default_factory=list)
    are_many: bool = False
    text: str = ""
    problem: str = ""

    @property
    def pk(self) -> str:
        """The key of the chosen one as the form has it."""
        return str(self.chosen.pk) if self.chosen is not None else ""


def choose(rows: QuerySet[Any], given: Any, name: str = "enterprise") -> Choice:
    """The one of these rows, in their order, that `given` names by its key in the field `name` or by text in `<name>_text`."""
    key, text = given.get(name, ""), " ".join(given.get(f"{name}_text", "").split())[:80]
    is_number = key.isascii() and key.isdigit() and len(key) < 18
    chosen = rows.filter(pk=int(key)).first() if is_number else None
    names = rows.values_list("pk", _title(rows))
    offered = list(names[: OFFERED + 1])
    if len(offered) <= OFFERED:
        return Choice(chosen, offered)
    if chosen is not None or not text:
        return Choice(chosen, [], True, chosen.name if chosen is not None else "")
    return _named(rows, text)


def _title(rows: QuerySet[Any]) -> str:
    return "organisation__name" if rows.model is Enterprise else "name"


def _named(rows: Any, text: str) -> Choice:
    """The one whose name or credit code it is, or the only one that it fits; several are offered."""
    to = "organisation__" if rows.model is Enterprise else ""
    exact = rows.filter(Q(**{f"{to}name": text}) | Q(**{f"{to}credit_code": clean_credit_code(text)})).first()
    fitting = [exact] if exact is not None else list(rows.search(text)[: FITTING + 1])
    if len(fitting) == 1:
        return Choice(fitting[0], [], True, text)
    if not fitting:
        return Choice(None, [], True, text, f"没有名称或信用代码含“{text}”的单位，请核对后重新填写。")
    more = f"（仅列出前 {FITTING} 家，可多输入几个字）" if len(fitting) > FITTING else ""
    return Choice(
        None,
        [(one.pk, one.name) for one in fitting[:FITTING]],
        True,
        text,
        f"有多家单位符合“{text}”，请在下方选择{more}。",
    )
