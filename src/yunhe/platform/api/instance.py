"""The one NinjaAPI, with every installed domain's router at /api/v1/<domain>/."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from yunhe.platform.api.document import DocumentedAPI
from yunhe.platform.api.guards import require
from yunhe.platform.api.problems import install_handlers

DESCRIPTION = """Channel management: orders, stock, sales, rebates and the numbers about them.

Sign in with a session cookie (send `X-CSRFToken` when changing something) or with
`Authorization: Bearer <token>`. Send an `Idempotency-Key` with whatever you may have to repeat.
The GET of a record that can be changed has an `ETag`: send it as `If-Match` with a change, which is
refused (412) when somebody else changed the record meanwhile.
Refusals are RFC 9457 problem documents with a stable `code`. Lists take `limit` and `cursor`."""


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


def build_api() -> NinjaAPI:
    """Mount every domain's `api.router`."""
    api = DocumentedAPI(
        title="Yunhe",
        version="1",
        description=DESCRIPTION,
        urls_namespace="v1",
        auth=require(),
        renderer=_Renderer(),
        parser=_Parser(),
        docs_url=None,
    )
    install_handlers(api)
    for app in settings.INSTALLED_APPS:
        if app.startswith("yunhe.") and app != __package__ and find_spec(f"{app}.api"):
            router = getattr(import_module(f"{app}.api"), "router", None)
            if router is not None:
                api.add_router(f"/{app.rsplit('.', 1)[1]}/", router)
    return api
