"""Every page and API operation, with the record that each of its parameters names.

`PARAMETERS` says which record of `world.py` stands for a parameter: by view name, or for a whole
namespace; operations of the API by their domain. A parameter without an entry fails
`test_every_parameter_has_a_sample`, so a new domain cannot forget it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.contract.world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Fixed:
    """A parameter that names no record: the values to try."""

    values: tuple[Any, ...]


def fixed(*values: Any) -> Fixed:
    return Fixed(values)


# (namespace or namespace:view or /api/v1/domain, parameter) → record of a side or of everybody
PARAMETERS: dict[tuple[str, str], str | Fixed] = {
    ("access", "pk"): "user",
    ("access:revoke_role", "pk"): "grant",
    ("access:revoke_token", "pk"): "token",
    ("accounts:end_session", "pk"): "device",
    ("accounts:change_filter", "pk"): "saved_filter",
    ("/api/v1/accounts", "filter_id"): "saved_filter",
    ("allocation", "pk"): "allocation",
    ("allocation:line", "pk"): "allocation_line",
    ("allocation:rule", "pk"): "allocation_rule",
    ("allocation", "action"): fixed("compute", "approve", "publish", "expire", "cancel"),
    ("audit", "pk"): "audit",
    ("blankets", "pk"): "frame",
    ("blankets", "action"): fixed("submit", "sign", "revise"),
    ("blankets_portal", "pk"): "frame",
    ("blankets_portal", "action"): fixed("sign"),
    ("catalog", "pk"): "sku",
    ("catalog:sku_move", "action"): fixed("release", "phase_out", "block"),
    ("catalog:category_change", "pk"): "category",
    ("catalog:category_move", "pk"): "category",
    ("catalog:attribute_change", "pk"): "attribute",
    ("catalog:pack_remove", "pk"): "pack",
    ("catalog:picture", "pk"): "picture",
    ("catalog:thumbnail", "pk"): "picture",
    ("catalog:picture_remove", "pk"): "picture",
    ("catalog:material_file", "pk"): "material",
    ("catalog:material_remove", "pk"): "material",
    ("catalog_portal:material", "pk"): "material",
    ("compliance", "pk"): "rule",
    ("compliance:registration", "pk"): "registration",
    ("compliance:registration_file", "pk"): "registration",
    ("compliance:registration_remove", "pk"): "registration",
    ("catalog_portal", "pk"): "sku",
    ("delivery", "pk"): "delivery_plan",
    ("delivery", "action"): fixed("release", "withdraw", "cancel"),
    ("delivery:tour", "pk"): "tour",
    ("delivery:loading_list", "pk"): "tour",
    ("delivery:driver_choose", "pk"): "tour",
    ("delivery:depot", "pk"): "depot",
    ("delivery:pack", "pk"): "depot",
    ("delivery:vehicle", "pk"): "vehicle",
    ("delivery:driver", "pk"): "driver",
    ("delivery:site", "pk"): "site",
    ("delivery_portal", "pk"): "stop",
    ("delivery_portal", "action"): fixed("depart", "finish"),
    ("delivery_portal", "shipment"): "shipment",
    ("delivery_portal:tour", "pk"): "tour",
    ("delivery_portal:act", "pk"): "tour",
    ("connectors", "pk"): "message_out",
    ("connectors", "code"): fixed("supplier-simulator"),
    ("events:detail", "pk"): "event",
    ("events", "pk"): "endpoint",
    ("files", "pk"): "file",
    ("intake", "pk"): "import",
    ("jobs", "pk"): "job",
    ("ledger", "pk"): "node",
    ("metrics", "name"): "metric",
    ("network", "pk"): "node",
    ("network:address", "pk"): "address",
    ("network:address_act", "pk"): "address",
    ("network", "action"): fixed("default", "remove"),
    ("network_portal", "pk"): "address",
    ("network_portal", "action"): fixed("default", "remove"),
    ("network:licence", "pk"): "licence",
    ("network:move_cancel", "pk"): "move",
    ("notifications", "pk"): "message",
    ("orders", "pk"): "order",
    ("orders:terms_edit", "pk"): "order_terms",
    ("orders", "action"): fixed(
        "submit", "confirm", "ship", "close_short", "receive", "close", "reopen"
    ),
    ("orders_portal", "pk"): "order",
    ("orders_portal:favourite", "pk"): "sku",
    ("orders_portal", "action"): fixed("cancel", "again", "receive", "reopen", "submit", "take_up"),
    ("orders_portal:supply_detail", "pk"): "order_supplied",
    ("orders_portal:supply_ship", "pk"): "order_supplied",
    ("orders_portal:supply_refuse", "pk"): "order_supplied",
    ("orders_portal:supply_act", "pk"): "order_supplied",
    ("orders_portal:supply_act", "action"): fixed("confirm", "close_short", "close"),
    ("policies:detail", "pk"): "policy",
    ("policies:version", "pk"): "policy",
    ("policies:start", "pk"): "policy",
    ("policies:readers", "pk"): "policy_version",
    ("policies", "pk"): "policy_draft",
    ("policies", "number"): fixed(1),
    ("policies", "index"): fixed(0),
    ("policies", "kind"): fixed("rebate"),
    ("policies:document", "file"): "policy_document",
    ("policies:document_remove", "file"): "policy_document",
    ("policies_portal", "pk"): "policy_version",
    ("policies_portal:document", "file"): "policy_document",
    ("pricing", "pk"): "price_list",
    ("pricing:price_change", "pk"): "price_change",
    ("pricing:submit_change", "pk"): "price_change",
    ("pricing:cancel_change", "pk"): "price_change",
    ("pricing:breach", "pk"): "breach",
    ("pricing_portal", "pk"): "own_price_list",
    ("promotions", "pk"): "promotion",
    ("promotions", "kind"): fixed("percent"),
    ("promotions", "action"): fixed("submit", "publish", "pause", "resume", "end"),
    ("workflow", "pk"): "approval",
    ("workflow:definition", "pk"): "chain",
    ("workflow:change_definition", "pk"): "chain",
    ("workflow:retire_definition", "pk"): "chain",
    ("workflow:end_absence", "pk"): "absence",
    ("rebates", "pk"): "program",
    ("rebates:accrual", "pk"): "accrual",
    ("rebates:settlement", "pk"): "settlement",
    ("rebates:lines", "pk"): "settlement",
    ("rebates:act", "pk"): "settlement",
    ("rebates:act", "action"): fixed("approve", "post", "cancel"),
    ("rebates:line", "pk"): "line",
    ("rebates:statement", "pk"): "statement",
    ("rebates:bundle", "pk"): "statement",
    ("rebates_portal:accrual", "pk"): "accrual",
    ("rebates_portal", "pk"): "statement",
    ("reports", "pk"): "stock_report",
    ("reports:credibility_of", "pk"): "node",
    ("stock", "pk"): "node",
    ("stock:place", "pk"): "stock_place",
    ("reports_portal", "pk"): "stock_report_draft",
    ("returns", "pk"): "return",
    ("returns:right", "pk"): "return_right",
    ("returns:right_change", "pk"): "return_right",
    ("returns", "action"): fixed("approve", "reject", "cancel", "ship"),
    ("returns_portal", "pk"): "return",
    ("returns_portal", "action"): fixed("approve", "reject", "cancel", "ship"),
    ("transfers:oversee", "action"): fixed("approve", "decline"),
    ("transfers", "pk"): "transfer",
    ("transfers:rule_change", "pk"): "alert_rule",
    ("transfers:rule_remove", "pk"): "alert_rule",
    ("transfers:terms_change", "pk"): "transfer_terms",
    ("transfers:terms_remove", "pk"): "transfer_terms",
    ("transfers_portal", "pk"): "transfer",
    ("transfers_portal", "action"): fixed("offer", "give", "accept", "ship", "receive", "decline"),
    ("sales", "pk"): "fact",
    ("purchasing", "pk"): "purchase",
    ("purchasing:link", "pk"): "supply_point",
    ("schedule", "pk"): "production",
    ("sourcing", "pk"): "order",
    ("sourcing:rule", "pk"): "sourcing_rule",
    ("sourcing:point", "pk"): "supply_point",
    ("sourcing_portal", "pk"): "part",
    ("sourcing_portal", "action"): fixed("accept", "serve"),
    ("shipping", "pk"): "shipment",
    ("shipping:claim", "pk"): "claim",
    ("shipping_portal", "pk"): "shipment",
    ("shipping_portal:claim", "pk"): "claim_supplied",
    ("/api/v1/access", "user_id"): "user",
    ("/api/v1/access", "grant_id"): "grant",
    ("/api/v1/accounts", "device_id"): "device",
    ("/api/v1/accounts", "token_id"): "token",
    ("/api/v1/allocation", "allocation_id"): "allocation",
    ("/api/v1/allocation", "node_id"): "node",
    ("/api/v1/allocation", "action"): fixed("compute", "approve", "publish", "expire", "cancel"),
    ("/api/v1/blankets", "frame_id"): "frame",
    ("/api/v1/blankets", "action"): fixed("submit", "sign", "decline", "revise", "close", "cancel"),
    ("/api/v1/catalog", "code"): "sku_code",
    ("/api/v1/catalog", "category_code"): fixed("DAIRY"),
    ("/api/v1/catalog", "action"): fixed("release", "phase_out", "block"),
    ("/api/v1/catalog", "material_id"): "material",
    ("/api/v1/catalog", "picture_id"): "picture",
    ("/api/v1/compliance", "rule_id"): "rule",
    ("/api/v1/delivery", "plan_id"): "delivery_plan",
    ("/api/v1/delivery", "tour_id"): "tour",
    ("/api/v1/delivery", "stop_id"): "stop",
    ("/api/v1/delivery", "depot_id"): "depot",
    ("/api/v1/delivery", "vehicle_id"): "vehicle",
    ("/api/v1/delivery", "driver_id"): "driver",
    ("/api/v1/delivery", "site_id"): "site",
    ("/api/v1/delivery", "shipment_id"): "shipment",
    ("/api/v1/events", "endpoint_id"): "endpoint",
    ("/api/v1/files", "file_id"): "file",
    ("/api/v1/intake", "import_id"): "import",
    ("/api/v1/jobs", "run_id"): "job",
    ("/api/v1/ledger", "node_id"): "node",
    ("/api/v1/metrics", "kind"): fixed("csv", "xlsx"),
    ("/api/v1/metrics", "name"): "metric",
    ("/api/v1/metrics", "target_id"): "target",
    ("/api/v1/network", "address_id"): "address",
    ("/api/v1/network", "partner_id"): "node",
    ("/api/v1/notifications", "message_id"): "message",
    ("/api/v1/orders", "order_id"): "order",
    ("/api/v1/orders", "sku_id"): "sku",
    ("/api/v1/orders", "action"): fixed("submit", "confirm", "ship", "receive", "close", "cancel"),
    ("/api/v1/policies", "policy_id"): "policy",
    ("/api/v1/policies", "version_id"): "policy_draft",
    ("/api/v1/pricing", "list_id"): "price_list",
    ("/api/v1/pricing", "own_list_id"): "own_price_list",
    ("/api/v1/pricing", "change_id"): "price_change",
    ("/api/v1/pricing", "breach_id"): "breach",
    ("/api/v1/pricing", "code"): "sku_code",
    ("/api/v1/promotions", "promotion_id"): "promotion",
    ("/api/v1/sales", "fact_id"): "fact",
    ("/api/v1/shipping", "shipment_id"): "shipment",
    ("/api/v1/shipping", "claim_id"): "claim",
    ("/api/v1/connectors", "message_id"): "message_out",
    ("/api/v1/purchasing", "purchase_id"): "purchase",
    ("/api/v1/schedule", "line_id"): "production",
    ("/api/v1/purchasing", "node_id"): "supply_point",
    ("/api/v1/sourcing", "node_id"): "supply_point",
    ("/api/v1/sourcing", "rule_code"): fixed("NEAR"),
    ("/api/v1/sourcing", "order_id"): "order",
    ("/api/v1/sourcing", "part_id"): "part",
    ("/api/v1/sourcing", "action"): fixed("accept", "serve"),
    ("/api/v1/workflow", "approval_id"): "approval",
    ("/api/v1/workflow", "chain_id"): "chain",
    ("/api/v1/rebates", "accrual_id"): "accrual",
    ("/api/v1/rebates", "program_id"): "program",
    ("/api/v1/rebates", "settlement_id"): "settlement",
    ("/api/v1/rebates", "statement_id"): "statement",
    ("/api/v1/rebates", "action"): fixed("approve", "post", "cancel"),
    ("/api/v1/reports", "report_id"): "stock_report",
    ("/api/v1/returns", "return_id"): "return",
    ("/api/v1/returns", "right_id"): "return_right",
    ("/api/v1/returns", "action"): fixed("approve", "reject", "cancel", "ship"),
    ("/api/v1/transfers", "transfer_id"): "transfer",
    ("/api/v1/transfers", "rule_id"): "alert_rule",
    ("/api/v1/transfers", "terms_id"): "transfer_terms",
    ("/api/v1/transfers", "action"): fixed("offer", "give", "accept", "ship", "receive", "decline"),
}
SHARED = {
    "sku",
    "sku_code",
    "metric",
    "settlement",
    "allocation_rule",
    "sourcing_rule",
    "category",
    "attribute",
    "pack",
    "picture",
    "material",
    "rule",
    "registration",
}
PERSONAL = {"absence", "token", "device", "saved_filter", "message", "job", "user", "grant"}
# fields of a body or query that name a record
FIELDS = {
    "node_id": "node",
    "user_id": "user",
    "program_ids": "program",
    "sku_id": "sku",
    "right_id": "return_right",
    "depot_id": "depot",
    "driver_id": "driver",
    "stop_id": "stop",
    "tour_id": "tour",
    "address_id": "address",
}
DAYS = {"start": "2026-01-01", "end": "2030-01-01"}


@dataclass(frozen=True)
class Case:
    """One method at one address, and the records it names (parameter → record name)."""

    method: str
    name: str
    template: str
    records: Mapping[str, str]
    fixed: Mapping[str, Any]
    permission: str = ""
    portal: bool = False
    is_list: bool = False
    queries: tuple[str, ...] = ()
    body: Mapping[str, Any] | None = field(default=None, hash=False)
    files: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.template} ({self.name})"

    @property
    def of_a_side(self) -> bool:
        """Whether it names a record that belongs to somebody."""
        return any(record not in SHARED for record in self.records.values())

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def address(self, world: World, side: int) -> str:
        values = {name: world.sample(record, side) for name, record in self.records.items()}
        values |= self.fixed
        if self.is_api:
            path = self.template
            for name, value in values.items():
                path = path.replace(f"{{{name}}}", str(value))
        else:
            path = reverse(self.name, kwargs=values)
        asked = "&".join(
            f"{name}={DAYS.get(name) or world.sample(FIELDS[name], side)}" for name in self.queries
        )
        return f"{path}?{asked}" if asked else path

    def fields(self, world: World, side: int) -> Any:
        """A body by the operation's schema, naming the side's records."""
        return _filled(self.body or {}, world, side)

    def content(self, world: World, side: int) -> str:
        """The same as JSON."""
        return json.dumps(self.fields(world, side))


@cache
def pages() -> tuple[Case, ...]:
    """Every page of the resolver, each with the methods its view has."""
    found = []
    for name, pattern in _patterns(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        methods = [m for m in ("GET", "POST") if view is None or hasattr(view, m.lower())]
        for records, values in _parameters(
            name, list(pattern.pattern.converters) or _groups(pattern)
        ):
            found += [
                Case(
                    method,
                    name,
                    str(pattern.pattern),
                    records,
                    values,
                    permission=getattr(view, "permission", ""),
                    is_list=method == "GET" and hasattr(view, "exported"),
                    portal=name.partition(":")[0].endswith("_portal"),
                )
                for method in methods
            ]
    return tuple(found)


@cache
def operations() -> tuple[Case, ...]:
    """Every operation of the API's OpenAPI document, with a body that fits its schema."""
    document = openapi()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            given = [p["name"] for p in parameters if p["in"] == "path"]
            asked = tuple(
                p["name"]
                for p in parameters
                if p["in"] == "query" and p["name"] in {*FIELDS, *DAYS}
            )
            content = operation.get("requestBody", {}).get("content", {})
            form = content.get("multipart/form-data", {}).get("schema", {})
            schema = content.get("application/json", {}).get("schema") or form
            body = _sample(schema, document) if schema else None
            files = tuple(
                field
                for field, kind in form.get("properties", {}).items()
                if kind.get("format") == "binary"
            )
            for records, values in _parameters(_domain(path), given):
                found.append(
                    Case(
                        method.upper(),
                        operation["operationId"],
                        path,
                        records,
                        values,
                        queries=asked,
                        body=body,
                        files=files,
                    )
                )
    return tuple(found)


def missing() -> list[str]:
    """Parameters that `PARAMETERS` does not know, as sentences that say what to add."""
    wanted = [
        (name, list(pattern.pattern.converters) or _groups(pattern))
        for name, pattern in _patterns(get_resolver())
    ]
    for path in openapi()["paths"]:
        wanted.append((_domain(path), re.findall(r"{(\w+)}", path)))
    return sorted(
        f'add ("{name}", "{parameter}"): "<record>" to PARAMETERS in tests/contract/addresses.py'
        for name, parameters in wanted
        for parameter in parameters
        if _lookup(name, parameter) is None
    )


@cache
def openapi() -> dict[str, Any]:
    get_resolver().url_patterns  # noqa: B018  # mounts the operations
    from yunhe.platform.api.urls import api  # the API mounts once the resolver is there

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.loads(json.dumps(schema, default=str))  # type: ignore[no-any-return]


def _domain(path: str) -> str:
    return "/".join(path.split("/")[:4])


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}:{entry.name}" if namespace else str(entry.name), entry
        elif entry.namespace != "api":  # operations are walked through the OpenAPI document
            yield from _patterns(entry, entry.namespace or namespace)


def _groups(pattern: URLPattern) -> list[str]:
    regex = getattr(pattern.pattern, "regex", None)
    return list(regex.groupindex) if regex is not None else []


def _lookup(name: str, parameter: str) -> str | Fixed | None:
    return PARAMETERS.get((name, parameter)) or PARAMETERS.get((name.partition(":")[0], parameter))


def _parameters(
    name: str, parameters: list[str]
) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """The records that the parameters name, once for each combination of fixed values."""
    found = {parameter: _lookup(name, parameter) for parameter in parameters}
    if None in found.values():
        return
    records = {p: record for p, record in found.items() if isinstance(record, str)}
    choices = {p: value.values for p, value in found.items() if isinstance(value, Fixed)}
    for values in product(*choices.values()):
        yield records, dict(zip(choices, values, strict=True))


def _sample(schema: Mapping[str, Any], document: Mapping[str, Any], name: str = "") -> Any:
    """A small value that fits the schema; fields that name a record stand as `$record` marks."""
    if name in FIELDS:
        mark = {"$record": FIELDS[name]}
        return [mark] if schema.get("type") == "array" else mark
    if reference := schema.get("$ref"):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return _sample(found, document, name)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return _sample(schema[key][0], document, name)
    if "enum" in schema:
        return schema["enum"][0]
    if "default" in schema:
        return schema["default"]
    return _by_type(schema, document, name)


def _by_type(schema: Mapping[str, Any], document: Mapping[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        wanted = set(schema.get("required", ())) | (set(properties) & set(FIELDS))
        return {key: _sample(properties[key], document, key) for key in sorted(wanted)}
    if kind == "array":
        return [_sample(schema.get("items", {}), document, name.removesuffix("s"))]
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    formats = {"date": "2026-11-01", "date-time": "2026-12-01T00:00:00Z"}
    texts = {
        "sku": "K0",
        "metrics": "sell_out_amount",
        "metric": "sell_out_amount",
        "phone": "13800000000",
        "province": "310000",
    }
    return formats.get(
        schema.get("format", ""), texts.get(name, "x" * max(3, schema.get("minLength", 3)))
    )


def _filled(value: Any, world: World, side: int) -> Any:
    if isinstance(value, Mapping):
        if "$record" in value:
            return world.sample(value["$record"], side)
        return {key: _filled(inner, world, side) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, world, side) for inner in value]
    return value
