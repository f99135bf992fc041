"""A page that lists every operation, made from the schema; nothing is fetched from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI

from yunhe.platform.ui.columns import BadgeColumn, TextColumn
from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.tables import Table
from yunhe.platform.ui.views import ListView
from yunhe.platform.ui.views.base import SIGNED_IN

TONES = {"GET": "blue", "POST": "green", "PUT": "amber", "PATCH": "amber", "DELETE": "red"}


@dataclass(frozen=True)
class Operation:
    """One line of the reference."""

    method: str
    path: str
    summary: str
    description: str
    domain: str


class OperationTable(Table):
    """Operations of the API."""

    method = BadgeColumn(_("Method"), tones=TONES)
    path = TextColumn(_("Path"), card="title")
    summary = TextColumn(_("What it does"), secondary="description")
    domain = TextColumn(_("Domain"))


@cache
def operations(api: NinjaAPI) -> list[Operation]:
    """Every operation of the schema, by path."""
    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [
        Operation(
            method.upper(),
            path,
            operation.get("summary", ""),
            operation.get("description", ""),
            ", ".join(operation.get("tags", [])),
        )
        for path, methods in sorted(paths.items())
        for method, operation in methods.items()
    ]


class Reference(ListView):
    """`/api/v1/docs`: for whoever connects a system."""

    permission, title, face = SIGNED_IN, _("API reference"), None
    table, per_page = OperationTable, 200
    api: ClassVar[NinjaAPI | None] = None

    def get_rows(self) -> list[Operation]:
        return operations(self.api) if self.api else []

    def get_actions(self) -> tuple[Button, ...]:
        return (Button(label="OpenAPI 3.1", url=reverse("api:v1:openapi-json"), icon="download"),)
