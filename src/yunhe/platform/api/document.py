"""The OpenAPI document: every refusal described, no two schemas under one name."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from yunhe.platform.api.filtering import parameters_of
from yunhe.platform.api.problems import CONTENT_TYPE
from yunhe.platform.api.versions import Records, marked, plain_path

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:yunhe:problem:<code>"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "A sentence in the reader's language"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable: <domain>.<what>"},
        "field": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong, row by row or value by value",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {"message": {"type": "string"}, "row": {"type": "integer"}},
            },
        },
    },
}
REFUSED: dict[str, Any] = {
    "description": "Refused: a problem document with a stable code",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

KNOWN = "An ETag that an earlier answer gave: 304 when the answer would be the same"
UNCHANGED = "The ETag of the record as the caller knows it: 412 when it was changed meanwhile"


class DocumentedAPI(NinjaAPI):
    """An API whose document says of every operation how a refusal looks."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return _Document(self, path_prefix)


class _Document(OpenAPISchema):
    """Two domains may both call a schema `LineOut`: the later one is published as `OrdersLineOut`.

    Ninja itself would publish one of the two for both.
    """

    def get_paths(self) -> dict[str, Any]:
        """Operations on a record that has versions say so; those of a list name its filters."""
        paths: dict[str, Any] = super().get_paths()
        records, filters = Records(self.api), marked(self.api, "filters")
        for path, methods in paths.items():
            own = plain_path(path.removeprefix("/" + self.path_prefix.strip("/")))
            if own in filters:
                known = methods["get"]["parameters"]
                methods["get"]["parameters"] = [*known, *parameters_of(filters[own])]
            if records.of(own) is None:
                continue
            for method, details in methods.items():
                if method == "get" and records.shown_at(own):
                    _tell_tag(details)
                elif method != "get":
                    _tell_match(details)
        return paths

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        known, self.schemas = self.schemas, {}
        details = super().operation_details(operation)
        own, self.schemas = self.schemas, known
        domain = operation.view_func.__module__.split(".")[2].capitalize()
        taken = {name for name, schema in own.items() if known.get(name, schema) != schema}
        # what refers to a renamed schema is another schema itself
        while more := {
            name for name in own.keys() - taken if name in known and _refers(own[name], taken)
        }:
            taken |= more
        names = {REF_TEMPLATE.format(model=n): REF_TEMPLATE.format(model=domain + n) for n in taken}
        for name, schema in own.items():
            known[domain + name if name in taken else name] = _renamed(schema, names)
        answers = {str(status): answer for status, answer in details["responses"].items()}
        details["responses"] = answers | {"default": REFUSED}
        known["Problem"] = PROBLEM
        return _renamed(details, names)


def _tell_tag(details: dict[str, Any]) -> None:
    details["parameters"] = [*details["parameters"], _header("If-None-Match", KNOWN)]
    answered = details["responses"]["200"]
    tag = {"description": "The record's version", "schema": {"type": "string"}}
    details["responses"] = details["responses"] | {
        "200": answered | {"headers": {"ETag": tag}},
        "304": {"description": "As it was when the ETag was given"},
    }


def _tell_match(details: dict[str, Any]) -> None:
    details["parameters"] = [*details["parameters"], _header("If-Match", UNCHANGED)]
    details["responses"] = details["responses"] | {"412": REFUSED}


def _header(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {
        "in": "header",
        "name": name,
        "schema": schema,
        "required": False,
        "description": description,
    }


def _refers(value: Any, names: set[str]) -> bool:
    if isinstance(value, dict):
        return any(
            inner.rsplit("/", 1)[-1] in names
            if key == "$ref" and isinstance(inner, str)
            else _refers(inner, names)
            for key, inner in value.items()
        )
    return isinstance(value, list) and any(_refers(inner, names) for inner in value)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The value with its references renamed."""
    if isinstance(value, dict):
        return {
            key: names.get(inner, inner)
            if key == "$ref" and isinstance(inner, str)
            else _renamed(inner, names)
            for key, inner in value.items()
        }
    return [_renamed(inner, names) for inner in value] if isinstance(value, list) else value
