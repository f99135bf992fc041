"""Translation table of the real categories, product types and pack sizes.

The dataset has no brand names: the four brands and the company are inventions of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COMPANY = ("澜禾食品集团（演示）", "Lanhe Foods Group (demo)")

BRANDS: dict[str, tuple[str, str, str]] = {
    "dairy": ("LM", "澜牧", "Lanmu"),
    "drinks": ("QB", "沁泊", "Qinbo"),
    "pantry": ("SH", "穗禾居", "Suiheju"),
    "household": ("XB", "絮白", "Xubai"),
}
"""Division → brand code, Chinese and English name; invented, one a division."""

DIVISIONS: dict[str, tuple[str, str]] = {
    "dairy": ("乳品", "Dairy"),
    "drinks": ("饮料", "Drinks"),
    "pantry": ("粮油食品", "Pantry food"),
    "household": ("家庭用纸与日用", "Paper and household"),
}

CATEGORIES: dict[str, tuple[str, str]] = {
    "FLUID MILK PRODUCTS": ("液态奶", "Fluid milk"),
    "CHEESE": ("奶酪", "Cheese"),
    "YOGURT": ("酸奶", "Yogurt"),
    "MILK BY-PRODUCTS": ("乳制品", "Milk products"),
    "BUTTER": ("黄油", "Butter"),
    "SOFT DRINKS": ("碳酸饮料", "Soft drinks"),
    "REFRGRATD JUICES/DRNKS": ("冷藏果汁与饮品", "Chilled juices and drinks"),
    "CANNED JUICES": ("常温果汁", "Ambient juices"),
    "WATER - CARBONATED/FLVRD DRINK": ("饮用水与气泡水", "Water and sparkling water"),
    "VEGETABLES - SHELF STABLE": ("蔬菜罐头", "Canned vegetables"),
    "FRUIT - SHELF STABLE": ("水果罐头", "Canned fruit"),
    "BEANS - CANNED GLASS & MW": ("豆类罐头", "Canned beans"),
    "SEAFOOD - SHELF STABLE": ("海鲜罐头", "Canned seafood"),
    "SOUP": ("汤品", "Soup"),
    "DRY NOODLES/PASTA": ("意面与干面", "Pasta and noodles"),
    "DINNER MXS:DRY": ("方便主食", "Dinner mixes"),
    "COLD CEREAL": ("即食谷物", "Cereal"),
    "SUGARS/SWEETNERS": ("食糖", "Sugar"),
    "SHORTENING/OIL": ("食用油", "Cooking oil"),
    "CRACKERS/MISC BKD FD": ("饼干与烘烤食品", "Crackers and baked food"),
    "COOKIES/CONES": ("曲奇", "Cookies"),
    "BAG SNACKS": ("膨化休闲食品", "Bagged snacks"),
    "PNT BTR/JELLY/JAMS": ("花生酱与果酱", "Peanut butter and jams"),
    "CONDIMENTS/SAUCES": ("调味酱", "Condiments and sauces"),
    "SALD DRSNG/SNDWCH SPRD": ("沙拉酱与抹酱", "Dressings and spreads"),
    "PAPER TOWELS": ("厨房用纸", "Kitchen paper"),
    "BATH TISSUES": ("卫生纸", "Toilet paper"),
    "FACIAL TISS/DNR NAPKIN": ("面巾纸与餐巾纸", "Tissues and napkins"),
    "PAPER HOUSEWARES": ("一次性餐具", "Disposable tableware"),
    "FD WRAPS/BAGS/TRSH BG": ("保鲜与包装用品", "Wraps and bags"),
}

Measure = Literal["liquid", "solid", "piece", "roll"]


@dataclass(frozen=True, slots=True)
class ProductWord:
    """Name of a product type in both languages; how its pack is measured; its consumer unit."""

    zh: str
    en: str
    measure: Measure
    unit_zh: str
    unit_en: str


BASE_UNITS = {
    "个": "piece",
    "件": "piece",
    "瓶": "bottle",
    "盒": "box",
    "罐": "can",
    "包": "bag",
    "袋": "bag",
    "杯": "cup",
    "提": "pack",
}
"""The Chinese consumer unit → the catalogue's unit."""


def _w(zh: str, en: str, measure: Measure, unit_zh: str, unit_en: str) -> ProductWord:
    return ProductWord(zh, en, measure, unit_zh, unit_en)


PRODUCT_TYPES: dict[str, ProductWord] = {
    "FLUID MILK WHITE ONLY": _w("纯牛奶", "White milk", "liquid", "瓶", "bottle"),
    "CHOCOLATE MILK": _w("巧克力牛奶", "Chocolate milk", "liquid", "瓶", "bottle"),
    "REFRIGERATED COFFEE CREAMERS": _w("咖啡奶精", "Coffee creamer", "liquid", "瓶", "bottle"),
    "CREAM CHEESE": _w("奶油奶酪", "Cream cheese", "solid", "盒", "tub"),
    "GRATED CHEESE": _w("奶酪粉", "Grated cheese", "solid", "罐", "jar"),
    "IWS SINGLE CHEESE": _w("独立装奶酪片", "Wrapped cheese slices", "solid", "包", "pack"),
    "NATURAL CHEESE EXACT WT CHUNKS": _w(
        "天然奶酪块", "Natural cheese block", "solid", "个", "piece"
    ),
    "NATURAL CHEESE EXACT WT SLICES": _w(
        "天然奶酪切片", "Natural cheese slices", "solid", "包", "pack"
    ),
    "SHREDDED CHEESE": _w("奶酪碎", "Shredded cheese", "solid", "包", "bag"),
    "YOGURT NOT MULTI-PACKS": _w("单杯酸奶", "Single-cup yogurt", "solid", "杯", "cup"),
    "COTTAGE CHEESE": _w("茅屋奶酪", "Cottage cheese", "solid", "盒", "tub"),
    "REFRIG DIPS": _w("冷藏蘸酱", "Chilled dip", "solid", "盒", "tub"),
    "SOUR CREAMS": _w("酸奶油", "Sour cream", "solid", "盒", "tub"),
    "BUTTER": _w("黄油", "Butter", "solid", "盒", "box"),
    "SFT DRNK 2 LITER BTL CARB INCL": _w("瓶装汽水", "Bottled soda", "liquid", "瓶", "bottle"),
    "SOFT DRINKS 12/18&15PK CAN CAR": _w("多罐装汽水", "Multi-can soda", "liquid", "提", "pack"),
    "SOFT DRINKS 20PK&24PK CAN CARB": _w("整箱罐装汽水", "Case-pack soda", "liquid", "提", "pack"),
    "MIXERS(CLUB SODA/SELTZERS)FLAV": _w("苏打汽水", "Club soda", "liquid", "瓶", "bottle"),
    "DAIRY CASE 100% PURE JUICE - O": _w("鲜橙汁", "Pure orange juice", "liquid", "瓶", "bottle"),
    "DAIRY CASE 100% PURE JUICE OTH": _w("纯果汁", "Pure fruit juice", "liquid", "瓶", "bottle"),
    "DAIRY CASE FRUIT DRINKS (NO JU": _w("果味饮料", "Fruit drink", "liquid", "瓶", "bottle"),
    "DAIRY CASE JUICE DRNK UNDER 10": _w("果汁饮料", "Juice drink", "liquid", "瓶", "bottle"),
    "DAIRY CASE TEA WITH SUGAR OR S": _w(
        "甜味冷藏茶", "Sweet chilled tea", "liquid", "瓶", "bottle"
    ),
    "APPLE JUICE & CIDER (OVER 50%": _w("苹果汁", "Apple juice", "liquid", "瓶", "bottle"),
    "CRANAPPLE CRAN GRAPE JUICE (5": _w(
        "蔓越莓混合果汁", "Cranberry blend juice", "liquid", "瓶", "bottle"
    ),
    "CRANBERRY JUICE (50% AND UNDER": _w(
        "蔓越莓汁饮料", "Cranberry juice drink", "liquid", "瓶", "bottle"
    ),
    "CARBONATED WATER - FLVRD SWEET": _w(
        "风味气泡水", "Flavoured sparkling water", "liquid", "瓶", "bottle"
    ),
    "NON-CRBNTD DRNKING/MNERAL WATE": _w("饮用水", "Drinking water", "liquid", "件", "piece"),
    "SPRING WATER": _w("山泉水", "Spring water", "liquid", "瓶", "bottle"),
    "BEANS GREEN: FS/WHL/CUT": _w("青刀豆罐头", "Canned green beans", "solid", "罐", "can"),
    "CORN": _w("玉米粒罐头", "Canned corn", "solid", "罐", "can"),
    "MUSHROOMS CND & GLASS": _w("蘑菇罐头", "Canned mushrooms", "solid", "罐", "can"),
    "PEAS GREEN": _w("青豌豆罐头", "Canned green peas", "solid", "罐", "can"),
    "TOMATO SAUCE": _w("番茄调味酱", "Tomato sauce", "solid", "罐", "can"),
    "TOMATOES: STEWED/DICED/CRMD": _w("番茄丁罐头", "Canned tomatoes", "solid", "罐", "can"),
    "FRUIT BOWL AND CUPS": _w("果杯", "Fruit cups", "solid", "个", "piece"),
    "PEARS": _w("糖水梨罐头", "Canned pears", "solid", "罐", "can"),
    "PINEAPPLE": _w("菠萝罐头", "Canned pineapple", "solid", "罐", "can"),
    "VARIETY BEANS - KIDNEY PINTO": _w("什锦豆罐头", "Canned mixed beans", "solid", "罐", "can"),
    "TUNA": _w("金枪鱼罐头", "Canned tuna", "solid", "罐", "can"),
    "BROTH": _w("高汤", "Broth", "liquid", "罐", "can"),
    "CONDENSED SOUP": _w("浓缩汤罐头", "Condensed soup", "solid", "罐", "can"),
    "RTS SOUP: CHUNKY/HOMESTYLE ET": _w("即食浓汤", "Ready-to-serve soup", "solid", "罐", "can"),
    "MACARONI DRY": _w("通心粉", "Macaroni", "solid", "包", "bag"),
    "NOODLES DRY": _w("鸡蛋干面", "Dry noodles", "solid", "包", "bag"),
    "SPAGHETTI DRY": _w("意大利直面", "Spaghetti", "solid", "包", "bag"),
    "MACARONI & CHEESE DNRS": _w("芝士通心粉套餐", "Macaroni and cheese", "solid", "盒", "box"),
    "KIDS CEREAL": _w("儿童谷物圈", "Kids' cereal", "solid", "盒", "box"),
    "SUGAR": _w("白砂糖", "Sugar", "solid", "袋", "bag"),
    "CANOLA OILS": _w("菜籽油", "Canola oil", "liquid", "瓶", "bottle"),
    "VEGETABLE/SALAD OIL": _w("植物调和油", "Vegetable oil", "liquid", "瓶", "bottle"),
    "SOUP CRACKERS (SALTINE/OYSTER)": _w("苏打饼干", "Saltine crackers", "solid", "盒", "box"),
    "CROUTONS SALAD TOPPERS BREAD": _w("沙拉面包丁", "Croutons", "solid", "袋", "bag"),
    "TRAY PACK/CHOC CHIP COOKIES": _w(
        "巧克力豆曲奇", "Chocolate chip cookies", "solid", "包", "pack"
    ),
    "PRETZELS": _w("椒盐脆饼", "Pretzels", "solid", "袋", "bag"),
    "TORTILLA/NACHO CHIPS": _w("玉米片", "Tortilla chips", "solid", "袋", "bag"),
    "PEANUT BUTTER": _w("花生酱", "Peanut butter", "solid", "瓶", "jar"),
    "BBQ SAUCE": _w("烧烤酱", "Barbecue sauce", "solid", "瓶", "bottle"),
    "CATSUP": _w("番茄沙司", "Ketchup", "solid", "瓶", "bottle"),
    "POURABLE SALAD DRESSINGS": _w("沙拉汁", "Salad dressing", "liquid", "瓶", "bottle"),
    "SEMI-SOLID SALAD DRESSING MAY": _w("蛋黄沙拉酱", "Mayonnaise dressing", "liquid", "瓶", "jar"),
    "PAPER TOWELS & HOLDERS": _w("厨房纸巾", "Paper towels", "roll", "提", "pack"),
    "TOILET TISSUE": _w("卫生卷纸", "Toilet tissue", "roll", "提", "pack"),
    "BASIC PAPER PLATES": _w("一次性纸盘", "Paper plates", "piece", "包", "pack"),
    "FOAM PLATES": _w("泡沫餐盘", "Foam plates", "piece", "包", "pack"),
    "PLSTC CTLRYTBLCLTHSTTHPKSST": _w("塑料餐具", "Plastic cutlery", "piece", "盒", "box"),
}
"""Every product type of the chosen range; `test_words.py` fails when one is missing."""

_LITRES = {"GA": 3785.41, "QT": 946.353, "PT": 473.176, "L": 1000.0}
_FLUID_OUNCE_ML = 29.5735
_OUNCE_G = 28.3495
_SQUARE_FOOT_M2 = 0.092903


def pack_words(pack: str, measure: Measure) -> tuple[str, str]:
    """A normalised pack size in metric words: `("3.79升", "3.79 L")`; unknown: a standard pack."""
    if pack == "standard":
        return "常规装", "standard pack"
    count, _, rest = pack.rpartition(" x ")
    number, unit = rest.split(" ", 1)
    value = float(number)
    zh, en = _metric(value, unit, measure)
    if count:
        return f"{count}×{zh}", f"{count} x {en}"
    return zh, en


def _metric(value: float, unit: str, measure: Measure) -> tuple[str, str]:
    counted = {
        "PK": (f"{value:g}罐装", f"{value:g} cans"),
        "CT": (f"{value:g}只", f"{value:g} pcs"),
    }
    if unit in counted:
        return counted[unit]
    if unit == "SQ FT":
        area = f"{value * _SQUARE_FOOT_M2:.1f}"
        return f"{area}平方米", f"{area} m²"
    if unit == "OZ" and measure != "liquid":
        grams = value * _OUNCE_G
        if grams >= 1000:
            return f"{grams / 1000:.2f}千克", f"{grams / 1000:.2f} kg"
        return f"{grams:.0f}克", f"{grams:.0f} g"
    millilitres = value * (_FLUID_OUNCE_ML if unit == "OZ" else _LITRES[unit])
    if millilitres >= 1000:
        litres = f"{millilitres / 1000:.2f}".rstrip("0").rstrip(".")
        return f"{litres}升", f"{litres} L"
    return f"{millilitres:.0f}毫升", f"{millilitres:.0f} ml"
