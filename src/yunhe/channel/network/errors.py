"""What the network refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class PlacementRefused(DomainError):
    """A node may not stand below the parent asked for."""

    code = "network.placement_refused"


class MoveConflict(Conflict):
    """Another move of the node is waiting, or the day lies before its present placement."""

    code = "network.move_conflict"


class PartnerRefused(DomainError):
    """A dossier that the rules refuse (level, code, parent)."""

    code = "network.partner_refused"
