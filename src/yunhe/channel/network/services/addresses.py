"""The address book: where a partner takes goods."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yunhe.channel.network.divisions import find_division, region_of
from yunhe.channel.network.errors import AddressRefused
from yunhe.channel.network.locks import lock_addresses
from yunhe.channel.network.models import DeliveryAddress
from yunhe.channel.network.permissions import ADDRESSES
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal


@dataclass(frozen=True, kw_only=True)
class AddressDraft:
    """What is written down of an address; `province` is a six-figure code, city and district are names."""

    receiver: str
    phone: str
    province: str
    city: str
    street: str
    district: str = ""
    label: str = ""
    is_default: bool = False

    def division(self) -> str:
        """The division's code. Raises AddressRefused for names that are no divisions."""
        code = find_division(self.province, self.city)
        if not code:
            words = {"city": self.city}
            raise AddressRefused(_("“%(city)s” is no city of this province.") % words, field="city")
        if not self.district.strip():
            return code
        code = find_division(self.province, self.city, self.district)
        if not code:
            words = {"district": self.district, "city": self.city}
            message = _("“%(district)s” is no district of %(city)s.")
            raise AddressRefused(message % words, field="district")
        return code


def save_address(
    node: Node,
    draft: AddressDraft,
    *,
    address: DeliveryAddress | None = None,
    actor: Principal,
) -> DeliveryAddress:
    """Write an address down, or change one. A partner's first is its default. Orders keep theirs.

    Raises NotAllowed, AddressRefused.
    """
    actor.check(ADDRESSES, path=node.path)
    known = lock_addresses(node.pk)
    division = draft.division()
    saved = address or DeliveryAddress(node=node)
    for name in ("label", "receiver", "phone", "street"):
        setattr(saved, name, getattr(draft, name).strip())
    saved.division, saved.region = division, region_of(division)
    others = [one for one in known if one.pk != saved.pk]
    if draft.is_default:
        _take_default(others)
    saved.is_default = draft.is_default or not any(one.is_default for one in others)
    saved.save()
    return saved


def set_default_address(address: DeliveryAddress, *, actor: Principal) -> DeliveryAddress:
    """Orders go there unless they say otherwise. Raises NotAllowed."""
    actor.check(ADDRESSES, path=address.node.path)
    _take_default([one for one in lock_addresses(address.node_id) if one.pk != address.pk])
    address.is_default = True
    address.save(update_fields=["is_default"])
    return address


def remove_address(address: DeliveryAddress, *, actor: Principal) -> None:
    """Use it no longer; the oldest of the others becomes the default if it was. Raises NotAllowed."""
    actor.check(ADDRESSES, path=address.node.path)
    others = [one for one in lock_addresses(address.node_id) if one.pk != address.pk]
    was_default = address.is_default
    address.active = address.is_default = False
    address.save(update_fields=["active", "is_default"])
    if was_default and others:
        others[0].is_default = True
        others[0].save(update_fields=["is_default"])


def _take_default(addresses: list[DeliveryAddress]) -> None:
    for address in addresses:
        if address.is_default:
            address.is_default = False
            address.save(update_fields=["is_default"])
