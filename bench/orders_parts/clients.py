"""One client process each: over HTTP with prepared bytes, or straight SQL with the same rows."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

Shop = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Which client this is, where the server is, and when to begin, to count and to stop."""

    port: int
    number: int
    start: float
    warm: float
    seconds: float


CSRF = "b" * 32


def one_request(shop: Shop, place: Place, queue: Any) -> None:
    """Sales operations places and confirms in one POST."""
    wire = Wire(place.port, shop["operators"][place.number]["cookie"])
    chance = random.Random(place.number)

    def order() -> None:
        body = _order(shop, chance, node_id=shop["dealers"][place.number], confirm=True)
        wire.post("/api/v1/orders/", body, expect=b"201")

    queue.put(_outcome(order, place))


def two_requests(shop: Shop, place: Place, queue: Any) -> None:
    """The dealer submits, sales operations confirms."""
    dealer = Wire(place.port, shop["owners"][place.number]["cookie"])
    operator = Wire(place.port, shop["operators"][place.number]["cookie"])
    chance = random.Random(place.number)

    def order() -> None:
        placed = json.loads(
            dealer.post("/api/v1/orders/", _order(shop, chance, submit=True), expect=b"201")
        )
        operator.post(f"/api/v1/orders/{placed['id']}/confirm", b"{}", expect=b"200")

    queue.put(_outcome(order, place))


def raw_sql(shop: Shop, place: Place, queue: Any) -> None:
    """The same rows by psycopg in one transaction, as the owner: no rules, no prices to find."""
    import psycopg

    chance = random.Random(1000 + place.number)
    user = shop["operators"][place.number]["user"]
    with psycopg.connect(**shop["database"]) as connection:

        def order() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                _write(cursor, shop, shop["dealers"][place.number], user, chance)

        queue.put(_outcome(order, place))


def _outcome(work: Callable[[], None], place: Place) -> list[float] | str:
    """The durations, or what went wrong, for the parent to say."""
    try:
        return _repeat(work, place)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _repeat(work: Callable[[], None], place: Place) -> list[float]:
    """Durations of the runs that ended within the measured time."""
    time.sleep(max(0.0, place.start - time.time()))
    begin = time.perf_counter() + place.warm
    end, found = begin + place.seconds, []
    while True:
        before = time.perf_counter()
        if before >= end:
            return found
        work()
        after = time.perf_counter()
        if begin <= after < end:
            found.append(after - before)


def _order(shop: Shop, chance: random.Random, **more: Any) -> bytes:
    skus = _wish(shop, chance)
    lines = [{"sku_id": sku, "unit": "bottle", "quantity": chance.randint(1, 20)} for sku in skus]
    return json.dumps({"lines": lines, **more}).encode()


def _wish(shop: Shop, chance: random.Random) -> list[int]:
    """Products of an order: one of them on promotion or scarce."""
    return [chance.choice(shop["special"]), *chance.sample(shop["skus"], shop["lines"] - 1)]


class Wire:
    """A kept connection that writes a request as bytes and reads the answer by its length."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = (
            f"Host: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Cookie: yunhe_session={cookie}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
        )

    def post(self, path: str, body: bytes, *, expect: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\n{self.head}Idempotency-Key: {uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        top, _, rest = received.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in top.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        while len(rest) < length:
            rest += self._more()
        if top.split(b" ", 2)[1] != expect:
            raise RuntimeError(f"{path}: {top.decode()} {rest[:2000].decode()}")
        return rest

    def _more(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise RuntimeError("the server closed the connection")
        return part


def _write(cursor: Any, shop: Shop, dealer: int, user: int, chance: random.Random) -> None:
    skus = sorted(_wish(shop, chance))
    quantities = [chance.randint(1, 20) for _ in skus]
    now, key = datetime.now(UTC), str(uuid4())
    cursor.execute(KEY, [user, key, b"x" * 32])
    cursor.execute(
        ORDER,
        {
            "node": dealer,
            "hq": shop["hq"],
            "user": user,
            "now": now,
            "total": sum(quantities) * 12,
            "skus": skus,
            "quantities": quantities,
            "count": len(skus),
            "rules": [RULE] * len(skus),
        },
    )
    order_id = cursor.fetchone()[0]
    ref = f"order:{order_id}"
    cursor.execute(HOLD, [[str(dealer)], [sum(quantities) * 12], "credit", ref])
    cursor.execute(HOLD, [[f"{shop['hq']}:{sku}" for sku in skus], quantities, "stock", ref])
    cursor.execute(EVENTS, [dealer, user, [uuid4(), uuid4()], [f'{{"order_id": {order_id}}}'] * 2])
    cursor.execute(ANSWER, [b"{}" * 80, user, key])


RULE = json.dumps(
    {
        "taken": {
            "id": 1,
            "code": "L9",
            "name": "价目表9",
            "depth": 1,
            "own": False,
            "level": "",
            "tier": "",
            "priority": 9,
            "starts": "2020-01-01",
        },
        "row": {"unit": "bottle", "min_quantity": "1.000", "price": "19.0000"},
        "unit_price": "19.0000",
        "passed": [],
    }
)
KEY = """
INSERT INTO api_idempotencykey (user_id, key, request_hash, content_type, created_at)
VALUES (%s, %s, %s, '', now())
"""
ORDER = """
WITH placed AS (
    INSERT INTO orders_order (number, node_id, supplier_id, status, source, currency, total, line_count,
                              note, key, placed_on, wanted_on, shipments, created_at, created_by_id)
    VALUES ('SO' || to_char(nextval('orders_number'), 'FM0000000'), %(node)s, %(hq)s, 'confirmed', 'api',
            'CNY', %(total)s, %(count)s, '', '', '2026-11-22', NULL, 0, %(now)s, %(user)s)
    RETURNING id
), line AS (
    INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                                  base_quantity, unit_price, amount, rule, shipped)
    SELECT placed.id, %(node)s, %(hq)s, l.row, l.sku, 'bottle', l.quantity, l.quantity, 12, 12 * l.quantity,
           l.rule, 0
      FROM placed, unnest(%(skus)s::bigint[], %(quantities)s::numeric[], %(rules)s::jsonb[])
           WITH ORDINALITY AS l (sku, quantity, rule, row)
), step AS (
    INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note)
    SELECT placed.id, %(node)s, %(hq)s, s.action, s.status, %(now)s, %(user)s, ''
      FROM placed, (VALUES ('create', 'draft'), ('submit', 'submitted'), ('confirm', 'confirmed'))
           AS s (action, status)
)
SELECT id FROM placed
"""
HOLD = """
WITH taken AS (
    UPDATE capacity_account a SET reserved = a.reserved + w.quantity
      FROM unnest(%s::text[]) WITH ORDINALITY AS k (key, at)
      JOIN unnest(%s::numeric[]) WITH ORDINALITY AS w (quantity, at) USING (at)
     WHERE a.kind = %s AND a.key = k.key
    RETURNING a.id, w.quantity
)
INSERT INTO capacity_hold (account_id, ref, reserved, committed) SELECT id, %s, quantity, 0 FROM taken
"""
EVENTS = """
INSERT INTO events_outboxevent (id, type, source, subject, node_id, actor_id, time, data)
SELECT e.id, 'yunhe.bench', '/yunhe/orders', '', %s, %s, now(), e.data
  FROM unnest(%s::uuid[], %s::jsonb[]) AS e (id, data)
"""
ANSWER = """
UPDATE api_idempotencykey SET status = 201, content_type = 'application/json', body = %s
 WHERE user_id = %s AND key = %s
"""
