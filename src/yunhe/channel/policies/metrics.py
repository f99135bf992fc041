"""Whether policies reach the partners they are for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare

POLICY_DEPARTMENT = _("Policy and trade marketing")

RECIPIENTS = declare(
    Fact(
        name="policy_recipients",
        label=_("Policy recipients"),
        grain=_("one policy version sent to one partner, on the day of publication"),
        sql="""
SELECT r.id, r.node_id, p.title AS policy, coalesce(nullif(p.title_en, ''), p.title) AS policy_en,
       p.id AS policy_id, v.number AS version, v.state,
       (v.published_at AT TIME ZONE '{tz}')::date AS "on",
       r.opened_at IS NOT NULL AS opened, r.confirmed_at IS NOT NULL AS confirmed,
       round((extract(epoch FROM r.confirmed_at - v.published_at) / 3600)::numeric, 2) AS hours
  FROM policies_policyrecipient r
  JOIN policies_policyversion v ON v.id = r.version_id
  JOIN policies_policy p ON p.id = v.policy_id
 WHERE v.published_at IS NOT NULL""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "policy": "string",
            "policy_en": "string",
            "policy_id": "int64",
            "version": "int64",
            "state": "string",
            "on": "date",
            "opened": "boolean",
            "confirmed": "boolean",
            "hours": "decimal(18, 2)",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(
            Attribute(
                name="policy",
                label=_("Policy"),
                column="policy_id",
                text="policy",
                text_en="policy_en",
            ),
            Attribute(
                name="version_state",
                label=_("State of the version"),
                column="state",
                choices=dict(VersionState.choices),
            ),
        ),
        watches=(
            Watch(
                table="policies_policyrecipient",
                date="(v.published_at AT TIME ZONE '{tz}')::date",
                join="JOIN policies_policyversion v ON v.id = changed.version_id",
            ),
            Watch(
                table="policies_policyversion",
                date="(changed.published_at AT TIME ZONE '{tz}')::date",
            ),
        ),
        sources=(_("Publication of a policy"), _("Reading and confirmation by the partner")),
        shown=(
            ("on", _("Published on")),
            ("policy", _("Policy")),
            ("version", _("Version")),
            ("node_id", _("Partner")),
            ("opened", _("Opened")),
            ("confirmed", _("Confirmed")),
        ),
        document=("policies:detail", "policy_id"),
        words={"hours": _("hours until confirmation")},
    )
)
VALID = (VersionState.PUBLISHED.value, VersionState.SUPERSEDED.value)

POLICIES_SENT = declare(
    Metric(
        name="policies_sent",
        label=_("Policy copies sent"),
        description=_("Policy versions published in the period, counted once for each partner."),
        formula=RECIPIENTS.count(state=VALID),
        unit="count",
        counted=_("copies"),
        owner=POLICY_DEPARTMENT,
        good="neither",
    )
)
POLICY_READ_RATE = declare(
    Metric(
        name="policy_read_rate",
        label=_("Policy read rate"),
        description=_(
            "Copies that were opened, read to the end and confirmed, of those sent in the period."
        ),
        formula=RECIPIENTS.count(state=VALID, confirmed=True) / POLICIES_SENT,
        unit="percent",
        digits=1,
        owner=POLICY_DEPARTMENT,
    )
)
POLICIES_UNREAD = declare(
    Metric(
        name="policies_unread",
        label=_("Policies waiting to be read"),
        description=_("Copies of policies in force, published in the period, not yet confirmed."),
        formula=RECIPIENTS.count(state=VersionState.PUBLISHED.value, confirmed=False),
        unit="count",
        counted=_("copies"),
        owner=POLICY_DEPARTMENT,
        good="down",
    )
)
HOURS_TO_CONFIRM = declare(
    Metric(
        name="policy_hours_to_confirm",
        label=_("Hours until confirmation"),
        description=_("Hours from publication to the partner's confirmation, on average."),
        formula=RECIPIENTS.sum("hours", state=VALID, confirmed=True)
        / RECIPIENTS.count(state=VALID, confirmed=True),
        unit="ratio",
        digits=1,
        owner=POLICY_DEPARTMENT,
        good="down",
    )
)
