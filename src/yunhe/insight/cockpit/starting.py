"""The first steps of a new installation: what is there already, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yunhe.channel.network.permissions import CHANGE as CHANGE_NETWORK
from yunhe.channel.network.queries import list_partners
from yunhe.channel.policies.permissions import WRITE as WRITE_POLICIES
from yunhe.channel.policies.queries import list_policies
from yunhe.insight.cockpit.links import link
from yunhe.platform.access.declared import MANAGE_USERS
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.queries import users_in_scope
from yunhe.platform.intake.permissions import RUN
from yunhe.trade.catalog.permissions import CHANGE as CHANGE_CATALOG
from yunhe.trade.catalog.queries import list_skus
from yunhe.trade.sales.queries import list_facts


@dataclass(frozen=True)
class FirstStep:
    """Something that makes the product useful; `done` once the data show it."""

    title: str
    text: str
    url: str
    done: bool


def first_steps(principal: Principal) -> list[FirstStep]:
    """What the reader may do first, in order; about five statements."""
    steps = (
        (
            RUN,
            _("Bring in your sales"),
            _(
                "A file as your system exports it: day, partner, product, quantity, amount. Unknown"
                " partners and products can be created from it."
            ),
            f"{link('intake:create')}?type=sales",
            list_facts().exists,
        ),
        (
            CHANGE_NETWORK,
            _("File your dealers and stores"),
            _("As a file or one by one: who stands below whom, province, level."),
            f"{link('intake:create')}?type=stores",
            list_partners().exists,
        ),
        (
            CHANGE_CATALOG,
            _("File your products"),
            _("As a file or one by one: code, name, brand, category, barcode, case size."),
            f"{link('intake:create')}?type=products",
            list_skus().exists,
        ),
        (
            MANAGE_USERS,
            _("Give your colleagues and dealers an account"),
            _("Each sees the own part alone; dealers look after their own staff."),
            link("access:create_user"),
            lambda: users_in_scope().count() > 1,
        ),
        (
            WRITE_POLICIES,
            _("Publish the first policy"),
            _("Text that people read and rules that the rebate follows."),
            link("policies:create"),
            list_policies().exists,
        ),
    )
    return [
        FirstStep(title, text, url, done())
        for permission, title, text, url, done in steps
        if principal.can(permission)
    ]
