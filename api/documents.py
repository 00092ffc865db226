"""The OpenAPI document and the page to read it on; apart from schema.py, which the framework loads while these are made."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The OpenAPI document."""

    resource = "schema"


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, served from this machine, its script apart so that no inline script is needed."""

    resource = "docs"
