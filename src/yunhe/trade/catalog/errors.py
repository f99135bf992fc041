"""What the catalogue refuses."""

from __future__ import annotations

from yunhe.platform.errors import DomainError


class GtinRefused(DomainError):
    """Not a GTIN: wrong length or check digit."""

    code = "catalog.gtin"


class SkuRefused(DomainError):
    """A SKU that the rules refuse; `rows` names the lines of a bulk write."""

    code = "catalog.sku"


class CategoryRefused(DomainError):
    """A category whose place or code the tree refuses."""

    code = "catalog.category"


class UnknownPack(DomainError):
    """A SKU is not sold in this unit."""

    code = "catalog.unknown_unit"


class IllegalMove(DomainError):
    """The SKU's state does not allow this."""

    code = "catalog.illegal_move"
    status = 409


class AttributeRefused(DomainError):
    """A value does not fit the attribute; `field` names it."""

    code = "catalog.attribute"


class PictureRefused(DomainError):
    """The bytes are no picture that can be shown."""

    code = "catalog.picture"
