"""Moves in the tree with a day on which they take effect."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.errors import MoveConflict, PlacementRefused
from yunhe.channel.network.locks import lock_node
from yunhe.channel.network.models import NodePlacement, Partner
from yunhe.channel.network.permissions import MOVE
from yunhe.channel.network.services.dossier import check_level_fits
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access


def move_node(
    node: Node, to: Node, *, effective: date, actor: Principal, now: datetime, reason: str = ""
) -> NodePlacement:
    """Let `node` with its subtree stand below `to` from `effective` on.

    A day up to today moves it now; a later one is applied by the job `network.apply_moves`. Raises
    NotAllowed (right missing on the node or the target), PlacementRefused (below itself, level does
    not fit), MoveConflict (another move waits, or the day lies before the present placement).
    """
    actor.check(MOVE, path=node.path)
    actor.check(MOVE, path=to.path)
    _check_target(node, to)
    today = timezone.localdate(now)
    with owner_access("a move rewrites paths of a subtree; the right on both ends was checked"):
        node = lock_node(node.pk)
        _close_present(node, effective, actor=actor, now=now)
        placement = NodePlacement.objects.create(
            node=node,
            parent=to,
            period=(effective, None),
            applied=effective <= today,
            reason=reason,
            recorded_at=now,
            recorded_by_id=actor.user_id,
        )
        if placement.applied:
            _stand_below(node, to.pk)
    return placement


def cancel_move(placement: NodePlacement, *, actor: Principal) -> None:
    """Take back a move that has not taken effect. Raises NotAllowed, MoveConflict."""
    actor.check(MOVE, path=placement.node.path)
    with owner_access("placements of both ends change; the right on the node was checked"):
        lock_node(placement.node_id)
        waiting = NodePlacement.objects.filter(pk=placement.pk, applied=False).first()
        if waiting is None:
            raise MoveConflict(_("This move has taken effect already: move the node back instead."))
        start = waiting.period.lower
        waiting.delete()
        before = NodePlacement.objects.filter(
            node_id=placement.node_id, period__endswith=start
        ).first()
        if before is not None:
            before.period = (before.period.lower, None)
            before.save(update_fields=["period"])


def apply_due_moves(*, actor: Principal, now: datetime) -> int:
    """Apply the moves whose day has come, in the order of their days; return how many."""
    actor.check(MOVE)
    due = NodePlacement.objects.filter(
        applied=False, period__startswith__lte=timezone.localdate(now)
    ).order_by("period", "pk")
    for placement in due:
        _stand_below(lock_node(placement.node_id), placement.parent_id)
        placement.applied = True
        placement.save(update_fields=["applied"])
    return len(due)


def _check_target(node: Node, to: Node) -> None:
    if to.path == node.path or to.path.startswith(f"{node.path}."):
        raise PlacementRefused(_("A node cannot stand below itself."), field="to")
    if to.pk == node.parent_id:
        raise PlacementRefused(_("The node stands there already."), field="to")
    if node.kind == NodeKind.ORGANISATION:
        if to.kind != NodeKind.ORGANISATION:
            raise PlacementRefused(_("An organisation unit stands below another one."), field="to")
        return
    level = Partner.objects.filter(pk=node.pk).values_list("level", flat=True).first()
    if level:
        check_level_fits(level, to)


def _close_present(node: Node, effective: date, *, actor: Principal, now: datetime) -> None:
    """End the open placement on the day of the move; write it down if it never was."""
    present = NodePlacement.objects.filter(node=node, period__endswith__isnull=True).first()
    if present is None:
        NodePlacement.objects.create(
            node=node,
            parent_id=node.parent_id,
            period=(None, effective),
            recorded_at=now,
            recorded_by_id=actor.user_id,
        )
        return
    start = present.period.lower
    if not present.applied:
        raise MoveConflict(_("A move on %(day)s is waiting: cancel it first.") % {"day": start})
    if start is not None and effective <= start:
        raise MoveConflict(
            _("The node stands there since %(day)s: the move must be later.") % {"day": start},
            field="effective",
        )
    present.period = (start, effective)
    present.save(update_fields=["period"])


def _stand_below(node: Node, parent_id: int | None) -> None:
    node.parent_id = parent_id
    node.save(update_fields=["parent"])
