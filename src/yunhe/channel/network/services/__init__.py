"""Writes of the network, by use case."""

from __future__ import annotations

from yunhe.channel.network.services.addresses import (
    AddressDraft,
    remove_address,
    save_address,
    set_default_address,
)
from yunhe.channel.network.services.bulk import PartnerRow, UnitRow, ensure_partners, ensure_units
from yunhe.channel.network.services.dossier import (
    PartnerDraft,
    change_partner,
    create_partner,
    create_unit,
    file_licence,
    set_active,
)
from yunhe.channel.network.services.founding import (
    Founding,
    ensure_headquarters,
    found_installation,
    setup_key,
    setup_notice,
)
from yunhe.channel.network.services.moves import apply_due_moves, cancel_move, move_node

__all__ = [
    "AddressDraft",
    "Founding",
    "PartnerDraft",
    "PartnerRow",
    "UnitRow",
    "apply_due_moves",
    "cancel_move",
    "change_partner",
    "create_partner",
    "create_unit",
    "ensure_headquarters",
    "ensure_partners",
    "ensure_units",
    "file_licence",
    "found_installation",
    "move_node",
    "remove_address",
    "save_address",
    "set_active",
    "set_default_address",
    "setup_key",
    "setup_notice",
]
