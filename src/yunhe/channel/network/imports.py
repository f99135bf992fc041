"""Partner files: dealers, sub-dealers and stores, one line each."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.errors import PartnerRefused
from yunhe.channel.network.permissions import CHANGE
from yunhe.channel.network.services.bulk import PartnerRow, ensure_partners
from yunhe.platform.access.models import Node
from yunhe.platform.intake.declarations import Batch, Field, ImportType, Kind, Lookup, register

_COLUMNS = (
    "store", "name", "name_en", "parent_code", "level", "tier", "province", "city", "city_en",
    "address", "address_en", "contact_name", "phone",
)  # fmt: skip
_PARENTS = "SELECT upper(code), code FROM access_node WHERE id = ANY (%(node_ids)s::bigint[])"


def check_headquarters(columns: Mapping[str, int], node_id: int) -> None:
    """Partners of others could be renamed by their code, so only the root sends such files."""
    if Node.objects.filter(pk=node_id, parent__isnull=False).exists():
        raise PartnerRefused(_("Only headquarters imports the network in bulk."))


def post_stores(batch: Batch) -> int:
    """Create partners that are missing below their parent, update the dossiers of the others."""
    with connection.cursor() as cursor:
        names = ", ".join(_COLUMNS)
        cursor.execute(
            f"SELECT {names} FROM {batch.table} WHERE {batch.span} ORDER BY row"  # noqa: S608  # constant names
        )
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    root = Node.objects.values_list("code", flat=True).get(pk=batch.node_id)
    rows = []
    for row in found:
        filled = {name: value for name, value in row.items() if value is not None}
        code = filled.pop("store")
        defaults = {"parent_code": root, "level": Level.STORE, "tier": Tier.GROWTH}
        rows.append(PartnerRow(code=code, **{**defaults, **filled}))
    ensure_partners(rows, actor=batch.actor, now=batch.now)
    return len(rows)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


STORES = register(
    ImportType(
        code="stores",
        label=_("dealers and stores"),
        help=_("One line per partner: code, name, who stands above it, level, address."),
        permission=CHANGE,
        fields=(
            Field(
                name="store",
                label=_("partner code"),
                kind=Kind.CODE,
                required=True,
                max_length=40,
                aliases=_words(
                    "store number|store code|store id|code|partner code|dealer code"
                    "|门店编码|门店编号|门店代码|终端编码|经销商编码|客户编码"
                ),
            ),
            Field(
                name="name",
                label=_("name"),
                required=True,
                aliases=_words(
                    "store name|partner name|dealer name|门店名称|终端名称|经销商名称|名称"
                ),
            ),
            Field(name="name_en", label=_("English name"), aliases=_words("english name|英文名称")),
            Field(
                name="parent",
                label=_("code of the one above"),
                kind=Kind.CODE,
                filled=True,
                max_length=40,
                aliases=_words("parent|parent code|dealer|上级编码|所属经销商编码|上级"),
            ),
            Field(
                name="level",
                label=_("level"),
                kind=Kind.CHOICE,
                choices={
                    "dealer": Level.DEALER,
                    "经销商": Level.DEALER,
                    "sub-dealer": Level.SUB_DEALER,
                    "sub_dealer": Level.SUB_DEALER,
                    "二级经销商": Level.SUB_DEALER,
                    "分销商": Level.SUB_DEALER,
                    "store": Level.STORE,
                    "终端门店": Level.STORE,
                    "门店": Level.STORE,
                },
                aliases=_words("channel level|级别|渠道级别|类型"),
            ),
            Field(
                name="tier",
                label=_("tier"),
                kind=Kind.CHOICE,
                choices={
                    "core": Tier.CORE,
                    "核心": Tier.CORE,
                    "growth": Tier.GROWTH,
                    "成长": Tier.GROWTH,
                    "observation": Tier.OBSERVATION,
                    "观察": Tier.OBSERVATION,
                },
                aliases=_words("grade|分级|等级"),
            ),
            Field(
                name="province",
                label=_("province"),
                max_length=40,
                aliases=_words("state|省份|省"),
            ),
            Field(name="city", label=_("city"), max_length=40, aliases=_words("城市|市")),
            Field(
                name="city_en",
                label=_("city in English"),
                max_length=60,
                aliases=_words("english city|英文城市"),
            ),
            Field(
                name="address", label=_("address"), max_length=200, aliases=_words("地址|详细地址")
            ),
            Field(
                name="address_en",
                label=_("address in English"),
                max_length=200,
                aliases=_words("english address|英文地址"),
            ),
            Field(
                name="contact_name",
                label=_("contact"),
                max_length=60,
                aliases=_words("contact|contact name|联系人"),
            ),
            Field(
                name="phone",
                label=_("phone"),
                kind=Kind.CODE,
                max_length=30,
                aliases=_words("telephone|mobile|电话|手机|联系电话"),
            ),
        ),
        lookups=(
            Lookup(
                code="unknown_parent",
                field="parent",
                keys=('upper("parent")',),
                gives={"parent_code": "VARCHAR"},
                sql=_PARENTS,
                message=_("There is no node with the code “%(value)s” to stand below."),
                hint=_(
                    "Add the partner above first; its own line may be in the same file: replay."
                ),
                master_url="network:list",
            ),
        ),
        keys=(("store",),),
        releases=("unknown_store", "unknown_customer", "unknown_parent"),
        check=check_headquarters,
        post=post_stores,
    )
)
