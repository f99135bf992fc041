"""“Why can I (not) see this?”"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.declared import EXPLAIN
from yunhe.platform.access.explain import explain_record
from yunhe.platform.access.forms import ExplainForm
from yunhe.platform.errors import DomainError, NotAllowed
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.views import Page
from yunhe.platform.ui.views.base import SIGNED_IN


class ExplainView(Page):
    """The question is in the address (`?user=7&record=/orders/12/`), so it can be sent around."""

    permission = SIGNED_IN
    face = None
    title = _("Why do I see this, or not?")
    subtitle = _("Roles, places and permissions behind one record, step by step.")
    template_name = "access/explain.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET if "record" in request.GET else None
        form = ExplainForm(asked, others=self.can(EXPLAIN), initial=request.GET.dict())
        if self._asks_about_another() and not self.can(EXPLAIN):
            text = _("You may ask about yourself; ask an administrator about others.")
            return self._refuse(form, NotAllowed(text))
        if asked is None or not form.is_valid():
            return self.render(form=form, status=200 if asked is None else 422)
        user = form.cleaned_data.get("user")
        try:
            explanation = explain_record(
                actor=self.principal,
                user_id=user.pk if user else self.principal.user_id,
                record=form.cleaned_data["record"],
            )
        except DomainError as error:
            return self._refuse(form, error)
        return self.render(form=form, explanation=explanation)

    def _asks_about_another(self) -> bool:
        return self.request.GET.get("user", "") not in {"", str(self.principal.user_id)}

    def _refuse(self, form: ExplainForm, error: DomainError) -> HttpResponseBase:
        if not form.is_bound:
            raise error
        add_domain_error(form, error)
        return self.render(form=form, status=error.status)
