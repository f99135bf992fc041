"""What pricing refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError, NotAllowed


class PriceMissing(DomainError):
    """Some lines have no price; `rows` names each."""

    code = "pricing.missing"


class PriceHidden(NotAllowed):
    """A partner asked for the prices of another node."""

    code = "pricing.hidden"


class PriceOverlap(Conflict):
    """Two rows of a list would price the same SKU, unit and minimum on the same day."""

    code = "pricing.overlap"


class ListRefused(DomainError):
    """A price list or row that the rules refuse."""

    code = "pricing.list"


class ListState(Conflict):
    """The list is not in a state that allows this."""

    code = "pricing.status"


class ChangeRefused(Conflict):
    """A price change that is not in a state for this, or whose list is not."""

    code = "pricing.change"


class ApprovalNeeded(NotAllowed):
    """Prices of this list change by a request with approval."""

    code = "pricing.approval_needed"


class ListWaits(Conflict):
    """The list waits for approval: nothing of it changes until that is decided or taken back."""

    code = "pricing.waiting"


class EvidenceRefused(DomainError):
    """A competitor price, a floor or an explanation that the rules refuse."""

    code = "pricing.evidence"
