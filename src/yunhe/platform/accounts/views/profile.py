"""The own account: profile, password, second factor, devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.accounts.devices import client_address
from yunhe.platform.accounts.errors import SecondFactorNeeded
from yunhe.platform.accounts.forms import (
    ChangePasswordForm,
    FirstCodeForm,
    ProfileForm,
    RemoveFactorForm,
)
from yunhe.platform.accounts.models import User
from yunhe.platform.accounts.queries import devices_of, get_user, second_factor_of
from yunhe.platform.accounts.services import profile, second_factor
from yunhe.platform.accounts.sessions import current_session_id
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.preferences import remember
from yunhe.platform.ui.views import FormView, Page
from yunhe.platform.ui.views.base import SIGNED_IN

SECURITY = reverse_lazy("accounts:security")


class ProfileView(FormView):
    """Name, addresses, language, theme."""

    permission = SIGNED_IN
    face = None
    title = _("My account")
    form_class = ProfileForm

    @property
    def record(self) -> User:
        return get_user(self.principal.user_id)

    def perform(self, form: Any) -> User:
        return profile.change_profile(actor=self.principal, **form.cleaned_data)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302:
            remember(
                response,  # type: ignore[arg-type]
                language=request.POST.get("language", ""),
                theme=request.POST.get("theme", ""),
            )
        return response

    def get_success_url(self, result: Any) -> str:
        return reverse("accounts:profile")


def _demanded(request: HttpRequest) -> bool:
    """Whether the installation demands a second factor of this person (see ops.second_factor)."""
    return bool(getattr(request, "second_factor_demanded", False))


class SecurityView(Page):
    """Second factor and devices, with what can be done about them."""

    permission = SIGNED_IN
    face = None
    title = _("Sign-in and security")
    template_name = "accounts/security.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        user_id, current = self.principal.user_id, current_session_id(self.request)
        return super().context(
            factor=second_factor_of(user_id),
            devices=devices_of(user_id, current=current, now=self.now),
            demanded=_demanded(self.request),
            **extra,
        )


class _SecurityForm(FormView):
    """A refused form keeps its writes: wrong passwords are counted."""

    permission = SIGNED_IN
    face = None
    cancel_url_name = "accounts:security"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("Sign-in and security"), str(SECURITY))]

    def get_success_url(self, result: Any) -> str:
        return str(SECURITY)

    def show(
        self, form: BaseForm, formsets: Mapping[str, BaseFormSet[Any]], *, status: int = 200
    ) -> HttpResponseBase:
        response = super().show(form, formsets, status=status)
        response.keep_writes = True  # type: ignore[attr-defined]
        return response


class PasswordView(_SecurityForm):
    title = _("Change password")
    form_class = ChangePasswordForm
    intro = _("All your other devices will be signed out.")
    success_message = _("Your password is changed. All other devices are signed out.")

    def perform(self, form: Any) -> User:
        user = profile.change_password(
            actor=self.principal,
            current=form.cleaned_data["current"],
            password=form.cleaned_data["password"],
            address=client_address(self.request),
            now=self.now,
            keep_session=current_session_id(self.request),
        )
        self.request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        return user


class EnrolView(Page):
    """The QR code and the first code. The recovery codes are shown by the answer, once."""

    permission = SIGNED_IN
    face = None
    title = _("Set up the authenticator")
    template_name = "accounts/enrol.html"
    form_class: ClassVar[type[FirstCodeForm]] = FirstCodeForm

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("Sign-in and security"), str(SECURITY))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show(FirstCodeForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = FirstCodeForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            codes = second_factor.confirm_enrolment(
                user_id=self.principal.user_id, code=form.cleaned_data["code"], now=self.now
            )
        except DomainError as error:
            add_domain_error(form, error)
            return self.show(form, status=error.status)
        return self.render(template="accounts/recovery_codes.html", codes=codes)

    def show(self, form: FirstCodeForm, *, status: int = 200) -> HttpResponseBase:
        enrolment = second_factor.get_enrolment(user_id=self.principal.user_id)
        if enrolment is None:
            return HttpResponseRedirect(str(SECURITY))
        return self.render(form=form, enrolment=enrolment, status=status)


class StartEnrolmentView(Page):
    """POST: make a secret that waits for its first code."""

    permission = SIGNED_IN
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        second_factor.start_enrolment(user_id=self.principal.user_id)
        return HttpResponseRedirect(reverse("accounts:enrol"))


class RecoveryCodesView(Page):
    """POST: new recovery codes, shown once; the old ones end."""

    permission = SIGNED_IN
    face = None
    title = _("Recovery codes")
    template_name = "accounts/recovery_codes.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not second_factor_of(self.principal.user_id).on:
            return HttpResponseRedirect(str(SECURITY))
        return self.render(codes=second_factor.renew_recovery_codes(user_id=self.principal.user_id))


class RemoveFactorView(_SecurityForm):
    title = _("Switch off the authenticator")
    form_class = RemoveFactorForm
    intro = _("Your password alone will then be enough to sign in.")
    submit_label = _("Switch off")
    success_message = _("The authenticator is switched off.")

    def perform(self, form: Any) -> None:
        if _demanded(self.request):
            raise SecondFactorNeeded
        second_factor.remove_second_factor(
            user_id=self.principal.user_id,
            password=form.cleaned_data["current"],
            address=client_address(self.request),
            now=self.now,
        )


class EndSessionView(Page):
    """POST: sign one device out."""

    permission = SIGNED_IN
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        profile.end_session(actor=self.principal, session_id=kwargs["pk"])
        messages.success(request, _("The device is signed out."))
        return HttpResponseRedirect(str(SECURITY))


class EndOtherSessionsView(Page):
    """POST: sign every other device out."""

    permission = SIGNED_IN
    face = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        count = profile.end_other_sessions(
            actor=self.principal, keep_session=current_session_id(request)
        )
        sentence = ngettext("%(n)d device is signed out.", "%(n)d devices are signed out.", count)
        messages.success(request, sentence % {"n": count})
        return HttpResponseRedirect(str(SECURITY))
