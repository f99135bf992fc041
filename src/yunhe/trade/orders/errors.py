"""What orders refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The order is not in a state from which this is possible."""

    code = "orders.illegal_move"


class StockShort(Conflict):
    """Some lines ask for more than the supplier has; `rows` name line, asked and available."""

    code = "orders.stock_short"


class CreditShort(Conflict):
    """The order is worth more than the partner's credit that is left."""

    code = "orders.credit_short"


class ReasonMissing(DomainError):
    """Gifts and samples say why they are given."""

    code = "orders.reason"


class GiftsGone(Conflict):
    """Free goods ran out while the order was placed; try again."""

    code = "orders.gifts_gone"


class NeedsApproval(Conflict):
    """Somebody must agree before the order can be confirmed."""

    code = "orders.needs_approval"


class LinesRefused(DomainError):
    """Lines that cannot be ordered, shipped or received as asked; `rows` name each."""

    code = "orders.lines"


class NotStocked(Conflict):
    """The order still waits for production: there is nothing to ship."""

    code = "orders.not_stocked"


class PartsWrong(DomainError):
    """The parts of an order do not sum to it; `rows` name each line."""

    code = "orders.parts"


class NoSupplier(DomainError):
    """No supply place stands at or above the partner."""

    code = "orders.no_supplier"


class DayPast(DomainError):
    """The day on which an order is wanted lies in the past, or is none."""

    code = "orders.wanted_on"


class KeyTaken(Conflict):
    """The client's key made an order already, with other contents."""

    code = "orders.key_taken"


class AgreementUnknown(DomainError):
    """The agreement an order names is none of the partner's."""

    code = "orders.agreement"


class DraftChanged(Conflict):
    """A draft was changed, submitted or given up elsewhere since it was shown."""

    code = "orders.draft_changed"
