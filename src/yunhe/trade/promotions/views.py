"""Console pages of promotions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.channel.network.queries import roots
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FormView, ListView, Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.promotions import panels, services
from yunhe.trade.promotions.choices import STATUS_TONES, Kind, PromotionStatus
from yunhe.trade.promotions.definition import rule_of, skus_named
from yunhe.trade.promotions.filters import FloorFilters, PromotionFilters
from yunhe.trade.promotions.forms import (
    FORMS,
    CopyForm,
    FloorsForm,
    LimitsForm,
    TryForm,
    form_initial,
)
from yunhe.trade.promotions.forms.rules import rule_initial
from yunhe.trade.promotions.forms.terms import entered
from yunhe.trade.promotions.models import Promotion
from yunhe.trade.promotions.permissions import CHANGE, PUBLISH, VIEW
from yunhe.trade.promotions.queries import (
    active_promotions,
    apply_promotions,
    list_floors,
    list_promotions,
)
from yunhe.trade.promotions.tables import FloorTable, PromotionTable
from yunhe.trade.promotions.transitions import MOVES
from yunhe.trade.promotions.wording import explain, message_in_words, snapshot_of, title_of

CRUMB = Crumb(_("Promotions"), reverse_lazy("promotions:list"))
USE_CASES = {
    "submit": services.submit_promotion,
    "publish": services.publish_promotion,
    "pause": services.pause_promotion,
    "resume": services.resume_promotion,
    "end": services.end_promotion,
}


def own_unit(principal: Principal) -> Node:
    """The unit that runs what the person creates: the topmost one the person works for."""
    found = roots(principal)
    if not found:
        raise NotFound()
    return found[0]


class PromotionList(ListView):
    permission, title = VIEW, _("Promotions")
    table, filters = PromotionTable, PromotionFilters
    create_url_name, create_label, create_permission = (
        "promotions:choose",
        _("New promotion"),
        CHANGE,
    )
    empty = Empty(
        title=_("No promotion yet"),
        text=_("Choose what it gives, then for whom, when and with which limits."),
        icon="discount",
    )

    def get_rows(self) -> Rows:
        return list_promotions()

    def get_actions(self) -> Sequence[Button]:
        attempt = Button(label=_("Try a basket"), url=reverse("promotions:try"), icon="calculator")
        floors = Button(
            label=_("Lowest prices"),
            url=reverse("promotions:floors"),
            icon="arrow-down",
            permission=PUBLISH,
        )
        return (attempt, floors, *super().get_actions())


class PromotionDetail(DetailView):
    permission, model = VIEW, Promotion
    panels = (
        panels.RulePanel,
        panels.TargetPanel,
        panels.ReportPanel,
        panels.UsagePanel,
        panels.PromotionApproval,
        panels.PromotionHistory,
    )

    def get_queryset(self) -> QuerySet[Any]:
        return list_promotions()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[PromotionStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        buttons = [
            Button(
                label=move.label,
                url=reverse("promotions:act", args=[self.record.pk, move.action]),
                icon=move.icon,
                method="post",
                confirm=move.confirm,
                style="primary" if move.action in ("submit", "publish", "resume") else "secondary",
                permission=move.permission,
            )
            for move in MOVES.offered(self.record.status)
        ]
        copy = reverse("promotions:copy", args=[self.record.pk])
        return [Button(label=_("Copy"), url=copy, icon="copy", permission=CHANGE), *buttons]


class PromotionChoose(Page):
    """The first step: what shall it give?"""

    permission, title, template_name = CHANGE, _("New promotion"), "promotions/choose.html"
    subtitle = _("What shall it give?")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kinds = [(label, reverse("promotions:create", args=[kind])) for kind, label in Kind.choices]
        return self.render(kinds=kinds)


class PromotionCreate(FormView):
    permission, title, cancel_url_name = CHANGE, _("New promotion"), "promotions:list"
    submit_label = _("Save the draft")

    @property
    def record(self) -> Any:
        return None

    @cached_property
    def kind(self) -> str:
        if self.kwargs["kind"] not in Kind.values:
            raise NotFound()
        return str(self.kwargs["kind"])

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return FORMS[self.kind]

    def get_subtitle(self) -> Any:
        return Kind(self.kind).label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {
            "valid_from": timezone.localdate(self.now),
            "places": own_unit(self.principal).code,
        }

    def perform(self, form: Any) -> Promotion:
        return services.create_promotion(
            own_unit(self.principal),
            code=form.cleaned_data["code"],
            draft=form.draft(self.kind),
            actor=self.principal,
        )


class PromotionForms(FormView):
    """Base of the forms about one promotion."""

    permission = CHANGE

    @cached_property
    def promotion(self) -> Promotion:
        found = list_promotions().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB, Crumb(str(self.promotion), self.promotion.get_absolute_url()))


class PromotionChange(PromotionForms):
    permission, title, submit_label = CHANGE, _("Change the promotion"), _("Save the draft")

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return FORMS[self.promotion.kind]

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["code"].disabled = True
        return form

    def get_initial(self) -> dict[str, Any]:
        one = self.promotion
        named = skus_named(rule_of(one.kind, one.definition))
        named |= {*one.selector.get("skus", ()), *one.selector.get("excluded", ())}
        codes = dict(Sku.objects.filter(pk__in=named).values_list("pk", "code"))
        return form_initial(one, codes) | rule_initial(one.kind, one.definition, codes)

    def perform(self, form: Any) -> Promotion:
        draft = form.draft(self.promotion.kind)
        return services.change_promotion(self.promotion, draft=draft, actor=self.principal)


class PromotionLimits(PromotionForms):
    permission, title, form_class = PUBLISH, _("Change limits"), LimitsForm

    def get_initial(self) -> dict[str, Any]:
        one, upper = self.promotion, self.promotion.period.upper
        last = upper and upper - timedelta(days=1)
        return {"budget": entered(one.budget), "uses": one.uses, "last_day": last}

    def perform(self, form: Any) -> Promotion:
        data = form.cleaned_data
        return services.set_limits(
            self.promotion,
            budget=data["budget"],
            uses=data["uses"],
            valid_to=data["last_day"] and data["last_day"] + timedelta(days=1),
            actor=self.principal,
        )


class PromotionCopy(PromotionForms):
    permission, title, form_class = CHANGE, _("Copy the promotion"), CopyForm

    def perform(self, form: Any) -> Promotion:
        code = form.cleaned_data["code"]
        return services.copy_promotion(self.promotion, code=code, actor=self.principal)


class PromotionAction(ActionView):
    """Submit, publish, pause, resume, end: the table of moves says who may."""

    permission, model = VIEW, Promotion

    @cached_property
    def record(self) -> Promotion:
        found = list_promotions().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def perform(self) -> Promotion:
        if self.kwargs["action"] not in USE_CASES:
            raise NotFound()
        return USE_CASES[self.kwargs["action"]](self.record, actor=self.principal, now=self.now)


class FloorList(ListView):
    permission, title = PUBLISH, _("Lowest prices")
    subtitle = _("A promotion whose deepest price lies below is not published")
    table, filters = FloorTable, FloorFilters
    create_url_name, create_label = "promotions:floors_set", _("Set lowest prices")
    empty = Empty(title=_("No lowest price is set"), icon="arrow-down")

    def get_rows(self) -> Rows:
        return list_floors()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)


class FloorsSet(FormView):
    permission, title, form_class = PUBLISH, _("Set lowest prices"), FloorsForm
    intro = _("Prices not named stay; 0 takes a lowest price away.")
    cancel_url_name = "promotions:floors"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB, Crumb(_("Lowest prices"), reverse("promotions:floors")))

    def perform(self, form: Any) -> int:
        return services.set_price_floors(
            own_unit(self.principal), form.cleaned_data["rows"], actor=self.principal
        )

    def get_success_message(self, result: int) -> str:
        text = ngettext("%(count)d price is set.", "%(count)d prices are set.", result)
        return text % {"count": result}

    def get_success_url(self, result: Any) -> str:
        return reverse("promotions:floors")


class TryBasket(Page):
    """What would this basket get: lines, free goods, messages and every step."""

    permission, title, template_name = VIEW, _("Try a basket"), "promotions/try.html"
    subtitle = _("Prices and promotions of a day; nothing is ordered")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = TryForm(request.GET or None)
        answer: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            try:
                answer = self._answer(form.cleaned_data)
            except DomainError as error:
                add_domain_error(form, error)
        return self.render(form=form, **answer)

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        node, on = asked["partner"], asked["day"]
        lines = [AskedLine(sku.pk, unit, quantity) for sku, quantity, unit in asked["basket"]]
        priced = price_lines(node_id=node.pk, lines=lines, on=on)
        basket = apply_promotions(node_id=node.pk, lines=priced, on=on, tax_rate=asked["tax"] / 100)
        named = {one.sku_id for one in basket.free}
        for one in active_promotions(node.pk, on=on):
            named |= skus_named(one.rule)
        labels = {sku.pk: sku.label for sku in Sku.objects.filter(pk__in=named)}
        return {
            "lines": [
                {"sku": sku, "line": line, "result": result, "why": explain(snapshot_of(result))}
                for (sku, _q, _u), line, result in zip(
                    asked["basket"], priced, basket.result.lines, strict=True
                )
            ],
            "free": [
                {"goods": one, "title": title_of(one.promotion), "label": labels[one.sku_id]}
                for one in basket.free
            ],
            "messages_": [message_in_words(one, labels) for one in basket.result.messages],
            "result": basket.result,
        }
