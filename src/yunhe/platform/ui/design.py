"""Samples for the design page and its screenshot test: every component, with invented figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import design_charts, design_lists
from yunhe.platform.ui.component import TONES, Component, Text
from yunhe.platform.ui.components.basics import (
    Alert,
    Avatar,
    Badge,
    Button,
    ButtonGroup,
    Empty,
    Error,
    Skeleton,
    Status,
    Toast,
)
from yunhe.platform.ui.components.controls import Dropzone, Pagination, SearchBox, Tab, Tabs
from yunhe.platform.ui.components.figures import (
    Event,
    Fact,
    Facts,
    Progress,
    Sparkline,
    Stat,
    Step,
    Stepper,
    Tier,
    TierLadder,
    Timeline,
)
from yunhe.platform.ui.components.lists import Field
from yunhe.platform.ui.formatting import money, money_short, number, percent, quantity
from yunhe.platform.ui.forms import StyledForm

MOMENT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A titled group of components; `layout` is row, tiles, stack or charts."""

    title: Text
    parts: Sequence[Component]
    layout: str = "row"


class SampleForm(StyledForm):
    """One of each control."""

    name = forms.CharField(label=_("Dealer"), help_text=_("As on the business licence."))
    kind = forms.ChoiceField(label=_("Tier"), choices=[("a", _("Core")), ("b", _("Growth"))])
    since = forms.DateField(label=_("Partner since"), initial=date(2026, 3, 1))
    limit = forms.DecimalField(label=_("Credit limit"), min_value=0)
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    active = forms.BooleanField(label=_("May order"), required=False)


def samples(request: HttpRequest) -> list[Sample]:
    """All groups in reading order."""
    return [
        Sample(_("Key figures"), _stats(), "tiles"),
        Sample(_("Badges and states"), _marks()),
        Sample(_("Buttons"), _buttons()),
        Sample(_("Messages"), _messages(), "stack"),
        Sample(_("Progress and steps"), _progress(), "stack"),
        Sample(_("Tier ladder, facts and history"), _story(), "charts"),
        Sample(_("Table and cards"), design_lists.lists(request), "stack"),
        Sample(_("Controls"), _controls(request), "stack"),
        Sample(_("Form"), _form(), "stack"),
        Sample(_("Charts"), design_charts.charts(), "charts"),
        Sample(_("Nothing, failure, waiting"), _states(), "charts"),
    ]


def _stats() -> list[Component]:
    return [
        Stat(
            label=_("Sell-out this month"),
            value=money_short(Decimal("12345678")),
            change=Decimal("0.082"),
            comparison=_("vs. last month"),
            as_of=MOMENT,
            definition_url="#",
            url="#",
            trend=(5, 7, 6, 9, 8, 11, 12),
        ),
        Stat(
            label=_("Sell-through rate"),
            value=percent(Decimal("0.643")),
            change=Decimal("-0.021"),
            comparison=_("vs. last year"),
            as_of=MOMENT,
            definition_url="#",
            trend=(12, 11, 11, 10, 10, 9, 9),
        ),
        Stat(
            label=_("Days of inventory"),
            value=number(38),
            unit=_("days"),
            change=Decimal("-0.05"),
            good="down",
            comparison=_("vs. last month"),
            as_of=MOMENT,
            definition_url="#",
        ),
        Stat(
            label=_("Rebate accrued"),
            value=money(Decimal("482915.5")),
            note=_("3 of 5 programs settled"),
            icon="coins",
            definition_url="#",
        ),
    ]


def _marks() -> list[Component]:
    words = (
        _("Draft"),
        _("Submitted"),
        _("Shipped"),
        _("Settled"),
        _("Waiting"),
        _("Overdue"),
        _("Core"),
    )
    badges: list[Component] = [
        Badge(label=word, tone=tone) for word, tone in zip(words, TONES, strict=True)
    ]
    states: list[Component] = [
        Status(label=word, tone=tone) for word, tone in zip(words, TONES, strict=True)
    ]
    people = [Avatar(label=name) for name in ("沈若溪", "Lin Wen", "周远航", "华东大区")]
    return [
        *badges,
        Badge(label=_("Verified"), tone="green", icon="shield-check"),
        *states,
        *people,
    ]


def _buttons() -> list[Component]:
    return [
        Button(label=_("Confirm order"), style="primary", icon="check"),
        Button(label=_("Export"), icon="download"),
        Button(label=_("Back"), style="quiet", icon="arrow-left"),
        Button(label=_("Cancel order"), style="danger", opens="design-dialog"),
        Button(label=_("Settings"), icon="settings", icon_only=True),
        Button(label=_("Not now"), disabled=True),
        ButtonGroup(
            buttons=(Button(label=_("Day")), Button(label=_("Week")), Button(label=_("Month"))),
            label=_("Time grain"),
        ),
    ]


def _messages() -> list[Component]:
    return [
        Alert(
            title=_("Two tiers overlap"),
            text=_("From 50,000 to 60,000 both tier 2 and tier 3 apply. Move one of the bounds."),
            tone="amber",
            actions=(Button(label=_("Show the tiers"), size="small"),),
        ),
        Alert(title=_("The statement is verified"), tone="green", dismissible=True),
        Alert(
            title=_("The order was not placed"),
            text=_("Line 7 exceeds the stock."),
            tone="red",
            items=(_("Line 7: 120 asked, 96 available"),),
        ),
        Alert(title=_("Prices change on 2026-12-01"), tone="blue"),
        Toast(text=_("Order SO-2026-1042 confirmed.")),
    ]


def _progress() -> list[Component]:
    return [
        Progress(
            value=640_000,
            total=1_000_000,
            failed=24_000,
            label=_("Reading the sell-out file"),
            detail=_("640,000 of 1,000,000 rows, 24,000 in quarantine"),
        ),
        Stepper(
            steps=(
                Step(_("Submitted"), "done", "2026-11-18"),
                Step(_("Confirmed"), "done", "2026-11-19"),
                Step(_("Shipped"), "current", _("on the way")),
                Step(_("Received")),
            ),
            label=_("Order status"),
        ),
        Sparkline(values=(3, 5, 4, 6, 8, 7, 9), label=_("Sell-out, last seven weeks")),
    ]


def _story() -> list[Component]:
    return [
        TierLadder(
            label=_("Q4 volume rebate"),
            tiers=(
                Tier(_("from 50,000"), 50_000, "2%"),
                Tier(_("from 100,000"), 100_000, "3.5%"),
                Tier(_("from 150,000"), 150_000, "5%"),
            ),
            value=118_000,
            shown=money(118_000),
            remaining=_("32,000 more to 5%"),
        ),
        Facts(
            facts=(
                Fact(_("Dealer"), "杭州临安商贸有限公司"),
                Fact(_("Credit limit"), money(2_000_000), numeric=True),
                Fact(_("In use"), money(1_284_300), numeric=True),
                Fact(_("Stock"), quantity(3_480, str(_("cases"))), numeric=True),
                Fact(_("Tier"), Badge(label=_("Core"), tone="teal")),
                Fact(_("Tax number"), None),
            )
        ),
        Timeline(
            events=(
                Event(
                    MOMENT,
                    _("Order confirmed"),
                    who=_("Sales operations"),
                    icon="check",
                    tone="green",
                ),
                Event(
                    MOMENT,
                    _("One line refused"),
                    _("Line 7: not enough stock"),
                    icon="alert-triangle",
                    tone="amber",
                ),
                Event(MOMENT, _("Order submitted"), who=_("Dealer owner"), icon="send"),
            )
        ),
    ]


def _controls(request: HttpRequest) -> list[Component]:
    page = Paginator(range(480), 50).get_page(3)
    return [
        Tabs(
            tabs=(
                Tab(_("All"), "#all", active=True, count=480),
                Tab(_("Open"), "#open", count=12),
                Tab(_("Overdue"), "#overdue", count=3),
            ),
            label=_("Orders"),
        ),
        SearchBox(),
        Pagination(page=page, query=request.GET),
        Dropzone(
            name="file",
            label=_("Choose the sell-out file or drop it here"),
            help=_("CSV, Excel or Parquet, up to 200 MB"),
            accept=".csv,.xlsx,.parquet",
        ),
    ]


def _form() -> list[Component]:
    form = SampleForm({"name": "", "limit": "-5", "kind": "a"})
    return [Field(field=form[name]) for name in form.fields]


def _states() -> list[Component]:
    return [
        Empty(
            title=_("No orders yet"),
            text=_("Your first order takes a minute: choose goods, check the price, send."),
            icon="shopping-cart",
            actions=(Button(label=_("Place an order"), style="primary", icon="plus"),),
        ),
        Error(
            title=_("The chart could not be drawn"),
            text=_("The data are older than a day. Try again in a minute."),
            code="metrics.stale",
        ),
        Skeleton(kind="lines", count=4),
        Skeleton(kind="chart", count=6),
    ]
