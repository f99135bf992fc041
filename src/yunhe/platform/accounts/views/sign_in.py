"""Signing in and out: password, then the code, then a new password where one is due."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.devices import client_address
from yunhe.platform.accounts.forms import CodeForm, NewPasswordForm, SignInForm
from yunhe.platform.accounts.queries import has_accounts
from yunhe.platform.accounts.services.sign_in import (
    Account,
    check_code,
    check_credentials,
    choose_password,
)
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.preferences import remember
from yunhe.platform.ui.views import Page
from yunhe.platform.ui.views.base import PUBLIC

PENDING = "sign_in"
STEP_TIME = timedelta(minutes=10)


class SignInStep(Page):
    """One step of signing in. A refused step keeps its writes: failures are counted.

    A domain that has a step of its own sets `form_class` and `perform`, which returns the account.
    """

    permission = PUBLIC
    form_class: ClassVar[type[BaseForm]]
    template_name = "accounts/sign_in.html"
    lead: ClassVar[Text] = ""
    submit_label: ClassVar[Text] = _("Continue")
    first: ClassVar[bool] = False

    @property
    def next_url(self) -> str:
        asked = self.request.POST.get("next") or self.request.GET.get("next") or "/"
        safe = url_has_allowed_host_and_scheme(
            asked, {self.request.get_host()}, require_https=self.request.is_secure()
        )
        return asked if safe else "/"

    def perform(self, form: BaseForm) -> Account:
        """Call the step's use case."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.principal.user_id is not None:
            return HttpResponseRedirect(self.next_url)
        return self.render(form=self.form_class())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST)
        status = 422
        if form.is_valid():
            try:
                return self.proceed(self.perform(form))
            except DomainError as error:
                add_domain_error(form, error)
                status = error.status
        response = self.render(form=form, status=status)
        response.keep_writes = True  # type: ignore[attr-defined]
        return response

    def proceed(self, account: Account) -> HttpResponse:
        """On to the next step that the account needs, or in."""
        if account.needs_code and not isinstance(self, CodeView | NewPasswordView):
            return self._wait_for(account, "code")
        if account.needs_new_password:
            return self._wait_for(account, "password")
        return self._enter(account)

    def _wait_for(self, account: Account, step: str) -> HttpResponse:
        pending = {"step": step, "at": self.now.isoformat(), **asdict(account)}
        self._restart({PENDING: pending})
        query = urlencode({"next": self.next_url})
        return HttpResponseRedirect(f"{reverse(f'accounts:sign_in_{step}')}?{query}")

    def _enter(self, account: Account) -> HttpResponse:
        self._restart(account.session_data)
        rotate_token(self.request)
        response = HttpResponseRedirect(self.next_url)
        remember(response, language=account.language, theme=account.theme)
        return response

    def _restart(self, data: dict[str, Any]) -> None:
        self.request.session.restart(  # type: ignore[attr-defined]
            data,
            address=client_address(self.request),
            agent=self.request.headers.get("User-Agent", ""),
        )


class SignInView(SignInStep):
    form_class = SignInForm
    title = _("Sign in")
    lead = _("Orders, stock, policies and rebates in one place.")
    submit_label = _("Sign in")
    first = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.principal.user_id is None and not has_accounts():
            return HttpResponseRedirect(reverse(settings.FIRST_ACCOUNT_URL))
        return super().get(request, *args, **kwargs)

    def perform(self, form: BaseForm) -> Account:
        return check_credentials(
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=client_address(self.request),
            now=self.now,
        )


class _LaterStep(SignInStep):
    """A step that needs the one before; without it the way starts again."""

    step: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.principal.user_id is None and self.pending is None:
            return HttpResponseRedirect(reverse("accounts:sign_in"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def pending(self) -> dict[str, Any] | None:
        """What the step before left in the session; None when missing or older than 10 minutes."""
        found = self.request.session.get(PENDING)
        if not found or found["step"] != self.step:
            return None
        fresh = self.now - datetime.fromisoformat(found["at"]) < STEP_TIME
        return found if fresh else None


class CodeView(_LaterStep):
    form_class = CodeForm
    step = "code"
    title = _("Enter the code")
    lead = _(
        "Open your authenticator app and enter the six-digit code, or one of your recovery codes."
    )

    def perform(self, form: BaseForm) -> Account:
        return check_code(
            user_id=(self.pending or {})["user_id"],
            code=form.cleaned_data["code"],
            address=client_address(self.request),
            now=self.now,
        )


class NewPasswordView(_LaterStep):
    form_class = NewPasswordForm
    step = "password"
    title = _("Choose a new password")
    lead = _("Your password was given to you by somebody else. Choose one that only you know.")

    def perform(self, form: BaseForm) -> Account:
        return choose_password(
            user_id=(self.pending or {})["user_id"], password=form.cleaned_data["password"]
        )


class SignOutView(Page):
    """Ends this session; the others stay."""

    permission = PUBLIC
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.session.flush()
        return HttpResponseRedirect(reverse("accounts:sign_in"))
