"""Schedule files: one line per product and day."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.permissions import CHANGE
from yunhe.goods.schedule.services import PlanLine, plan_production
from yunhe.platform.access.models import Node
from yunhe.platform.intake.declarations import (
    Batch,
    Field,
    ImportType,
    Kind,
    Lookup,
    Option,
    Rule,
    register,
)

FIELDS = (
    Field(
        name="item",
        label=_("product code"),
        kind=Kind.CODE,
        required=True,
        max_length=60,
        aliases=("item", "sku", "product code", "item code", "商品编码", "产品编码", "物料编码"),
    ),
    Field(
        name="on",
        label=_("available on"),
        kind=Kind.DATE,
        required=True,
        aliases=("date", "available on", "production date", "日期", "入库日期", "计划日期"),
    ),
    Field(
        name="quantity",
        label=_("quantity"),
        kind=Kind.NUMBER,
        required=True,
        scale=3,
        aliases=("quantity", "qty", "数量", "计划数量"),
    ),
    Field(
        name="plan",
        label=_("plan number"),
        kind=Kind.CODE,
        max_length=60,
        aliases=("plan", "plan number", "work order", "计划号", "工单号"),
    ),
)


def post_schedule(batch: Batch) -> int:
    """Lines of the batch into the schedule of the sending place; the same line is overwritten."""
    # names that intake made; nothing of a request reaches this text
    statement = (
        f"SELECT item_id, \"on\", sum(quantity), coalesce(plan, '') FROM {batch.table}"  # noqa: S608
        f" WHERE {batch.span} GROUP BY 1, 2, 4"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    confirmed = batch.options.get("confirmed") == "yes"
    lines = [
        PlanLine(sku_id=sku, on=on, quantity=quantity, confirmed=confirmed, ref=ref)
        for sku, on, quantity, ref in rows
    ]
    plan_production(Node.objects.get(pk=batch.node_id), lines, actor=batch.actor)
    return batch.rows


SCHEDULE: Any = register(
    ImportType(
        code="production_schedule",
        label=_("production schedule"),
        help=_("One line per product and day: code, day, quantity in base units."),
        permission=CHANGE,
        fields=FIELDS,
        lookups=(
            Lookup(
                code="unknown_item",
                field="item",
                keys=('upper("item")',),
                gives={"item_id": "BIGINT"},
                sql="SELECT upper(code), id FROM catalog_sku",
                message=_("There is no product with the code “%(value)s”."),
                master_url="catalog:list",
            ),
        ),
        rules=(
            Rule(
                code="below_zero",
                field="quantity",
                bad='"quantity" < 0',
                message=_("The quantity is not below zero."),
            ),
        ),
        keys=(("item", "on", "plan"), ("item", "on")),
        options=(
            Option(
                name="confirmed",
                label=_("confirmed"),
                default="no",
                choices={"no": _("not confirmed"), "yes": _("confirmed")},
            ),
        ),
        total="quantity",
        post=post_schedule,
    )
)
