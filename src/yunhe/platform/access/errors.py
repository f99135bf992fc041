"""What the rules of access refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import Conflict, DomainError, NotAllowed


class GrantNotYours(NotAllowed):
    """The role or the place is beyond what the actor may hand on."""

    code = "access.grant_not_yours"

    def __init__(self) -> None:
        super().__init__(
            _("You may give this role only to your own staff, on your own part of the tree."),
            field="role",
        )


class RoleDoesNotFit(DomainError):
    """A headquarters role on a partner, or a partner's role on an organisation unit."""

    code = "access.role_does_not_fit"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This role does not fit this place: partners have owners, clerks and stores,"
                " organisation units have headquarters roles."
            ),
            field="role",
        )


class OwnAccess(Conflict):
    """Nobody closes, resets or demotes the own account."""

    code = "access.own_account"

    def __init__(self) -> None:
        super().__init__(_("Ask somebody else to change your own access."))


class AccountNotYours(NotAllowed):
    """The account also holds roles that the actor could not have given."""

    code = "access.account_not_yours"

    def __init__(self) -> None:
        super().__init__(_("This account also has roles beyond your part. Ask IT to change it."))
