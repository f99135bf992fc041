"""Chains, requests, who may decide them now, and the append-only log of what was decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DecimalRangeField,
    RangeOperators,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import MY_NODES, MY_USER, Scope
from yunhe.platform.language import in_language
from yunhe.platform.workflow.choices import ApprovalState, EntryKind

# The people for whom the transaction's user stands in today.
STANDS_FOR = "ANY ((SELECT workflow_stands_for())::bigint[])"
USER = settings.AUTH_USER_MODEL
_SEATED = (
    "EXISTS (SELECT 1 FROM workflow_seat seat WHERE seat.approval_id = {key}"  # noqa: S608  # constants
    f" AND (seat.user_id = {MY_USER} OR seat.user_id = {STANDS_FOR}))"
)


class Definition(models.Model):
    """A chain for one kind of subject in a subtree, an amount band and, if named, a level.

    `steps` is a list of {key, name, name_en, mode, quorum, roles, users, remind_hours,
    escalate_hours, escalate_role} (compute.py). Requests keep a copy: changing a chain changes no
    request that is under way.
    """

    scope = Scope.own("node")

    kind = models.CharField(_("subject"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("valid in"))
    level = models.CharField(_("partner level"), max_length=20, blank=True)
    amount_from = models.DecimalField(_("from amount"), max_digits=16, decimal_places=2, default=0)
    amount_to = models.DecimalField(
        _("below amount"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    engine = models.CharField(max_length=20, default="table", editable=False)
    steps = models.JSONField(_("steps"), default=list, encoder=DjangoJSONEncoder)
    distinct_people = models.BooleanField(_("nobody decides two steps"), default=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("approval chain")
        verbose_name_plural = _("approval chains")
        constraints = [
            ExclusionConstraint(
                name="workflow_definition_once",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("node", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (
                        Func(
                            F("amount_from"),
                            F("amount_to"),
                            function="numrange",
                            output_field=DecimalRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(active=True),
            ),
            models.CheckConstraint(
                condition=Q(amount_from__gte=0)
                & (Q(amount_to__isnull=True) | Q(amount_to__gt=F("amount_from"))),
                name="workflow_definition_band",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("workflow:definition", args=[self.pk])


class Approval(models.Model):
    """A request for approval: its subject, its frozen chain and where it stands.

    `node` is the subject's place, from which approvers are sought; `seen_at` is whose people see
    the request (a unit above the partner for internal kinds). People `kept_out` have a part in what
    is asked and decide no step, like the requester. Written by the use cases alone.
    """

    scope = Scope.where(
        f"(seen_at_id = {MY_NODES} OR requested_by_id = {MY_USER} OR {_SEATED})".replace(
            "{key}", "{table}.id"
        )
    ).read_only()

    kind = models.CharField(_("subject"), max_length=60)
    subject_id = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    portal_url = models.CharField(max_length=300, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default=settings.CURRENCY)
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("place"))
    seen_at = models.ForeignKey(Node, models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    definition = models.ForeignKey(
        Definition, models.PROTECT, related_name="approvals", verbose_name=_("approval chain")
    )
    engine = models.CharField(max_length=20)
    chain = models.JSONField(encoder=DjangoJSONEncoder)
    distinct_people = models.BooleanField()
    open_steps = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(
        _("status"), max_length=10, choices=ApprovalState.choices, default=ApprovalState.OPEN
    )
    requested_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    reason_en = models.CharField(max_length=300, blank=True, db_default="")
    kept_out = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(state="open"),
                name="workflow_approval_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False, open_steps=[])),
                name="workflow_approval_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id", "-id"], name="workflow_approval_subject"),
            models.Index(fields=["requested_by", "-id"], name="workflow_approval_mine"),
            models.Index(fields=["seen_at", "-id"], name="workflow_approval_place"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("workflow:approval", args=[self.pk])

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)

    @property
    def why(self) -> str:
        """Why it is asked, in the reader's language; empty when the subject says it all."""
        return in_language(self.reason, self.reason_en)

    def keeps_out(self, user_id: int | None) -> bool:
        """Whether the person may decide no step: who asks, and who else has a part in it."""
        return user_id is not None and user_id in (self.requested_by_id, *self.kept_out)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The frozen steps, each a mapping as in Definition."""
        return list(self.chain["steps"])


class Entry(models.Model):
    """Something that happened to a request. Never changed, never removed."""

    scope = Scope.where(
        f"(node_id = {MY_NODES} OR requester_id = {MY_USER} OR user_id = {MY_USER} OR {_SEATED})".replace(
            "{key}", "{table}.approval_id"
        )
    ).read_only()

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="entries")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    step = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    requester = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    stood_for = ArrayField(models.BigIntegerField(), default=list)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("approval log")
        verbose_name_plural = _("approval log")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "step", "user"],
                condition=Q(kind__in=["approved", "rejected"]),
                name="workflow_entry_one_decision",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["approved", "rejected"])
                | Q(requester__isnull=True)
                | (Q(user__isnull=False) & ~Q(user=F("requester"))),
                name="workflow_entry_duties",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.kind}"


class Seat(models.Model):
    """A person may decide a step of a request; `waiting` while it is open and unanswered."""

    scope = Scope.where(
        f"(user_id = {MY_USER} OR user_id = {STANDS_FOR} OR node_id = {MY_NODES})"
    ).read_only()
    audited = False  # who sits where follows from chain and roles; decisions are in the log

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="seats")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    step = models.CharField(max_length=40)
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    escalated = models.BooleanField(default=False)
    waiting = models.BooleanField(default=True)
    answer = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    remind_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("approver of a step")
        verbose_name_plural = _("approvers of a step")
        constraints = [
            models.UniqueConstraint(fields=["approval", "step", "user"], name="workflow_seat_once"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(waiting=True), name="workflow_seat_waiting"),
            models.Index(
                fields=["remind_at"], condition=Q(waiting=True), name="workflow_seat_remind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.step} {self.user_id}"


class Absence(models.Model):
    """A person is away, or hands decisions on, during a half-open period of days."""

    scope = Scope.where(
        f"(user_id = {MY_USER} OR substitute_id = {MY_USER})",
        f"user_id = {MY_USER}",
        personal=True,
    )

    user = models.ForeignKey(
        USER, models.PROTECT, related_name="absences", verbose_name=_("person")
    )
    substitute = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("stands in")
    )
    period = DateRangeField(_("period"))
    kinds = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("only for")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            ExclusionConstraint(
                name="workflow_absence_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("substitute", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(user=F("substitute")), name="workflow_absence_other"
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="workflow_absence_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.substitute_id}"
