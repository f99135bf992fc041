"""Forms: create and change through one use case; a refused one comes back as 422 with the form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import BaseForm, BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.turns import take_turn, version_of
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.forms import add_domain_error, style_form
from yunhe.platform.ui.views.base import Page

SHOWN = "shown_version"
CHANGED = _(
    "Somebody else changed this record since you opened the form. What you typed is kept: look at the"
    " record in another tab, then save again to overwrite."
)


class FormView(Page):
    """A form for a new record, or for the one that the URL names.

    Give `form_class`; override `perform(form)` to call the use case (default: `form.save()`),
    which returns the object. Where to go next: `get_success_url(result)`, default the result's
    `get_absolute_url`. `formsets` are inline formset classes by prefix.

    Whoever saves a record that somebody else changed since the form was opened is told so and sees what
    was typed; saving once more overwrites.
    """

    form_class: ClassVar[type[BaseForm]]
    model: ClassVar[type[Model] | None] = None
    formsets: ClassVar[Mapping[str, type[BaseFormSet[Any]]]] = {}
    success_message: ClassVar[Text] = _("Saved.")
    submit_label: ClassVar[Text] = _("Save")
    cancel_url_name: ClassVar[str] = ""
    intro: ClassVar[Text] = ""
    template_name = "ui/pages/form.html"

    def get_queryset(self) -> QuerySet[Any]:
        if self.model is None:
            raise TypeError(f"{type(self).__qualname__} has a URL argument but no model")
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    @cached_property
    def record(self) -> Any:
        """The record to change; None when the form makes a new one."""
        if not self.kwargs:
            return None
        found = self.get_queryset().filter(**self.kwargs).first()
        if found is None:
            raise NotFound()
        return found

    def get_initial(self) -> dict[str, Any]:
        return {}

    @property
    def cancel_url(self) -> str:
        """Where Cancel leads; "" shows no such button."""
        return reverse(self.cancel_url_name) if self.cancel_url_name else ""

    @property
    def shown_version(self) -> str:
        """The version of the record that the form shows; "" when it shows none."""
        if not (self._names_record() and isinstance(self.record, Model)):
            return ""
        shows = issubclass(self.form_class, ModelForm) or self.get_initial()
        return version_of(self.record) if shows else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = {"initial": self.get_initial()}
        if issubclass(self.form_class, ModelForm) and self.record is not None:
            kwargs["instance"] = self.record
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return kwargs

    def get_form(self) -> BaseForm:
        form = self.form_class(**self.get_form_kwargs())
        style_form(form)
        return form

    def get_formsets(self) -> dict[str, BaseFormSet[Any]]:
        """The inline formsets, bound on POST."""
        made = {}
        for prefix, kind in self.formsets.items():
            kwargs: dict[str, Any] = {"prefix": prefix}
            if self.record is not None:
                kwargs["instance"] = self.record
            if self.request.method == "POST":
                kwargs |= {"data": self.request.POST, "files": self.request.FILES}
            formset = kind(**kwargs)
            for form in formset.forms:
                style_form(form)
            made[prefix] = formset
        return made

    def perform(self, form: Any) -> Any:
        """Call the use case. Raise DomainError to refuse; the form says it."""
        result = form.save()
        for formset in self.bound_formsets.values():
            formset.instance = result  # type: ignore[attr-defined]
            formset.save()  # type: ignore[attr-defined]
        return result

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())

    def get_success_message(self, result: Any) -> Text:
        return self.success_message

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.get_form(), self.get_formsets())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        self.bound_formsets = self.get_formsets()
        sound = [form.is_valid(), *(formset.is_valid() for formset in self.bound_formsets.values())]
        if not all(sound):
            return self.show(form, self.bound_formsets, status=422)
        if self._changed_meanwhile():
            form.add_error(None, CHANGED)
            return self.show(form, self.bound_formsets, status=409)
        try:
            result = self.perform(form)
        except DomainError as error:
            add_domain_error(form, error)
            return self.show(form, self.bound_formsets, status=error.status)
        if message := self.get_success_message(result):
            messages.success(request, message)
        return HttpResponseRedirect(self.get_success_url(result))

    def _names_record(self) -> bool:
        """Whether the URL names the record, not only what is done with it."""
        own = type(self)
        finds = own.get_queryset is not FormView.get_queryset or own.record is not FormView.record
        return self.model is not None or finds

    def _changed_meanwhile(self) -> bool:
        shown = self.request.POST.get(SHOWN)
        if not (shown and self.shown_version):
            return False
        take_turn(self.record)
        return version_of(self.record) != shown

    def show(
        self, form: BaseForm, formsets: Mapping[str, BaseFormSet[Any]], *, status: int = 200
    ) -> HttpResponseBase:
        """The page with the form as it stands."""
        return self.render(status=status, form=form, formsets=formsets)


class ActionView(Page):
    """A POST that does one thing to one record and goes back: confirm, cancel, publish …

    Override `perform()`. A refusal becomes a message on the page the reader came from.
    """

    model: ClassVar[type[Model] | None] = None
    success_message: ClassVar[Text] = _("Done.")
    http_method_names = ["post"]

    def get_queryset(self) -> QuerySet[Any]:
        if self.model is None:
            raise TypeError(f"{type(self).__qualname__} needs a model")
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    @cached_property
    def record(self) -> Any:
        found = self.get_queryset().filter(**self.kwargs).first()
        if found is None:
            raise NotFound()
        return found

    def perform(self) -> Any:
        """Call the use case on `self.record` with `self.principal` and `self.now`."""
        raise NotImplementedError

    def get_success_message(self, result: Any) -> Text:
        return self.success_message

    def get_next_url(self, result: Any) -> str:
        """Where to go: the `next` field, else the record's own page."""
        asked = self.request.POST.get("next", "")
        if asked and url_has_allowed_host_and_scheme(asked, {self.request.get_host()}):
            return asked
        return str(self.record.get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        result = self.perform()
        if message := self.get_success_message(result):
            messages.success(request, message)
        return HttpResponseRedirect(self.get_next_url(result))
