"""Which partners a list prices."""

from __future__ import annotations

from django.db import connection

from yunhe.trade.pricing.evidence import seller_of
from yunhe.trade.pricing.models import PriceList

_AFFECTED = """
SELECT p.node_id
  FROM access_node place
  JOIN access_node n ON n.path <@ place.path AND n.active
  JOIN network_partner p ON p.node_id = n.id
  LEFT JOIN pricing_partnerchannel trade ON trade.node_id = n.id
 WHERE place.id = %s AND (NOT %s OR (n.parent_id = place.id AND {seller} = place.id))
   AND (%s = '' OR p.level = %s) AND (%s = '' OR p.tier = %s)
   AND (%s = '' OR trade.channel = %s)
 ORDER BY p.node_id
"""


def affected_partners(price_list: PriceList) -> list[int]:
    """Node ids of the active partners to whom the list applies. One statement."""
    level, tier, channel = price_list.level, price_list.tier, price_list.channel
    with connection.cursor() as cursor:
        statement = _AFFECTED.replace("{seller}", seller_of("n.id"))
        cursor.execute(
            statement,
            [
                price_list.node_id,
                price_list.by_partner,
                *(level, level, tier, tier, channel, channel),
            ],
        )
        return [row[0] for row in cursor.fetchall()]
