"""The columns of a sales file, under the names that dealers give them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import Field, Kind

UNIT_WORDS = {
    "piece": "piece pieces pcs pc ea each 件 个 支 只 枚",
    "bottle": "bottle bottles btl 瓶",
    "can": "can cans 听 罐",
    "bag": "bag bags 袋 包",
    "cup": "cup cups 杯",
    "box": "box boxes bx 盒",
    "tin": "tin tins 桶",
    "roll": "roll rolls 卷",
    "kg": "kg kilogram 公斤 千克",
    "litre": "l litre liter 升",
    "set": "set sets 套",
    "pack": "pack packs pk 提 组",
    "case": "case cases cs ctn carton 箱",
    "layer": "layer 层",
    "pallet": "pallet plt 托 托盘 板",
}
_UNITS_BY_WORD = {
    word: unit for unit, words in UNIT_WORDS.items() for word in (unit, *words.split())
}
_RETURN_WORDS = "return returns refund cancel cancelled 退 退货 退回 红字 冲销"
_SALE_WORDS = "sale sales sold invoice 销 销售 售出 正常 蓝字"


def unit_named(word: str) -> str:
    """The unit that a word in any language means; an unknown word is its own unit."""
    return _UNITS_BY_WORD.get(word.lower(), word)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FIELDS = (
    Field(
        name="on",
        label=_("date"),
        kind=Kind.DATE,
        required=True,
        aliases=_words(
            "date|sales date|invoice date|order date|transaction date|day|日期|销售日期|"
            "单据日期|业务日期|开单日期|交易日期|出库日期"
        ),
    ),
    Field(
        name="store",
        label=_("partner code"),
        kind=Kind.CODE,
        filled=True,
        max_length=60,
        aliases=_words(
            "store code|store number|store id|store no|partner code|dealer code|门店编码|"
            "门店编号|门店代码|门店|终端编码|店号|经销商编码|客户代码"
        ),
    ),
    Field(
        name="counterparty",
        label=_("customer code"),
        kind=Kind.CODE,
        max_length=60,
        aliases=_words(
            "customer code|customer id|customer|buyer|sold to|ship to|客户编码|客户编号|"
            "购货单位编码|下级客户编码|收货方编码"
        ),
    ),
    Field(
        name="item",
        label=_("item code"),
        kind=Kind.CODE,
        max_length=60,
        aliases=_words(
            "item code|item number|sku|sku code|stock code|product code|article|商品编码|"
            "产品编码|物料编码|货号|商品编号|产品代码|存货编码"
        ),
    ),
    Field(
        name="gtin",
        label=_("barcode"),
        kind=Kind.CODE,
        max_length=20,
        aliases=_words("barcode|ean|upc|条码|条形码|商品条码|69码|国际条码"),
    ),
    Field(
        name="quantity",
        label=_("quantity"),
        kind=Kind.NUMBER,
        required=True,
        aliases=_words(
            "qty|bottles|units|units sold|bottles sold|sales qty|pieces|数量|销售数量|销量|"
            "出库数量|件数"
        ),
    ),
    Field(
        name="unit",
        label=_("unit"),
        kind=Kind.CHOICE,
        choices={
            word: unit for unit, words in UNIT_WORDS.items() for word in (unit, *words.split())
        },
        aliases=_words("uom|unit of measure|单位|计量单位|销售单位"),
    ),
    Field(
        name="price",
        label=_("unit price"),
        kind=Kind.NUMBER,
        aliases=_words("unit price|price each|单价|销售单价|售价"),
    ),
    Field(
        name="amount",
        label=_("amount"),
        kind=Kind.NUMBER,
        aliases=_words(
            "sales amount|total|line total|value|sale usd|sale dollars|sales|金额|销售金额|"
            "销售额|价税合计|实收金额|含税金额"
        ),
    ),
    Field(
        name="direction",
        label=_("sale or return"),
        kind=Kind.CHOICE,
        choices=dict.fromkeys(_RETURN_WORDS.split(), "return")
        | dict.fromkeys(_SALE_WORDS.split(), "sale"),
        aliases=_words("type|sale type|transaction type|销售类型|业务类型|单据类型"),
    ),
    Field(
        name="document",
        label=_("document number"),
        kind=Kind.CODE,
        max_length=60,
        aliases=_words(
            "invoice|invoice no|invoice number|order no|receipt no|basket id|单号|单据编号|"
            "销售单号|小票号|发票号|订单号|出库单号"
        ),
    ),
    Field(
        name="line_no",
        label=_("line number in the document"),
        kind=Kind.CODE,
        max_length=20,
        aliases=_words("line no|line number|行号|序号|明细行号"),
    ),
    Field(
        name="line_id",
        label=_("unique line id"),
        kind=Kind.CODE,
        max_length=120,
        aliases=_words("invoice line|line key|transaction line id|明细ID|流水号|唯一行号"),
    ),
    Field(
        name="item_name",
        label=_("product name"),
        staged=False,
        aliases=_words(
            "description|item description|product name|item name|商品名称|产品名称|品名|"
            "物料名称|存货名称"
        ),
    ),
    Field(
        name="store_name",
        label=_("partner name"),
        staged=False,
        aliases=_words("store name|partner name|dealer name|门店名称|终端名称|经销商名称"),
    ),
    Field(
        name="customer_name",
        label=_("customer name"),
        staged=False,
        aliases=_words("customer name|buyer name|客户名称|购货单位|收货方"),
    ),
)
