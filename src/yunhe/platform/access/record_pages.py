"""Which pages show a record, and whether one of them opens for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import DomainError


@dataclass(frozen=True)
class RecordPage:
    """A page of a record: its view, and the arguments of its address."""

    view: type[Any]
    arguments: Mapping[str, Any]

    @property
    def permission(self) -> str:
        """The code it asks for; "" where signing in is enough."""
        code = self.view.permission
        return code if any(p.code == code for p in all_permissions()) else ""

    def allowed(self, principal: Principal) -> bool:
        return not self.permission or self.permission in principal.permissions

    def shows(self, principal: Principal, user: User) -> bool:
        """Whether the page finds its record, asked in that person's scope."""
        request = HttpRequest()
        request.method, request.user = "GET", user
        request.principal = principal  # type: ignore[attr-defined]
        page = self.view()
        page.setup(request, **self.arguments)
        try:
            return page.record is not None
        except (DomainError, Http404):
            return False


def page_of(view: type[Any] | None, arguments: Mapping[str, Any]) -> RecordPage | None:
    """The page of a view that shows a record; None for any other view."""
    if view is None or not arguments or getattr(view, "model", None) is None:
        return None
    return RecordPage(view, arguments) if hasattr(view, "record") else None


def pages_of(model: type[models.Model], record_id: str) -> list[RecordPage]:
    """The pages of the model's own domain that show the record, headquarters' and partners'."""
    return [RecordPage(view, {"pk": record_id}) for view in _detail_views(model)]


@cache
def _detail_views(model: type[models.Model]) -> tuple[type[Any], ...]:
    found = dict.fromkeys(
        view
        for pattern in _patterns(get_resolver())
        if (view := getattr(pattern.callback, "view_class", None)) is not None
        and getattr(view, "model", None) is model
        and hasattr(view, "panels")
        and list(pattern.pattern.converters) == ["pk"]
    )
    home = model._meta.app_config
    return tuple(view for view in found if apps.get_containing_app_config(view.__module__) is home)


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern)
        else:
            yield pattern
