"""A second district under the same city."""

from __future__ import annotations

from park_workers.models import Organisation
from tests.conftest import Cast


def another_bureau(cast: Cast) -> Organisation:
    """The bureau of the district beside ours."""
    found, _ = Organisation.objects.get_or_create(
        name="邻区人力资源和社会保障局", kind=Organisation.Kind.DISTRICT_BUREAU, parent=cast.city
    )
    return found
