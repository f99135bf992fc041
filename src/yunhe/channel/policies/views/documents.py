"""The documents of a version: add, remove, open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.opening import serve_document
from yunhe.channel.policies.permissions import VIEW, WRITE
from yunhe.channel.policies.services.documents import attach_document, detach_document
from yunhe.channel.policies.views.looking import LIST_CRUMB
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.ui.views import ActionView, FormView, Page


class DocumentForm(StyledForm):
    """A file for the readers."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, Office document, picture or video"))


class VersionForm:
    """The version that the address names."""

    @cached_property
    def version(self) -> PolicyVersion:
        rows = PolicyVersion.objects.select_related("policy", "node")
        found = rows.filter(pk=self.kwargs["pk"]).first()  # type: ignore[attr-defined]
        if found is None:
            raise NotFound()
        return found

    @property
    def back(self) -> str:
        return reverse("policies:version", args=[self.version.policy_id, self.version.number])


class DocumentAdd(VersionForm, FormView):
    permission, title, form_class = WRITE, _("Add a document"), DocumentForm

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.version.policy), self.back))

    def perform(self, form: Any) -> Any:
        upload = form.cleaned_data["file"]
        return attach_document(self.version, upload, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return self.back


class DocumentRemove(VersionForm, ActionView):
    permission, model, success_message = WRITE, PolicyVersion, _("The document is removed.")

    def perform(self) -> Any:
        return detach_document(self.version, self.kwargs["file"], actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return self.back


class DocumentFile(VersionForm, Page):
    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return serve_document(request, self.version, kwargs["file"])
