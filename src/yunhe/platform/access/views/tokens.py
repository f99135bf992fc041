"""API tokens: the list, a new one, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.declared import TOKENS
from yunhe.platform.access.forms import TokenForm
from yunhe.platform.accounts.queries import tokens_of
from yunhe.platform.accounts.services.tokens import create_token, revoke_token
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.views import Page

LIST = reverse_lazy("access:tokens")


class TokenList(Page):
    permission = TOKENS
    face = None
    title = _("API tokens")
    subtitle = _(
        "Keys for programs that act for you, limited in what they may do and for how long."
    )
    template_name = "access/tokens.html"

    def get_actions(self) -> list[Button]:
        url = reverse("access:create_token")
        return [Button(label=_("New token"), url=url, style="primary", icon="plus")]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(tokens=tokens_of(self.principal.user_id), now=self.now, **extra)


class CreateToken(Page):
    """The form; its answer shows the key, once."""

    permission = TOKENS
    face = None
    title = _("New API token")
    template_name = "access/token_form.html"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("API tokens"), str(LIST))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render(form=TokenForm(actor=self.principal))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = TokenForm(request.POST, actor=self.principal)
        status = 422
        if form.is_valid():
            try:
                made = create_token(
                    actor=self.principal,
                    name=form.cleaned_data["name"],
                    permissions=form.cleaned_data["permissions"],
                    expires_at=self.now + timedelta(days=form.cleaned_data["days"]),
                    now=self.now,
                )
                return self.render(template="access/token_made.html", made=made)
            except DomainError as error:
                add_domain_error(form, error)
                status = error.status
        return self.render(form=form, status=status)


class RevokeToken(Page):
    """POST: the token ends with its next request. Twice is once."""

    permission = TOKENS
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if revoke_token(actor=self.principal, token_id=kwargs["pk"]):
            messages.success(request, _("The token is revoked."))
        return HttpResponseRedirect(str(LIST))
