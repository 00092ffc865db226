"""A step of a migration that makes many tables at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.models import CreateModel


class CreateTables(Operation):
    """New tables together, which may refer to one another in a circle.

    After each table on its own Django makes the models of all related tables anew; here everything here knows everything, and
    most of the time of an installation went there.  So the models are made once, after the last table.
    """

    category = OperationCategory.ADDITION

    def __init__(self, tables: Iterable[CreateModel]) -> None:
        self.tables = list(tables)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """As written in a migration."""
        return self.__class__.__qualname__, [self.tables], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Name the tables; who asks for their models then makes them, all at once."""
        vars(state).pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create them in order."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop them, the last first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` prints."""
        return f"Create {len(self.tables)} tables: {', '.join(table.name for table in self.tables)}"
