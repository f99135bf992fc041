"""Files of competitors' prices."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import (
    Batch,
    Field,
    ImportType,
    Kind,
    Lookup,
    Rule,
    register,
)
from yunhe.trade.pricing.choices import Channel
from yunhe.trade.pricing.permissions import RECORD

_PLACES = "SELECT upper(code), id FROM access_node WHERE id = ANY (%(node_ids)s::bigint[])"
_ITEMS = "SELECT upper(code), id FROM catalog_sku"
_POST = """
INSERT INTO pricing_competitorprice
       (node_id, competitor, product, sku_id, price, currency, channel, seen_on, note, source_key,
        recorded_by_id, recorded_at)
SELECT coalesce(place_id, %(node)s), left(competitor, 60), product, sku_id, price, %(currency)s,
       coalesce(channel, ''), seen_on, coalesce(note, ''), 'import:' || %(import)s || ':' || row,
       %(user)s, %(now)s
  FROM {table} WHERE {span} ORDER BY row
    ON CONFLICT (source_key) WHERE source_key <> '' DO NOTHING
"""


def post_prices(batch: Batch) -> int:
    """Every row is one price seen; a row posted before is not written again."""
    statement = _POST.format(table=batch.table, span=batch.span)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "node": batch.node_id,
                "currency": settings.CURRENCY,
                "import": batch.import_id,
                "user": batch.actor.user_id,
                "now": batch.now,
            },
        )
    return batch.rows


COMPETITOR_PRICES = register(
    ImportType(
        code="competitor_prices",
        label=_("Competitors' price records"),
        help=_("Prices of competing products seen in stores, compared per base unit with our own."),
        permission=RECORD,
        post=post_prices,
        fields=(
            Field(
                name="place",
                label=_("Seen at"),
                kind=Kind.CODE,
                aliases=("node", "store", "门店", "采集地点", "门店编码"),
                max_length=40,
            ),
            Field(
                name="competitor",
                label=_("Competitor"),
                aliases=("brand", "竞品品牌", "竞争对手", "厂商"),
                required=True,
                max_length=60,
            ),
            Field(
                name="product",
                label=_("Competing product"),
                aliases=("competing product", "竞品", "竞品名称"),
                required=True,
            ),
            Field(
                name="item",
                label=_("Our product (code)"),
                kind=Kind.CODE,
                aliases=("sku", "our sku", "我方商品", "商品编码"),
                max_length=40,
            ),
            Field(
                name="price",
                label=_("Price"),
                kind=Kind.NUMBER,
                aliases=("price", "价格", "单价", "零售价"),
                required=True,
            ),
            Field(
                name="seen_on",
                label=_("Seen on"),
                kind=Kind.DATE,
                aliases=("date", "日期", "采集日期"),
                required=True,
            ),
            Field(
                name="channel",
                label=_("Sales channel"),
                kind=Kind.CHOICE,
                aliases=("channel", "渠道", "销售渠道"),
                choices={value: value for value in Channel.values}
                | {
                    "传统渠道": Channel.TRADITIONAL,
                    "现代渠道": Channel.MODERN,
                    "电商渠道": Channel.ONLINE,
                    "餐饮渠道": Channel.CATERING,
                    "团购渠道": Channel.GROUP,
                },
            ),
            Field(name="note", label=_("Note"), aliases=("note", "备注"), max_length=200),
        ),
        lookups=(
            Lookup(
                code="unknown_place",
                field="place",
                keys=('upper("place")',),
                gives={"place_id": "BIGINT"},
                sql=_PLACES,
                message=_("There is no partner or region with the code “%(value)s” among yours."),
                hint=_("Correct the code, or leave it out: the sender's own place is taken."),
                master_url="network:list",
            ),
            Lookup(
                code="unknown_item",
                field="item",
                keys=('upper("item")',),
                gives={"sku_id": "BIGINT"},
                sql=_ITEMS,
                message=_("There is no product with the code “%(value)s”."),
                hint=_("Add the product, or say which of our products the sender means."),
                master_url="catalog:list",
            ),
        ),
        rules=(
            Rule(
                code="price",
                field="price",
                bad='"price" <= 0',
                message=_("The price must be above zero."),
            ),
            Rule(
                code="future_date",
                field="seen_on",
                bad='"seen_on" > $today',
                message=_("The date “%(value)s” lies in the future."),
            ),
        ),
    )
)
