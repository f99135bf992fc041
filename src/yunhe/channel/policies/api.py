"""Policies over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.channel.policies.errors import ReadingIncomplete
from yunhe.channel.policies.filters import PolicyFilters
from yunhe.channel.policies.models import Policy, PolicyRecipient, PolicyVersion
from yunhe.channel.policies.permissions import CONFIRM, PUBLISH, READ, REMIND, VIEW, WRITE
from yunhe.channel.policies.queries import (
    compile_version,
    list_policies,
    progress_by_region,
    recipient_for,
)
from yunhe.channel.policies.rules import rules_of, summarise
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    confirm_reading,
    create_policy,
    open_reading,
    publish_version,
    reach_end,
    remind_unread,
    replace_rules,
    save_draft,
    start_version,
    withdraw_version,
)
from yunhe.channel.policies.services.reading import seconds_left
from yunhe.channel.policies.templatetags.policy_text import render_text
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.problems import problem
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["policies"])


class PolicyIn(Schema):
    code: str = Field(max_length=40)
    node_id: int
    title: str = Field(max_length=120)
    title_en: str = Field("", max_length=120)


class PolicyOut(PolicyIn):
    id: int
    current_id: int | None
    latest_number: int
    latest_state: str
    sent: int
    confirmed: int


class AudienceIn(Schema):
    """Active partners in these subtrees with one of these levels and tiers; and these partners."""

    subtree_ids: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    node_ids: tuple[int, ...] = ()


class QuizIn(Schema):
    question: str = Field(max_length=200)
    options: list[str] = Field(min_length=2, max_length=8)
    answer: int = Field(ge=0, description="Number of the right option, from 0")


class RuleIn(Schema):
    kind: str
    definition: dict[str, Any]


class DraftIn(Schema):
    title: str = Field(max_length=120)
    title_en: str = Field("", max_length=120)
    body: str = Field("", description="Markdown; raw HTML is shown as text")
    body_en: str = ""
    change_note: str = Field("", max_length=300)
    starts_on: date
    ends_on: date | None = Field(None, description="The first day after the last")
    audience: AudienceIn = AudienceIn()
    budget: Decimal | None = Field(None, ge=0, max_digits=16, decimal_places=2)
    min_dwell_s: int = Field(10, ge=0, le=600)
    quiz: QuizIn | None = None
    rules: list[RuleIn] | None = Field(None, description="Replaces all rules when given")


class VersionOut(Schema):
    id: int
    policy_id: int
    number: int
    state: str
    title: str
    html: str
    starts_on: date | None
    ends_on: date | None
    rules: list[RuleIn]
    summaries: list[str]
    question: str
    options: list[str]
    recipient_count: int
    published_at: datetime | None


class FindingOut(Schema):
    severity: str
    code: str
    key: str
    where: str
    message: str
    accepted: bool


class ReadingOut(Schema):
    """How far the caller is; confirm when `reached_end` and no seconds are left."""

    reading_id: int
    reached_end: bool
    seconds_left: int
    confirmed_at: datetime | None


class RegionOut(Schema):
    region_id: int
    sent: int
    opened: int
    confirmed: int


class AnswerIn(Schema):
    answer: int | None = Field(None, ge=0)


class KeyIn(Schema):
    key: str = Field(max_length=200)


@router.get("/", response=Page[PolicyOut], auth=require(VIEW), operation_id="list_policies")
@filtered(PolicyFilters)
def get_policies(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Policies in scope with the reading progress of the version in force."""
    return paginate(narrow(list_policies(), request), page, by="id")


@router.post("/", response={201: VersionOut}, auth=require(WRITE), operation_id="create_policy")
def post_policy(request: HttpRequest, body: PolicyIn) -> Any:
    """A new policy with an empty first draft."""
    node = node_for(body.node_id, field="node_id")
    names = body.dict(exclude={"node_id"})
    return Status(
        201, _version(create_policy(node, actor=principal_of(request), now=timezone.now(), **names))
    )


@router.post(
    "/{policy_id}/versions",
    response={201: VersionOut},
    auth=require(WRITE),
    operation_id="start_policy_version",
)
def post_version(request: HttpRequest, policy_id: int) -> Any:
    """The open draft, or a copy of the latest version as a new one."""
    policy = Policy.objects.select_related("node").filter(pk=policy_id).first()
    if policy is None:
        raise NotFound()
    return Status(
        201, _version(start_version(policy, actor=principal_of(request), now=timezone.now()))
    )


@router.get(
    "/versions/{version_id}",
    response=VersionOut,
    auth=require_any(VIEW, READ),
    operation_id="get_policy_version",
)
@versioned(PolicyVersion)
def get_version(request: HttpRequest, version_id: int) -> Any:
    """One version, its text as safe HTML in the caller's language."""
    return _version(_found(version_id))


@router.put(
    "/versions/{version_id}", response=VersionOut, auth=require(WRITE), operation_id="save_draft"
)
def put_version(request: HttpRequest, version_id: int, body: DraftIn) -> Any:
    """Replace what a draft says."""
    values = body.dict(exclude={"audience", "quiz", "rules"})
    draft = VersionDraft(
        **values,
        audience=Audience(**body.audience.dict()),
        quiz=body.quiz.dict() if body.quiz else {},
    )
    version = save_draft(_found(version_id), draft=draft, actor=principal_of(request))
    if body.rules is not None:
        rules = [rule.dict() for rule in body.rules]
        version = replace_rules(version, rules=rules, actor=principal_of(request))
    return _version(version)


@router.post(
    "/versions/{version_id}/rules",
    response=VersionOut,
    auth=require(WRITE),
    operation_id="add_rule",
)
def post_rule(request: HttpRequest, version_id: int, body: RuleIn) -> Any:
    """Append a rule to a draft."""
    version = add_rule(
        _found(version_id), kind=body.kind, definition=body.definition, actor=principal_of(request)
    )
    return _version(version)


@router.get(
    "/versions/{version_id}/findings",
    response=list[FindingOut],
    auth=require(VIEW),
    operation_id="compile_policy",
)
def get_findings(request: HttpRequest, version_id: int) -> Any:
    """What the compiler says about a version, the gravest first."""
    version = _found(version_id)
    return [
        {
            "severity": finding.severity.value,
            "code": finding.code,
            "key": finding.key,
            "where": finding.where,
            "message": str(finding.message),
            "accepted": finding.key in version.acknowledged,
        }
        for finding in compile_version(version, today=timezone.localdate())
    ]


@router.post(
    "/versions/{version_id}/accept",
    response=VersionOut,
    auth=require(WRITE),
    operation_id="accept_warning",
)
def post_accept(request: HttpRequest, version_id: int, body: KeyIn) -> Any:
    """Publish in spite of a warning."""
    return _version(accept_warning(_found(version_id), body.key, actor=principal_of(request)))


@router.post(
    "/versions/{version_id}/publish",
    response=VersionOut,
    auth=require(PUBLISH),
    operation_id="publish_policy",
)
def post_publish(request: HttpRequest, version_id: int) -> Any:
    """Bring a draft into force and send it to every recipient."""
    return _version(
        publish_version(_found(version_id), actor=principal_of(request), now=timezone.now())
    )


@router.post(
    "/versions/{version_id}/withdraw",
    response=VersionOut,
    auth=require(PUBLISH),
    operation_id="withdraw_policy",
)
def post_withdraw(request: HttpRequest, version_id: int) -> Any:
    """Take a version in force back."""
    return _version(withdraw_version(_found(version_id), actor=principal_of(request)))


@router.get(
    "/versions/{version_id}/progress",
    response=list[RegionOut],
    auth=require(VIEW),
    operation_id="policy_progress",
)
def get_progress(request: HttpRequest, version_id: int) -> Any:
    """Reading progress by region."""
    return [
        {"region_id": p.region.pk, "sent": p.sent, "opened": p.opened, "confirmed": p.confirmed}
        for p in progress_by_region(_found(version_id))
    ]


@router.post(
    "/versions/{version_id}/remind",
    response=int,
    auth=require(REMIND),
    operation_id="remind_unread",
)
def post_remind(request: HttpRequest, version_id: int) -> Any:
    """Remind those who have not confirmed; answers how many partners."""
    return remind_unread(_found(version_id), actor=principal_of(request), now=timezone.now())


@router.post(
    "/versions/{version_id}/open",
    response=ReadingOut,
    auth=require(READ),
    operation_id="open_policy",
)
def post_open(request: HttpRequest, version_id: int) -> Any:
    """The text is on the screen: the clock starts."""
    return _reading(request, version_id)


@router.post(
    "/versions/{version_id}/end",
    response=ReadingOut,
    auth=require(READ),
    operation_id="reach_policy_end",
)
def post_end(request: HttpRequest, version_id: int) -> Any:
    """The end of the text is on the screen."""
    return _reading(request, version_id, at_end=True)


@router.post(
    "/versions/{version_id}/confirm",
    response=ReadingOut,
    auth=require(CONFIRM),
    operation_id="confirm_policy",
)
def post_confirm(request: HttpRequest, version_id: int, body: AnswerIn) -> Any:
    """Confirm for the caller's company. A wrong answer is counted although it is refused."""
    now = timezone.now()
    reading = open_reading(_received(request, version_id), actor=principal_of(request), now=now)
    try:
        recipient = confirm_reading(
            reading, answer=body.answer, actor=principal_of(request), now=now
        )
    except ReadingIncomplete as error:
        refused: HttpResponse = problem(request, error)
        refused.keep_writes = True  # type: ignore[attr-defined]
        return refused
    return _progress(reading, recipient, now)


def _reading(request: HttpRequest, version_id: int, *, at_end: bool = False) -> dict[str, Any]:
    now, actor = timezone.now(), principal_of(request)
    version = _received(request, version_id)
    reading = open_reading(version, actor=actor, now=now)
    if at_end:
        reading = reach_end(reading, actor=actor, now=now)
    return _progress(reading, recipient_for(version_id, actor), now)


def _progress(reading: Any, recipient: PolicyRecipient, now: datetime) -> dict[str, Any]:
    return {
        "reading_id": reading.pk,
        "reached_end": reading.reached_end_at is not None,
        "seconds_left": seconds_left(reading, now=now),
        "confirmed_at": recipient.confirmed_at,
    }


def _received(request: HttpRequest, version_id: int) -> PolicyVersion:
    return recipient_for(version_id, principal_of(request)).version


def _found(version_id: int) -> PolicyVersion:
    versions = PolicyVersion.objects.select_related("policy", "node")
    found = versions.filter(pk=version_id).first()
    if found is None:
        raise NotFound()
    return found


def _version(version: PolicyVersion) -> dict[str, Any]:
    names = ("id", "policy_id", "number", "state", "rules", "recipient_count", "published_at")
    return {name: getattr(version, name) for name in names} | {
        "title": version.policy.label,
        "html": render_text(version.text),
        "starts_on": version.period.lower,
        "ends_on": version.period.upper,
        "summaries": [summarise(rule) for rule in rules_of(version.rules)],
        "question": version.quiz.get("question", ""),
        "options": version.quiz.get("options", []),
    }
