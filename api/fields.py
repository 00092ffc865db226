"""Fields shared by bodies and answers: money as text, checked identifiers, masked personal values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.errors import REMEDY
from park_workers.foundation.identifiers import IdentifierProblem, check_id_number, check_phone
from park_workers.foundation.masking import mask_id_number, mask_phone
from park_workers.foundation.money import AmountInvalid, format_yuan, parse_yuan
from park_workers.foundation.spreadsheets.cleaning import check_day
from park_workers.models import Worker

LARGEST_FEN = 10**15
#: the largest number of a row; no engine holds a larger one
LARGEST_NUMBER = 2**63 - 1


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{2}$", "example": "2000.00"})
class MoneyField(serializers.Field):
    """Yuan as text with two decimals outside, a whole number of fen inside."""

    def to_representation(self, value: int) -> str:
        return format_yuan(value)

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str):
            raise serializers.ValidationError(
                f'金额须为文本{REMEDY}请写成带两位小数的文本，如 "2000.00"', "AMOUNT_INVALID"
            )
        try:
            fen = parse_yuan(data)
        except AmountInvalid as error:
            raise serializers.ValidationError(
                f'{error}{REMEDY}请写成带两位小数的文本，如 "2000.00"', "AMOUNT_INVALID"
            ) from error
        if abs(fen) > LARGEST_FEN:
            raise serializers.ValidationError(f"金额过大{REMEDY}请核对金额", "AMOUNT_INVALID")
        return fen


class _CheckedText(serializers.CharField):
    """Text whose format the house's own check judges."""

    check: Callable[[Any], Any]

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if text:
            try:
                type(self).check(text)
            except IdentifierProblem as wrong:
                raise serializers.ValidationError(f"{wrong.message}{REMEDY}{wrong.fix}", wrong.code) from wrong
        return text


class IdNumberField(_CheckedText):
    """A document number: length, date, checksum."""

    check = staticmethod(check_id_number)


class PhoneField(_CheckedText):
    """A phone number."""

    check = staticmethod(check_phone)


class DayField(serializers.DateField):
    """A day whose year can be meant."""

    def to_internal_value(self, data: Any) -> date:
        try:
            return check_day(super().to_internal_value(data))
        except IdentifierProblem as wrong:
            raise serializers.ValidationError(f"{wrong.message}{REMEDY}{wrong.fix}", wrong.code) from wrong


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "08:30"})
class ClockField(serializers.TimeField):
    """Hour and minute of a day in Shanghai, such as 08:30."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"format": "%H:%M", "input_formats": ["%H:%M"]} | more)


class NumberField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_NUMBER} | more)


class Body(serializers.Serializer):
    """A request's body: fields it does not know are refused together with everything else that is wrong."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            errors = {
                str(name): [serializers.ErrorDetail("没有这个栏目", "UNKNOWN_FIELD")]
                for name in data
                if name not in known
            }
        value = None
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return value


class Out(serializers.ModelSerializer):
    """An answer: read only, every field named.  What the model says of the fields is asked once in the life of a worker."""

    _known: ClassVar[dict[type[Any], Any]] = {}

    def get_fields(self) -> Any:
        kind = type(self)
        if kind not in self._known:
            self._known[kind] = super().get_fields()
        fields = deepcopy(self._known[kind])
        for field in fields.values():
            field.read_only = True
        return fields


class StatefulOut(Out):
    """An answer about something with a life: its state, the state's Chinese word, and the version to quote in If-Match."""

    status = serializers.CharField()
    status_label = serializers.CharField()
    version = serializers.IntegerField()


STATEFUL = ("status", "status_label", "version")


class WorkerOut(Out):
    """A person as others may see them: name plain, number and phone masked."""

    id_number = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()

    class Meta:
        model = Worker
        fields = [
            "id",
            "reference",
            "name",
            "id_type",
            "id_number",
            "phone",
            "birth_on",
            "sex",
            "origin",
            "merged_into",
        ]

    def get_id_number(self, worker: Worker) -> str:
        return mask_id_number(worker.open_id_number())  # type: ignore[attr-defined]

    def get_phone(self, worker: Worker) -> str:
        return mask_phone(worker.open_phone())  # type: ignore[attr-defined]


class PersonOut(Out):
    """A person named in another object: name and masked number."""

    id_number = serializers.SerializerMethodField()

    class Meta:
        model = Worker
        fields = ["id", "reference", "name", "id_number"]

    def get_id_number(self, worker: Worker) -> str:
        return mask_id_number(worker.open_id_number())  # type: ignore[attr-defined]


class RelatedText(serializers.CharField):
    """Text of a row that hangs on this one; nothing where there is none."""

    def get_attribute(self, instance: Any) -> Any:
        try:
            return super().get_attribute(instance) or ""
        except AttributeError:
            return ""


class Reason(Body):
    """Why."""

    reason = serializers.CharField(max_length=300, help_text="原因")


class OptionalReason(Body):
    """Why, if there is something to say."""

    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="", help_text="原因")
