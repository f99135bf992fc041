"""Ready-made rules of Chinese law, to be adopted: which goods, which document, which article.

The goods are named by their regulated class, an attribute of products (`GOODS_CLASS`), or by a
category of the house. Nothing here is in force until somebody adopts it; sources are cited so that
they can be checked before.
"""

from __future__ import annotations

from dataclasses import dataclass

from yunhe.channel.network.choices import LicenceKind
from yunhe.trade.compliance.choices import Demand, GoodsField, RegistrationKind

GOODS_CLASS = "goods_class"
GOODS_CLASS_NAMES = ("监管类别", "Regulated class")


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A rule as the law states it. `local`: it holds only in provinces that still ask for it."""

    code: str
    name: str
    name_en: str
    field: GoodsField
    goods: str
    source: str
    licence: LicenceKind | None = None
    registration: RegistrationKind | None = None
    local: bool = False

    @property
    def demand(self) -> Demand:
        return Demand.LICENCE if self.licence else Demand.REGISTRATION


ORDINARY = "普通商品"
FOOD, ALCOHOL, HEALTH = "食品", "酒类", "保健食品"
INFANT, MEDICAL_FOOD, IMPORTED = "婴幼儿配方乳粉", "特殊医学用途配方食品", "进口食品"
CLASS_2, CLASS_3 = "第二类医疗器械", "第三类医疗器械"
DRUG, COSMETIC, HAZARDOUS = "药品", "化妆品", "危险化学品"
GOODS = {
    ORDINARY: "Ordinary goods",
    FOOD: "Food",
    ALCOHOL: "Alcohol",
    HEALTH: "Health food",
    INFANT: "Infant formula",
    MEDICAL_FOOD: "Food for special medical purposes",
    IMPORTED: "Imported food",
    CLASS_2: "Class II medical device",
    CLASS_3: "Class III medical device",
    DRUG: "Medicine",
    COSMETIC: "Cosmetics",
    HAZARDOUS: "Hazardous chemical",
}
"""Options of the attribute with their English names, from the unregulated to the strictest."""
_FOOD_LAW = "《中华人民共和国食品安全法》"
_DEVICES = "《医疗器械监督管理条例》（国务院令第739号）"
_CHEMICALS = "《危险化学品安全管理条例》（国务院令第591号）"


def _food(code: str, name: str, name_en: str, goods: str) -> Standard:
    return Standard(
        code=code,
        name=name,
        name_en=name_en,
        field=GoodsField.ALCOHOL if goods == ALCOHOL else GoodsField.FOOD,
        goods=goods,
        source=f"{_FOOD_LAW}第三十五条；《食品经营许可和备案管理办法》第四条",
        licence=LicenceKind.FOOD,
    )


def _registered(
    code: str, name: str, name_en: str, goods: str, *, kind: RegistrationKind, source: str
) -> Standard:
    field = {
        DRUG: GoodsField.DRUG,
        COSMETIC: GoodsField.OTHER,
        CLASS_2: GoodsField.MEDICAL,
        CLASS_3: GoodsField.MEDICAL,
        HAZARDOUS: GoodsField.HAZARDOUS,
    }.get(goods, GoodsField.FOOD)
    return Standard(
        code=code,
        name=name,
        name_en=name_en,
        field=field,
        goods=goods,
        source=source,
        registration=kind,
    )


STANDARDS: tuple[Standard, ...] = (
    _food("CN-FOOD-1", "食品经营须许可或备案", "Food: operation licence or filing", FOOD),
    _registered(
        "CN-FOOD-2",
        "食品须持生产许可（SC）",
        "Food: production licence (SC)",
        FOOD,
        kind=RegistrationKind.FOOD_PRODUCTION,
        source=f"{_FOOD_LAW}第三十五条；《食品生产许可管理办法》第二条",
    ),
    _registered(
        "CN-FOOD-3",
        "进口食品须随附检验检疫证明",
        "Imported food: inspection certificate",
        IMPORTED,
        kind=RegistrationKind.IMPORT,
        source=f"{_FOOD_LAW}第九十二条",
    ),
    _food("CN-FOOD-4", "进口食品经营须许可或备案", "Imported food: operation licence", IMPORTED),
    _registered(
        "CN-HEALTH-1",
        "保健食品须注册或备案",
        "Health food: registration or filing",
        HEALTH,
        kind=RegistrationKind.HEALTH_FOOD,
        source=f"{_FOOD_LAW}第七十六条",
    ),
    _food("CN-HEALTH-2", "保健食品经营须许可或备案", "Health food: operation licence", HEALTH),
    _registered(
        "CN-INFANT-1",
        "婴幼儿配方乳粉须配方注册",
        "Infant formula: recipe registration",
        INFANT,
        kind=RegistrationKind.INFANT_FORMULA,
        source=f"{_FOOD_LAW}第八十一条",
    ),
    _food("CN-INFANT-2", "婴幼儿配方乳粉经营须许可或备案", "Infant formula: licence", INFANT),
    _registered(
        "CN-FSMP-1",
        "特殊医学用途配方食品须注册",
        "Food for special medical purposes: registration",
        MEDICAL_FOOD,
        kind=RegistrationKind.MEDICAL_FOOD,
        source=f"{_FOOD_LAW}第八十条",
    ),
    _food("CN-ALC-1", "酒类经营须食品经营许可或备案", "Alcohol: food operation licence", ALCOHOL),
    Standard(
        code="CN-ALC-2",
        name="酒类流通须备案（地方）",
        name_en="Alcohol: local distribution filing",
        field=GoodsField.ALCOHOL,
        goods=ALCOHOL,
        source="地方酒类管理条例；全国性备案已随商务部令2016年第4号废止",
        licence=LicenceKind.ALCOHOL,
        local=True,
    ),
    Standard(
        code="CN-MED-2",
        name="第二类医疗器械经营须备案",
        name_en="Class II medical devices: filing",
        field=GoodsField.MEDICAL,
        goods=CLASS_2,
        source=f"{_DEVICES}第四十一条",
        licence=LicenceKind.MEDICAL_2,
    ),
    Standard(
        code="CN-MED-3",
        name="第三类医疗器械经营须许可",
        name_en="Class III medical devices: licence",
        field=GoodsField.MEDICAL,
        goods=CLASS_3,
        source=f"{_DEVICES}第四十二条",
        licence=LicenceKind.MEDICAL_3,
    ),
    _registered(
        "CN-MED-4",
        "第二类医疗器械产品须注册",
        "Class II medical devices: product registration",
        CLASS_2,
        kind=RegistrationKind.MEDICAL,
        source=f"{_DEVICES}第十三条、第五十五条",
    ),
    _registered(
        "CN-MED-5",
        "第三类医疗器械产品须注册",
        "Class III medical devices: product registration",
        CLASS_3,
        kind=RegistrationKind.MEDICAL,
        source=f"{_DEVICES}第十三条、第五十五条",
    ),
    Standard(
        code="CN-DRUG-1",
        name="药品经营须许可",
        name_en="Drugs: distribution licence",
        field=GoodsField.DRUG,
        goods=DRUG,
        source="《中华人民共和国药品管理法》第五十一条",
        licence=LicenceKind.DRUG,
    ),
    _registered(
        "CN-DRUG-2",
        "药品须取得注册证书",
        "Drugs: registration certificate",
        DRUG,
        kind=RegistrationKind.DRUG,
        source="《中华人民共和国药品管理法》第二十四条",
    ),
    _registered(
        "CN-COS-1",
        "化妆品须注册或备案",
        "Cosmetics: registration or filing",
        COSMETIC,
        kind=RegistrationKind.COSMETICS,
        source="《化妆品监督管理条例》（国务院令第727号）第十七条",
    ),
    Standard(
        code="CN-HAZ-1",
        name="危险化学品经营须许可",
        name_en="Hazardous chemicals: operation licence",
        field=GoodsField.HAZARDOUS,
        goods=HAZARDOUS,
        source=f"{_CHEMICALS}第三十三条",
        licence=LicenceKind.HAZARDOUS,
    ),
    _registered(
        "CN-HAZ-2",
        "危险化学品须持安全生产许可",
        "Hazardous chemicals: production safety permit",
        HAZARDOUS,
        kind=RegistrationKind.HAZARDOUS,
        source=f"{_CHEMICALS}第十四条",
    ),
)
BY_CODE = {standard.code: standard for standard in STANDARDS}
