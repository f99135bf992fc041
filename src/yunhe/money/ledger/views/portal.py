"""The partner's own account on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger import permissions
from yunhe.money.ledger.queries import credit_of
from yunhe.money.ledger.views.shared import OpenItems, StatementList, account_stats
from yunhe.platform.access.models import Node
from yunhe.platform.access.queries import node_for
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.views import DetailView


class OwnAccount(DetailView):
    """What is my credit, what do I owe, what is due."""

    permission, face, title = permissions.VIEW_OWN, "portal", _("My credit")
    panels = (OpenItems,)

    @cached_property
    def record(self) -> Node:
        return node_for(self.principal.home_id)

    def get_title(self) -> Any:
        return self.title

    def get_stats(self) -> Any:
        return account_stats(self.record.pk, credit_of(self.record.pk))

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(label=_("Statement"), url=reverse("ledger_portal:statement"), icon="file-text"),
        )


class OwnStatement(StatementList):
    permission, face, title = permissions.VIEW_OWN, "portal", _("Statement")

    @property
    def node_id(self) -> int:
        if self.principal.home_id is None:
            raise NotFound()
        return int(self.principal.home_id)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My credit"), reverse("ledger_portal:account")),)
