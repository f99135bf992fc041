"""What the network refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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


class FoundedAlready(Conflict):
    """Somebody has an account already."""

    code = "network.founded_already"

    def __init__(self) -> None:
        super().__init__(_("The first account exists already. Please sign in."))


class SetupKeyRefused(DomainError):
    """The key is not the one that the server printed."""

    code = "network.setup_key_refused"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            _("This is not the setup key. `yunhe serve` prints it when it starts."), field="key"
        )


class AddressRefused(DomainError):
    """A delivery address whose region is unknown, or that is not one of the partner's."""

    code = "network.address"
