"""Who may hand on which role where, by hand on the tree 1 → 1.2 (region) → 1.2.3 (dealer)."""

from __future__ import annotations

import pytest

from yunhe.platform.access.delegation import covers, may_hand_on, may_manage, role_fits
from yunhe.platform.access.principal import HeldRole, Principal, system_principal

IT = Principal(1, held=(HeldRole("it_admin", 1, "1", "organisation"),))
REGION = Principal(2, held=(HeldRole("regional_manager", 2, "1.2", "organisation"),))
OWNER = Principal(3, held=(HeldRole("dealer_owner", 3, "1.2.3", "partner"),))
CLERK = Principal(4, held=(HeldRole("dealer_clerk", 3, "1.2.3", "partner"),))
FINANCE = Principal(5, held=(HeldRole("finance", 1, "1", "organisation"),))


@pytest.mark.parametrize(
    ("actor", "role", "path", "allowed"),
    [
        (IT, "it_admin", "1", True),
        (IT, "store", "1.2.3.4", True),
        (REGION, "dealer_owner", "1.2.3", True),
        (REGION, "dealer_owner", "1.9.3", False),
        (REGION, "regional_manager", "1.2", False),
        (REGION, "director", "1.2", False),
        (OWNER, "dealer_clerk", "1.2.3", True),
        (OWNER, "store", "1.2.3.4", True),
        (OWNER, "dealer_owner", "1.2.3.4", False),
        (OWNER, "dealer_clerk", "1.2.33", False),
        (OWNER, "dealer_clerk", "1.2", False),
        (CLERK, "store", "1.2.3.4", False),
        (FINANCE, "finance", "1", False),
        (system_principal("demo"), "director", "1", True),
    ],
)
def test_handing_on(actor, role, path, allowed):
    assert may_hand_on(actor, role, path) is allowed


def test_a_path_covers_itself_and_below_but_no_namesake():
    assert covers("1.2", "1.2")
    assert covers("1.2", "1.2.3")
    assert not covers("1.2", "1.20")
    assert not covers("1.2.3", "1.2")


def test_roles_fit_their_kind_of_place():
    assert role_fits("dealer_owner", "partner")
    assert not role_fits("dealer_owner", "organisation")
    assert not role_fits("director", "partner")
    assert role_fits("engineer", "partner")
    assert role_fits("engineer", "organisation")


def test_an_account_is_ones_own_only_when_all_its_roles_are():
    clerk = HeldRole("dealer_clerk", 3, "1.2.3", "partner")
    abroad = HeldRole("dealer_clerk", 9, "1.9", "partner")
    assert may_manage(OWNER, [clerk])
    assert not may_manage(OWNER, [clerk, abroad])
    assert not may_manage(OWNER, [])
    assert may_manage(IT, [])
