"""Compliance at headquarters: the rule library, registrations, what runs out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.channel.network.choices import Level
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.files.downloads import answer_with_file
from yunhe.platform.language import in_language
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Page,
)
from yunhe.trade.compliance.choices import FIELD_TONES, GoodsField
from yunhe.trade.compliance.filters import RegistrationFilters, RuleFilters
from yunhe.trade.compliance.forms import (
    AdoptForm,
    RegistrationForm,
    RuleForm,
    registration_initial,
    rule_initial,
)
from yunhe.trade.compliance.library import GOODS, STANDARDS, Standard
from yunhe.trade.compliance.models import Registration, Rule
from yunhe.trade.compliance.permissions import CHANGE, VIEW, VIEW_OWN
from yunhe.trade.compliance.queries import (
    adopted_codes,
    demand_text,
    list_registrations,
    list_rules,
)
from yunhe.trade.compliance.services import (
    Adopted,
    adopt_standards,
    end_rule,
    remove_registration,
    save_registration,
    save_rule,
)
from yunhe.trade.compliance.tables import (
    RegistrationTable,
    RuleTable,
    goods_text,
    market_text,
)

RULES_CRUMB = Crumb(_("Compliance rules"), reverse_lazy("compliance:list"))
REGISTRATIONS_CRUMB = Crumb(_("Registrations"), reverse_lazy("compliance:registrations"))


class RuleList(ListView):
    permission, title = VIEW, _("Compliance rules")
    subtitle = _("An order line that a rule refuses cannot be submitted; the dealer reads why")
    table, filters = RuleTable, RuleFilters
    create_url_name, create_label, create_permission = (
        "compliance:rule_create",
        _("New rule"),
        CHANGE,
    )
    empty = Empty(
        title=_("The rule library is empty"),
        text=_("Say which goods ask for which licence, in which market."),
        icon="shield-check",
    )

    def get_rows(self) -> QuerySet[Rule]:
        return list_rules()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("compliance:registrations")
        library = reverse("compliance:library")
        return (
            Button(label=_("Rule library"), url=library, icon="book", permission=CHANGE),
            Button(label=_("Registrations"), url=url, icon="certificate"),
            *super().get_actions(),
        )


class RuleFacts(FactsPanel):
    title, icon = _("Rule"), "shield-check"

    def facts(self) -> Sequence[Fact]:
        rule: Rule = self.record
        levels = "、".join(str(name) for name in level_names(rule))
        return [
            Fact(_("Reference code"), rule.code),
            Fact(_("Legal source"), rule.source or "—"),
            Fact(_("Goods"), goods_text(rule)),
            Fact(_("Asks for"), demand_text(rule)),
            Fact(_("Market"), market_text(rule)),
            Fact(_("Levels"), levels or str(_("every level"))),
            Fact(_("In force from"), formatting.day(rule.starts_on)),
            Fact(_("Last day"), formatting.last_day(rule.ends_on) if rule.ends_on else "—"),
        ]


def level_names(rule: Rule) -> list[str]:
    """The levels a rule holds for, in words."""
    labels = {value: str(label) for value, label in Level.choices}
    return [labels[level] for level in rule.levels]


class RuleDetail(DetailView):
    permission, model, panels = VIEW, Rule, (RuleFacts,)

    def get_queryset(self) -> QuerySet[Any]:
        return list_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (RULES_CRUMB,)

    def get_status(self) -> Badge:
        field = GoodsField(self.record.field)
        return Badge(label=field.label, tone=FIELD_TONES[field])

    def get_actions(self) -> Sequence[Button]:
        rule, today = self.record, timezone.localdate(self.now)
        change = reverse("compliance:rule_change", args=[rule.pk])
        buttons = [Button(label=_("Change"), url=change, icon="edit", permission=CHANGE)]
        if rule.starts_on <= today and (rule.ends_on is None or rule.ends_on > today):
            buttons.append(
                Button(
                    label=_("End today"),
                    url=reverse("compliance:rule_end", args=[rule.pk]),
                    icon="x",
                    method="post",
                    confirm=str(_("From tomorrow on this rule refuses nothing. End it?")),
                    permission=CHANGE,
                )
            )
        return buttons


class RuleCreate(FormView):
    permission, title, form_class = CHANGE, _("New rule"), RuleForm
    cancel_url_name = "compliance:list"

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate(self.now)}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (RULES_CRUMB,)

    def perform(self, form: Any) -> Rule:
        return save_rule(form.draft(), actor=self.principal)


class RuleChange(RuleCreate):
    permission, model, form_class, title = CHANGE, Rule, RuleForm, _("Change the rule")

    def get_initial(self) -> dict[str, Any]:
        return rule_initial(self.record)

    def perform(self, form: Any) -> Rule:
        return save_rule(form.draft(), rule=self.record, actor=self.principal)


class RuleEnd(ActionView):
    permission, model, success_message = CHANGE, Rule, _("The rule ends today.")

    def perform(self) -> Rule:
        tomorrow = timezone.localdate(self.now) + timedelta(days=1)
        return end_rule(self.record, on=tomorrow, actor=self.principal)


class RegistrationList(ListView):
    permission, title = VIEW, _("Registrations")
    subtitle = _("Registrations and licences of products; the next to run out first")
    table, filters = RegistrationTable, RegistrationFilters
    create_url_name, create_label = "compliance:registration_create", _("New registration")
    create_permission = CHANGE
    empty = Empty(title=_("No registration filed"), icon="certificate")

    def get_rows(self) -> QuerySet[Registration]:
        return list_registrations()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (RULES_CRUMB,)


class RegistrationCreate(FormView):
    permission, title, form_class = CHANGE, _("New registration"), RegistrationForm
    cancel_url_name = "compliance:registrations"

    def get_initial(self) -> dict[str, Any]:
        return {"product": self.request.GET.get("product", "")}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (RULES_CRUMB, REGISTRATIONS_CRUMB)

    def perform(self, form: Any) -> Registration:
        return save_registration(
            form.draft(),
            upload=form.cleaned_data["document"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("compliance:registrations")


class RegistrationChange(RegistrationCreate):
    permission, model, form_class = CHANGE, Registration, RegistrationForm
    title = _("Registration")

    def get_initial(self) -> dict[str, Any]:
        return registration_initial(self.record)

    def perform(self, form: Any) -> Registration:
        return save_registration(
            form.draft(),
            registration=self.record,
            upload=form.cleaned_data["document"],
            actor=self.principal,
            now=self.now,
        )

    def get_actions(self) -> Sequence[Button]:
        record = self.record
        remove = reverse("compliance:registration_remove", args=[record.pk])
        buttons = [
            Button(
                label=_("Remove"),
                url=remove,
                icon="trash",
                method="post",
                style="quiet",
                confirm=str(_("Remove this registration? Rules that ask for it then refuse.")),
                permission=CHANGE,
            )
        ]
        if record.file_id:
            url = reverse("compliance:registration_file", args=[record.pk])
            buttons.insert(0, Button(label=_("Scan"), url=url, icon="paperclip"))
        return buttons


class RegistrationRemove(ActionView):
    permission, model, success_message = CHANGE, Registration, _("The registration is removed.")

    def perform(self) -> Any:
        return remove_registration(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("compliance:registrations")


class RegistrationFile(Page):
    """The scan of a registration; partners show it to the authorities, so everybody may open it."""

    permission, face = VIEW_OWN, None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = list_registrations().filter(pk=kwargs["pk"], file__isnull=False)
        found = rows.values_list("file_id", flat=True).first()
        if found is None:
            raise NotFound()
        with owner_access("the file is the manufacturer's own; its registration was checked"):
            return answer_with_file(request, found)


class Library(FormView):
    """Every entry with its source; those that are rules already are marked and cannot be chosen."""

    permission, title, form_class = CHANGE, _("Rule library"), AdoptForm
    submit_label, cancel_url_name = _("Adopt the chosen rules"), "compliance:list"
    template_name = "compliance/library.html"
    intro = _(
        "Ready-made rules of Chinese law with their sources. Nothing holds until you adopt it; let "
        "your counsel check the sources first."
    )

    def get_crumbs(self) -> Sequence[Crumb]:
        return (RULES_CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate(self.now)}

    def perform(self, form: Any) -> Adopted:
        told = form.cleaned_data
        return adopt_standards(
            told["codes"],
            starts_on=told["starts_on"],
            category_id=told["category"].pk if told["category"] else None,
            provinces=tuple(told["provinces"]),
            actor=self.principal,
        )

    def get_success_message(self, result: Adopted) -> str:
        count = len(result.rules)
        text = ngettext("%(count)d rule was adopted.", "%(count)d rules were adopted.", count)
        return text % {"count": count}

    def get_success_url(self, result: Adopted) -> str:
        return reverse("compliance:list")

    def context(self, **extra: Any) -> dict[str, Any]:
        known, chosen = adopted_codes(), self.request.POST.getlist("codes")
        order = sorted(STANDARDS, key=lambda each: list(GoodsField).index(each.field))
        groups = [
            {
                "label": GoodsField(field).label,
                "tone": FIELD_TONES[field],
                "entries": [
                    {
                        "standard": each,
                        "name": in_language(each.name, each.name_en),
                        "goods": in_language(each.goods, GOODS[each.goods]),
                        "demand": demand_of(each),
                        "adopted": each.code in known,
                        "chosen": each.code in chosen,
                    }
                    for each in entries
                ],
            }
            for field, entries in groupby(order, key=lambda each: each.field)
        ]
        return super().context(groups=groups, **extra)


def demand_of(standard: Standard) -> str:
    """What an entry asks for, in words."""
    kind = standard.licence or standard.registration
    return str(kind.label) if kind else ""
