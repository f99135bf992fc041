"""What approvals refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError, NotAllowed


class NotYoursToDecide(NotAllowed):
    """The person has no seat in the step that is open."""

    code = "workflow.not_yours"


class OwnRequest(NotAllowed):
    """Separation of duties: the requester never decides, not even as a substitute."""

    code = "workflow.own_request"


class DecidedTwice(NotAllowed):
    """The chain wants different people in its steps."""

    code = "workflow.decided_twice"


class AlreadySettled(Conflict):
    """The step or the whole request was settled by somebody else, or withdrawn."""

    code = "workflow.settled"


class AlreadyRequested(Conflict):
    """The same subject is in approval already."""

    code = "workflow.requested"


class NoApprover(DomainError):
    """Nobody, or too few, could decide a step."""

    code = "workflow.no_approver"


class ReasonMissing(DomainError):
    """A refusal or a withdrawal says why; a comment says something."""

    code = "workflow.reason"


class ChainRefused(DomainError):
    """A chain that no engine could run, or that overlaps with another."""

    code = "workflow.chain"


class AbsenceRefused(DomainError):
    """An absence with a wrong period or a person who may not stand in."""

    code = "workflow.absence"
