"""Partners: list, file, create, change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import EXPIRY_WATCH_DAYS
from yunhe.channel.network.filters import LicenceFilters, PartnerFilters
from yunhe.channel.network.forms import (
    ContactForm,
    DossierForm,
    LicenceForm,
    NewPartnerForm,
    dossier_initial,
)
from yunhe.channel.network.models import Licence, Partner
from yunhe.channel.network.panels import partner_panels
from yunhe.channel.network.permissions import CHANGE, VIEW
from yunhe.channel.network.queries import chain_of, expiring_licences, list_partners, partner_for
from yunhe.channel.network.services import change_partner, create_partner, file_licence, set_active
from yunhe.channel.network.tables import ExpiringTable, PartnerTable
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FormView, ListView, Panel

LIST_CRUMB = Crumb(_("Partners"), reverse_lazy("network:list"))


class PartnerList(ListView):
    permission, title = VIEW, _("Partners")
    table, filters = PartnerTable, PartnerFilters
    create_url_name, create_label, create_permission = (
        "network:partner_create",
        _("New partner"),
        CHANGE,
    )
    empty = Empty(
        title=_("No partner yet"),
        text=_("File the first dealer, or import the partner list."),
        icon="building-store",
    )

    def get_rows(self) -> Rows:
        return list_partners()


class PartnerDetail(DetailView):
    permission, model = VIEW, Partner

    @property
    def panels(self) -> Sequence[type[Panel]]:  # type: ignore[override]
        return partner_panels()

    def get_queryset(self) -> QuerySet[Any]:
        return Partner.objects.select_related("node__parent")

    def get_crumbs(self) -> Sequence[Crumb]:
        above = chain_of(self.record.node)[:-1]
        return (
            LIST_CRUMB,
            *(Crumb(node.label, reverse("network:node", args=[node.pk])) for node in above),
        )

    def get_status(self) -> Badge | None:
        if self.record.node.active:
            return Badge(label=self.record.get_level_display(), tone="teal")
        return Badge(label=_("closed"), tone="grey")

    def get_actions(self) -> Sequence[Button]:
        active = self.record.node.active
        return (
            Button(
                label=_("Close partner") if active else _("Reopen"),
                url=reverse("network:close" if active else "network:reopen", args=[self.record.pk]),
                method="post",
                permission=CHANGE,
                confirm=_("No new orders and policies reach a closed partner.") if active else "",
            ),
        )


class PartnerCreate(FormView):
    permission, title, form_class = CHANGE, _("New partner"), NewPartnerForm
    cancel_url_name = "network:list"

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", "")}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def perform(self, form: Any) -> Partner:
        data = form.cleaned_data
        return create_partner(
            data["parent"],
            code=data["code"],
            draft=form.draft(),
            actor=self.principal,
            now=self.now,
        )


class PartnerPage(FormView):
    """Base: a form about one partner."""

    permission = CHANGE

    @cached_property
    def partner(self) -> Partner:
        return partner_for(self.kwargs["pk"])

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.partner), self.partner.get_absolute_url()))

    def get_success_url(self, result: Any) -> str:
        return self.partner.get_absolute_url()


class PartnerChange(PartnerPage):
    permission = CHANGE
    title, form_class = _("Change the company file"), DossierForm

    def get_initial(self) -> dict[str, Any]:
        return dossier_initial(self.partner)

    def perform(self, form: Any) -> Partner:
        return change_partner(self.partner, draft=form.draft(), actor=self.principal)


class NodeRecordAdd(PartnerPage):
    """Base: a model form whose record belongs to the partner's node."""

    permission = CHANGE

    def perform(self, form: Any) -> Any:
        self.principal.check(CHANGE, path=self.partner.node.path)
        form.instance.node_id = self.partner.pk
        return form.save()


class LicenceAdd(NodeRecordAdd):
    permission = CHANGE
    title, form_class = _("New qualification document"), LicenceForm

    def perform(self, form: Any) -> Licence:
        form.instance.node_id = self.partner.pk
        return file_licence(
            form.instance, form.cleaned_data["document"], actor=self.principal, now=self.now
        )


class ContactAdd(NodeRecordAdd):
    permission = CHANGE
    title, form_class = _("New contact person"), ContactForm


class LicenceChange(FormView):
    permission, model, form_class = CHANGE, Licence, LicenceForm
    title = _("Qualification document")

    def perform(self, form: Any) -> Licence:
        return file_licence(
            form.instance, form.cleaned_data["document"], actor=self.principal, now=self.now
        )

    def get_actions(self) -> Sequence[Button]:
        if self.record is None or self.record.file_id is None:
            return ()
        url = reverse("files:download", args=[self.record.file_id])
        return (Button(label=_("Scan of the document"), url=url, icon="paperclip"),)

    def get_success_url(self, result: Licence) -> str:
        return reverse("network:partner", args=[result.node_id])


class ExpiringLicences(ListView):
    """Documents that expire within the watch period, or have expired."""

    permission, title = VIEW, _("Documents to renew")
    table, filters = ExpiringTable, LicenceFilters
    empty = Empty(title=_("No document expires soon"), icon="certificate")

    def get_rows(self) -> Rows:
        return expiring_licences(timezone.localdate(self.now) + timedelta(days=EXPIRY_WATCH_DAYS))


class ClosePartner(ActionView):
    permission, model, success_message = CHANGE, Partner, _("The partner is closed.")

    def perform(self) -> Any:
        return set_active(self.record.node, False, actor=self.principal)


class ReopenPartner(ActionView):
    permission, model, success_message = CHANGE, Partner, _("The partner is open again.")

    def perform(self) -> Any:
        return set_active(self.record.node, True, actor=self.principal)
