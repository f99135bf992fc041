"""Empty the test database again after a test that committed."""

from __future__ import annotations

from functools import cache

from django.db import connection

# written by migrations and the same for every test
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables() -> None:
    """Truncate what holds rows; write the books' own entity again, as the migrations did."""
    from yunhe.money.ledger.models import LegalEntity

    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"(SELECT '{each}' FROM {name(each)} LIMIT 1)" for each in _tables())
        )
        filled = ", ".join(name(table) for (table,) in cursor.fetchall())
        if filled:
            cursor.execute(f"TRUNCATE {filled} CASCADE")
    main = {"name": "本公司", "name_en": "Our company"}
    LegalEntity.objects.get_or_create(code="MAIN", defaults=main)


@cache
def _tables() -> list[str]:
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - KEPT)
