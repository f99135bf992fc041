"""The first page of a new installation."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import FirstAccountForm
from yunhe.channel.network.services import found_installation
from yunhe.platform.accounts.devices import client_address
from yunhe.platform.accounts.queries import has_accounts
from yunhe.platform.accounts.services.sign_in import Account, check_credentials
from yunhe.platform.accounts.views.sign_in import SignInStep
from yunhe.platform.ui.views.base import PUBLIC


class FirstAccountView(SignInStep):
    """Company and first person in one form; afterwards this page leads to signing in."""

    permission, form_class = PUBLIC, FirstAccountForm
    template_name = "network/first_account.html"
    title = _("Welcome to Yunhe")
    lead = _(
        "Nobody has an account here yet. Say who you are, and your own numbers are minutes away."
    )
    submit_label = _("Create the account and start")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_accounts():
            return HttpResponseRedirect(self.next_url if self.principal.user_id else _sign_in())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render(form=FirstAccountForm(initial={"key": request.GET.get("key", "")}))

    def perform(self, form: BaseForm) -> Account:
        filled = cast(FirstAccountForm, form)
        language = get_language() or settings.LANGUAGE_CODE
        found_installation(filled.founding(language), key=filled.cleaned_data["key"], now=self.now)
        return check_credentials(
            username=filled.cleaned_data["username"],
            password=filled.cleaned_data["password"],
            address=client_address(self.request),
            now=self.now,
        )


def _sign_in() -> str:
    return resolve_url(settings.LOGIN_URL)
