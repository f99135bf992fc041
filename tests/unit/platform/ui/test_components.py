"""Components say what they take, refuse the rest, and escape what they show."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.middleware.csrf import _does_token_match
from django.template import Context, Template, TemplateSyntaxError

from yunhe.platform.ui.component import all_components, build
from yunhe.platform.ui.components.basics import Avatar, Badge, Button
from yunhe.platform.ui.components.charts import (
    Area,
    ChinaMap,
    Move,
    Series,
    TrendChart,
    WaterfallChart,
)
from yunhe.platform.ui.components.figures import Progress, Stat, Tier, TierLadder, polyline


def rendered(source: str, **context: Any) -> str:
    return Template("{% load i18n yunhe_ui %}" + source).render(Context(context)).strip()


def test_tag_renders_a_component() -> None:
    html = rendered('{% ui "badge" label=word tone="green" %}', word="Paid")
    assert html == '<span class="y-badge y-tone-green">Paid</span>'


def test_block_tag_gives_its_content() -> None:
    html = rendered('{% uiblock "card" title="Lines" %}<p>{{ x }}</p>{% enduiblock %}', x="<b>")
    assert "<p>&lt;b&gt;</p>" in html


@pytest.mark.parametrize("name", all_components())
def test_every_component_refuses_what_it_does_not_declare(name: str) -> None:
    with pytest.raises(TypeError, match="colour"):
        build(name, {"colour": "pink"})


def test_a_posting_button_carries_the_token_of_its_request(rf: Any) -> None:
    page = Template('{% load yunhe_ui %}{% ui "button" label="Go" url="/go/" method="post" %}')
    request = rf.get("/")
    html = page.render(Context({"request": request}))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', html)
    assert token is not None
    assert _does_token_match(token[1], request.META["CSRF_COOKIE"])


def test_unknown_name_tone_icon_and_style_are_refused() -> None:
    with pytest.raises(LookupError, match="no component 'badg'"):
        build("badg", {})
    with pytest.raises(ValueError, match="no tone 'pink'"):
        Badge(label="x", tone="pink")
    with pytest.raises(ValueError, match="no icon 'unicorn'"):
        Badge(label="x", icon="unicorn")
    with pytest.raises(ValueError, match="no button style"):
        Button(label="x", style="loud")


def test_tag_wants_named_properties() -> None:
    with pytest.raises(TemplateSyntaxError, match="name=value"):
        rendered('{% ui "badge" "Paid" %}')


def test_text_is_escaped() -> None:
    assert "<script>" not in Badge(label="<script>").render()


@pytest.mark.parametrize(
    ("name", "initials"),
    [("沈若溪", "若溪"), ("杭州临安商贸有限公司", "杭州"), ("Lin Wen", "LW"), ("", "?")],
)
def test_initials(name: str, initials: str) -> None:
    assert Avatar(label=name).initials == initials


@pytest.mark.parametrize(
    ("change", "good", "tone", "direction"),
    [
        ("0.1", "up", "green", "up"),
        ("-0.1", "up", "red", "down"),
        ("-0.1", "down", "green", "down"),
        ("0.1", "neither", "grey", "up"),
        ("0", "up", "grey", "flat"),
        (None, "up", "grey", "flat"),
    ],
)
def test_stat_judges_its_change(change: str | None, good: Any, tone: str, direction: str) -> None:
    stat = Stat(label="x", value="1", change=None if change is None else Decimal(change), good=good)
    assert (stat.tone, stat.direction) == (tone, direction)


def test_ladder_places_tiers_and_finds_the_next() -> None:
    tiers = (Tier("b", 100, "3%"), Tier("a", 50, "2%"), Tier("c", 200, "5%"))
    ladder = TierLadder(tiers=tiers, value=115, shown="115")
    assert ladder.top == pytest.approx(230)
    assert ladder.share == 50.0
    assert [
        (tier.label, at, reached, following) for tier, at, reached, following in ladder.rungs
    ] == [
        ("a", 21.74, True, False),
        ("b", 43.48, True, False),
        ("c", 86.96, False, True),
    ]


def test_progress_keeps_within_bounds() -> None:
    assert Progress(value=5, total=0).share == 0
    assert Progress(value=50, total=40).share == 100
    part = Progress(value=640, total=1000, failed=24)
    assert (part.share, part.failed_share, part.text) == (64.0, 2.4, "64%")


def test_polyline_scales_into_its_box() -> None:
    assert polyline([0, 10, 5]) == "2.0,26.0 50.0,2.0 98.0,14.0"
    assert polyline([1]) == ""


def test_chart_carries_its_numbers_twice() -> None:
    chart = TrendChart(
        title="t", unit="money", currency="CNY", categories=["W1", "W2"],
        series=(Series("a", [Decimal("1.5"), None]),),
    )  # fmt: skip
    assert chart.rows == [["W1", "¥1.50"], ["W2", "–"]]
    assert json.loads(chart.json) == {
        "kind": "trend",
        "unit": "money",
        "symbol": "¥",
        "categories": ["W1", "W2"],
        "series": [{"label": "a", "values": [1.5, None], "dashed": False}],
        "area": False,
    }


def test_chart_data_cannot_end_their_element() -> None:
    chart = WaterfallChart(title="t", moves=(Move("</script><b>", 1),))
    assert "<" not in chart.json
    assert json.loads(chart.json)["moves"][0]["label"] == "</script><b>"


def test_map_refuses_unknown_provinces() -> None:
    with pytest.raises(ValueError, match="no province 999999"):
        Area("x", ("999999",), 1)
    chart = ChinaMap(title="t", areas=(Area("South", ("440000",), 2),))
    assert json.loads(chart.json)["areas"] == [
        {"label": "South", "provinces": ["440000"], "value": 2, "url": ""}
    ]
