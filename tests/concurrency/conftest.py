"""Transactional tests empty every table afterwards; what migrations wrote is put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def legal_entity(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The legal entity that the ledger's migration makes."""
    yield
    from yunhe.money.ledger.models import LegalEntity

    with django_db_blocker.unblock():
        LegalEntity.objects.get_or_create(
            code="MAIN", defaults={"name": "本公司", "name_en": "Our company"}
        )
