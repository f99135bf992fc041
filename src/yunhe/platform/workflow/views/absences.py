"""Who stands in for me, and for whom I stand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.views import ActionView, FormView, Page
from yunhe.platform.workflow.forms import AbsenceForm
from yunhe.platform.workflow.kinds import kind_of
from yunhe.platform.workflow.models import Absence
from yunhe.platform.workflow.permissions import DECIDE
from yunhe.platform.workflow.queries import absences_of, names_of
from yunhe.platform.workflow.services import end_absence, set_absence

INBOX = Crumb(_("Approvals"), reverse_lazy("workflow:inbox"))


class AbsenceList(Page):
    permission, face = DECIDE, None
    title = _("Who stands in for me")
    subtitle = _("On leave or away: a colleague decides in your place; the log names both.")
    template_name = "workflow/absences.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (INBOX,)

    def get_actions(self) -> Sequence[Button]:
        url = reverse("workflow:new_absence")
        return (Button(label=_("Name a stand-in"), url=url, style="primary", icon="plus"),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        today = timezone.localdate(self.now)
        found = list(absences_of(self.principal)[:100])
        names = names_of(found)
        rows = [
            {
                "person": names[absence.user_id],
                "substitute": names[absence.substitute_id],
                "absence": absence,
                "mine": absence.user_id == self.principal.user_id,
                "last": absence.period.upper - timedelta(days=1),
                "over": absence.period.upper <= today,
                "now": absence.period.lower <= today < absence.period.upper,
                "kinds": [kind_of(kind).label for kind in absence.kinds],
            }
            for absence in found
        ]
        return self.render(rows=rows)


class AbsenceCreate(FormView):
    permission, face, form_class = DECIDE, None, AbsenceForm
    title: Text = _("Name a stand-in")
    cancel_url_name = "workflow:absences"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (INBOX, Crumb(_("Who stands in for me"), str(reverse_lazy("workflow:absences"))))

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        return {"starts": today, "ends": today + timedelta(days=6)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.principal}

    def perform(self, form: AbsenceForm) -> Absence:
        return set_absence(form.draft(), actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("workflow:absences")


class AbsenceEnd(ActionView):
    permission, face, model = DECIDE, None, Absence
    success_message = _("You decide yourself again.")

    def perform(self) -> None:
        end_absence(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return reverse("workflow:absences")
