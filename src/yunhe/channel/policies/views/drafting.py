"""Policies to write: drafts, rules, and the buttons of a version."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.channel.policies.forms import DraftForm, NewPolicyForm
from yunhe.channel.policies.models import Policy, PolicyVersion
from yunhe.channel.policies.permissions import PUBLISH, REMIND, WRITE
from yunhe.channel.policies.rules import RuleKind, kind_named
from yunhe.channel.policies.services import (
    accept_warning,
    add_rule,
    change_rule,
    create_policy,
    publish_version,
    remind_unread,
    remove_rule,
    save_draft,
    start_version,
    withdraw_version,
)
from yunhe.channel.policies.views.looking import LIST_CRUMB
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import ActionView, FormView


class PolicyCreate(FormView):
    permission, title, form_class = WRITE, _("New policy"), NewPolicyForm
    submit_label = _("Continue")
    cancel_url_name = "policies:list"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def perform(self, form: Any) -> PolicyVersion:
        data = form.cleaned_data
        return create_policy(
            data["node"],
            code=data["code"],
            title=data["title"],
            title_en=data["title_en"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_url(self, result: PolicyVersion) -> str:
        return reverse("policies:edit", args=[result.pk])


class DraftEdit(FormView):
    permission, title, form_class, model = WRITE, _("Edit the draft"), DraftForm, PolicyVersion

    def get_queryset(self) -> QuerySet[Any]:
        return PolicyVersion.objects.select_related("policy", "node")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.record}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.record.policy), self.record.policy.get_absolute_url()))

    def perform(self, form: Any) -> PolicyVersion:
        return save_draft(self.record, draft=form.draft(), actor=self.principal)

    def get_success_url(self, result: PolicyVersion) -> str:
        return result.policy.get_absolute_url()


class VersionAction(ActionView):
    """Base of the buttons of a version."""

    permission = WRITE
    model = PolicyVersion

    def get_queryset(self) -> QuerySet[Any]:
        return PolicyVersion.objects.select_related("policy", "node").filter(pk=self.kwargs["pk"])

    @cached_property
    def record(self) -> Any:
        found = self.get_queryset().first()
        if found is None:
            raise NotFound()
        return found

    def get_next_url(self, result: Any) -> str:
        return str(self.record.policy.get_absolute_url())


class PublishVersion(VersionAction):
    permission = PUBLISH

    def perform(self) -> PolicyVersion:
        return publish_version(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: PolicyVersion) -> str:
        return ngettext(
            "Published and sent to %(count)d partner.",
            "Published and sent to %(count)d partners.",
            result.recipient_count,
        ) % {"count": result.recipient_count}


class WithdrawVersion(VersionAction):
    permission, success_message = PUBLISH, _("The policy is withdrawn.")

    def perform(self) -> PolicyVersion:
        return withdraw_version(self.record, actor=self.principal)


class RemindReaders(VersionAction):
    permission = REMIND

    def perform(self) -> int:
        return remind_unread(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: int) -> str:
        return ngettext(
            "%(count)d partner was reminded.", "%(count)d partners were reminded.", result
        ) % {"count": result}

    def get_next_url(self, result: Any) -> str:
        return reverse("policies:readers", args=[self.record.pk])


class StartVersion(ActionView):
    permission, model = WRITE, Policy
    success_message = _("A new draft is open.")

    def perform(self) -> PolicyVersion:
        return start_version(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: PolicyVersion) -> str:
        return reverse("policies:edit", args=[result.pk])


class RuleForm(FormView):
    """Base: a rule of a draft in its kind's own form."""

    permission, model = WRITE, PolicyVersion

    @cached_property
    def record(self) -> Any:
        found = PolicyVersion.objects.select_related("policy", "node").filter(pk=self.kwargs["pk"])
        if (version := found.first()) is None:
            raise NotFound()
        return version

    @property
    def kind(self) -> RuleKind:
        raise NotImplementedError

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return self.kind.form

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return self.kind.template_name

    def get_title(self) -> Any:
        return self.kind.label

    def get_crumbs(self) -> Sequence[Crumb]:
        policy = self.record.policy
        return (LIST_CRUMB, Crumb(str(policy), policy.get_absolute_url()))

    def get_success_url(self, result: PolicyVersion) -> str:
        return result.policy.get_absolute_url()


class RuleAdd(RuleForm):
    @property
    def kind(self) -> RuleKind:
        if (kind := kind_named(self.kwargs["kind"])) is None:
            raise NotFound()
        return kind

    def perform(self, form: Any) -> PolicyVersion:
        return add_rule(
            self.record, kind=self.kind.code, definition=form.definition(), actor=self.principal
        )


class RuleChange(RuleForm):
    @property
    def kind(self) -> RuleKind:
        kind = kind_named(self.rule["kind"])
        if kind is None:
            raise NotFound()
        return kind

    @property
    def rule(self) -> dict[str, Any]:
        rules = self.record.rules
        if self.kwargs["index"] >= len(rules):
            raise NotFound()
        return rules[self.kwargs["index"]]

    def get_initial(self) -> dict[str, Any]:
        return self.kind.form.initial_from(self.rule["definition"])

    def perform(self, form: Any) -> PolicyVersion:
        definition = form.definition()
        return change_rule(
            self.record, self.kwargs["index"], definition=definition, actor=self.principal
        )


class RuleRemove(VersionAction):
    success_message = _("The rule is removed.")

    def perform(self) -> PolicyVersion:
        return remove_rule(self.record, self.kwargs["index"], actor=self.principal)


class AcceptWarning(VersionAction):
    success_message = _("The warning is accepted; it is recorded with the version.")

    def perform(self) -> PolicyVersion:
        return accept_warning(
            self.record, self.request.POST.get("key", "")[:200], actor=self.principal
        )
