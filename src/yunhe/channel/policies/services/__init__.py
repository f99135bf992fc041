"""Writes of policies, by use case."""

from __future__ import annotations

from yunhe.channel.policies.services.documents import attach_document, detach_document
from yunhe.channel.policies.services.publishing import (
    publish_version,
    remind_unread,
    withdraw_version,
)
from yunhe.channel.policies.services.reading import confirm_reading, open_reading, reach_end
from yunhe.channel.policies.services.writing import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    change_rule,
    create_policy,
    remove_rule,
    replace_rules,
    save_draft,
    start_version,
)

__all__ = [
    "Audience",
    "VersionDraft",
    "accept_warning",
    "add_rule",
    "attach_document",
    "change_rule",
    "confirm_reading",
    "create_policy",
    "detach_document",
    "open_reading",
    "publish_version",
    "reach_end",
    "remind_unread",
    "remove_rule",
    "replace_rules",
    "save_draft",
    "start_version",
    "withdraw_version",
]
