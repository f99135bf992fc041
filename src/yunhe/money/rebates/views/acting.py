"""The buttons of a settlement."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.models import Settlement
from yunhe.money.rebates.permissions import VIEW
from yunhe.money.rebates.services import (
    approve_settlement,
    cancel_settlement,
    post_settlement,
)
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.views import ActionView

MESSAGES = {
    "approve": _("The settlement is approved: finance posts it."),
    "post": _("The settlement is posted; every partner has its statement."),
    "cancel": _("The settlement is cancelled."),
}


class SettlementAction(ActionView):
    """One move of the table in transitions.py; the use case checks the right."""

    permission, model = VIEW, Settlement

    @cached_property
    def record(self) -> Any:
        found = Settlement.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None or self.kwargs["action"] not in MESSAGES:
            raise NotFound()
        return found

    def perform(self) -> Settlement:
        record, actor, now = self.record, self.principal, self.now
        uses: dict[str, Callable[[], Settlement]] = {
            "approve": lambda: approve_settlement(record, actor=actor, now=now),
            "post": lambda: post_settlement(record, actor=actor, now=now),
            "cancel": lambda: cancel_settlement(record, actor=actor),
        }
        return uses[self.kwargs["action"]]()

    def get_success_message(self, result: Any) -> Any:
        return MESSAGES[self.kwargs["action"]]
