"""Stock alerts over the API, their rules, and safety stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from yunhe.channel.network.choices import Level, Tier
from yunhe.goods.transfers.api.naming import named
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.filters import AlertFilters, SafetyFilters
from yunhe.goods.transfers.models import SafetyStock, StockAlert
from yunhe.goods.transfers.permissions import RULES, SAFETY, VIEW, VIEW_OWN
from yunhe.goods.transfers.queries import (
    Suggestion,
    Wish,
    list_alerts,
    list_rules,
    list_safety,
    suggest_safety,
)
from yunhe.goods.transfers.services import remove_rule, set_rule, set_safety
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import ids_by_code

router = Router(tags=["transfers"])
EITHER = require_any(VIEW, VIEW_OWN)


class AlertOut(Schema):
    node_id: int
    sku: str
    kind: str
    severity: int = Field(description="3 act now, 2 act soon, 1 keep an eye on it")
    quantity: Decimal
    days: int | None
    amount: Decimal
    since: date
    on: date


Days = Annotated[int, Field(ge=0, le=365, description="0 switches the warning off")]


class AlertRuleIn(Schema):
    """When partners at or below a node (of a level, of a tier; blank: any) are warned."""

    model_config = ConfigDict(extra="forbid")

    node_id: int
    level: Literal["", *Level.values] = ""  # type: ignore[valid-type]
    tier: Literal["", *Tier.values] = ""  # type: ignore[valid-type]
    low_days: Days = 7
    over_days: Days = 60
    slow_days: Days = 45
    expiry_days: Days = 30


class AlertRuleOut(Schema):
    id: int
    node_id: int
    level: str
    tier: str
    low_days: int
    over_days: int
    slow_days: int
    expiry_days: int


class SafetyLine(Schema):
    sku: str
    quantity: Decimal = Field(
        ge=0, max_digits=16, decimal_places=3, description="Base units; 0 takes it away"
    )


class SafetyIn(Schema):
    """Safety stock of some products of a partner; those not named keep theirs."""

    model_config = ConfigDict(extra="forbid")

    node_id: int
    lines: list[SafetyLine] = Field(min_length=1, max_length=5000)


class SafetyOut(Schema):
    id: int
    node_id: int
    sku: str
    quantity: Decimal = Field(description="Base units")
    on_hand: Decimal = Field(description="Available base units")


class SafetySet(Schema):
    products: int


class WishQuery(Schema):
    """For which partner, how many days an order takes, and in what share of orders stock should last."""

    node_id: int
    lead_days: int = Field(7, ge=1, le=180)
    service: Decimal = Field(Decimal("0.95"), ge=Decimal("0.5"), le=Decimal("0.999"))


class SuggestionOut(Schema):
    sku: str
    daily: Decimal = Field(description="Mean sales of a day, in base units")
    present: Decimal = Field(description="Safety stock now, 0 when none is set")
    suggested: Decimal


@router.get("/alerts", response=Page[AlertOut], auth=EITHER, operation_id="list_stock_alerts")
@filtered(AlertFilters)
def get_alerts(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Stock alerts in scope."""
    return paginate(narrow(list_alerts().order_by("pk"), request), asked, by="id", show=_alert)


@router.get("/rules", response=Page[AlertRuleOut], auth=require(VIEW),
            operation_id="list_stock_alert_rules")  # fmt: skip
def get_rules(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Rules of stock alerts in scope."""
    return paginate(list_rules().order_by("pk"), asked, by="id")


@router.put("/rules", response=AlertRuleOut, auth=require(RULES),
            operation_id="set_stock_alert_rule")  # fmt: skip
def put_rule(request: HttpRequest, body: AlertRuleIn) -> Any:
    """Say when partners are warned; the rule of this node, level and tier is replaced."""
    if body.over_days and body.over_days <= body.low_days:
        raise DomainError(_("Overstock begins above low stock."), field="over_days")
    days = {name: value for name, value in body.dict().items() if name.endswith("_days")}
    return set_rule(
        node_for(body.node_id, field="node_id"),
        level=body.level,
        tier=body.tier,
        limits=Limits(**days),
        actor=principal_of(request),
    )


@router.delete("/rules/{rule_id}", response={204: None}, auth=require(RULES),
               operation_id="remove_stock_alert_rule")  # fmt: skip
def delete_rule(request: HttpRequest, rule_id: int) -> Status[None]:
    """Take a rule away: the next one above holds, or none."""
    remove_rule(named(list_rules(), rule_id), actor=principal_of(request))
    return Status(204, None)


@router.get("/safety", response=Page[SafetyOut], auth=EITHER, operation_id="list_safety_stock")
@filtered(SafetyFilters)
def get_safety(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Safety stock in scope."""
    return paginate(narrow(list_safety().order_by("pk"), request), asked, by="id", show=_safety)


@router.put("/safety", response=SafetySet, auth=require(SAFETY), operation_id="set_safety_stock")
def put_safety(request: HttpRequest, body: SafetyIn) -> Any:
    """Set the safety stock of the products named; the last of two lines for one product counts."""
    node = node_for(body.node_id, field="node_id")
    ids = ids_by_code(line.sku for line in body.lines)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": line.sku, "message": message}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    if faults:
        raise DomainError(message, code="transfers.unknown_sku", rows=faults)
    quantities = {ids[line.sku]: line.quantity for line in body.lines}
    return {"products": set_safety(node, quantities, actor=principal_of(request))}


@router.get("/safety/suggestions", response=list[SuggestionOut], auth=require(SAFETY),
            operation_id="suggest_safety_stock")  # fmt: skip
def get_suggestions(request: HttpRequest, asked: Query[WishQuery]) -> Any:
    """What the daily sales of the last eight weeks suggest; nothing is set."""
    node = node_for(asked.node_id, field="node_id")
    wish = Wish(asked.service, asked.lead_days)
    return [_suggestion(row) for row in suggest_safety(node, wish, on=timezone.localdate())]


def _alert(alert: StockAlert) -> dict[str, Any]:
    names = ("node_id", "kind", "severity", "quantity", "days", "amount", "since", "on")
    return {name: getattr(alert, name) for name in names} | {"sku": alert.sku.code}


def _safety(row: SafetyStock) -> dict[str, Any]:
    names = ("id", "node_id", "quantity", "on_hand")
    return {name: getattr(row, name) for name in names} | {"sku": row.sku.code}


def _suggestion(row: Suggestion) -> dict[str, Any]:
    names = ("daily", "present", "suggested")
    return {name: getattr(row, name) for name in names} | {"sku": row.sku.code}
