"""Schemas of one name in two domains are published as two."""

from __future__ import annotations

from types import FunctionType

from ninja import Router, Schema

from yunhe.platform.api.document import DocumentedAPI


def made(module, **fields):
    """A domain's router with an operation that answers `Page{lines: [LineOut]}`."""
    line = type("LineOut", (Schema,), {"__annotations__": fields})
    page = type("PageOut", (Schema,), {"__annotations__": {"lines": list[line]}})
    router = Router()

    def show(request):
        """Answer nothing."""

    operation = FunctionType(show.__code__, {"__name__": module}, f"show_{module[-3:]}")
    operation.__module__ = module
    router.get("/", response=page)(operation)
    return router


def test_two_schemas_of_one_name_stay_two():
    api = DocumentedAPI(urls_namespace="two-schemas")
    api.add_router("/tea/", made("yunhe.trade.tea", leaf=str))
    api.add_router("/ham/", made("yunhe.trade.ham", slice=int))
    document = api.get_openapi_schema(path_prefix="/")
    schemas = document["components"]["schemas"]
    assert set(schemas["LineOut"]["properties"]) == {"leaf"}
    assert set(schemas["HamLineOut"]["properties"]) == {"slice"}
    found = {}
    for path in ("/tea/", "/ham/"):
        answers = document["paths"][path]["get"]["responses"]
        page = answers["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        found[path] = (page, schemas[page]["properties"]["lines"]["items"]["$ref"])
        assert answers["default"]["content"]["application/problem+json"]
    assert found == {
        "/tea/": ("PageOut", "#/components/schemas/LineOut"),
        "/ham/": ("HamPageOut", "#/components/schemas/HamLineOut"),
    }
