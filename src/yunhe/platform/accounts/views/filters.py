"""Name a list's filter, rename it, delete it: POST alone, from the list and back to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.models import SavedFilter
from yunhe.platform.accounts.services import filters
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.views import ActionView
from yunhe.platform.ui.views.base import SIGNED_IN


class SaveFilterView(ActionView):
    """A new one, from what the list shows."""

    permission = SIGNED_IN
    face = None
    success_message = _("The filter is saved.")

    def perform(self) -> SavedFilter:
        told = {name: self.request.POST.get(name, "") for name in ("path", "name", "query")}
        return filters.save_filter(actor=self.principal, **told)

    def get_next_url(self, result: SavedFilter) -> str:
        return result.url


class ChangeFilterView(ActionView):
    """Another name, or with `delete` none."""

    permission = SIGNED_IN
    face = None
    model = SavedFilter

    @property
    def deleting(self) -> bool:
        return "delete" in self.request.POST

    def perform(self) -> SavedFilter:
        saved: SavedFilter = self.record
        if self.deleting:
            filters.delete_filter(saved, actor=self.principal)
            return saved
        return filters.rename_filter(
            saved, actor=self.principal, name=self.request.POST.get("name", "")
        )

    def get_success_message(self, result: SavedFilter) -> Text:
        return _("The filter is deleted.") if self.deleting else _("The filter is renamed.")

    def get_next_url(self, result: SavedFilter) -> str:
        return result.url
