"""Two sides that shall never see each other, each with a full set of records.

Side 1 is region R1 with dealer D1 and store S1, side 2 is R2 with D2 and S2. Every text that a side
can give a record carries the side's own mark, so a leak is found by looking for the mark.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone
from tests.contract.agreeing import agree
from tests.contract.counting import count_and_move
from tests.contract.deliveries import plan_deliveries
from tests.contract.goods_on_offer import catalogue_things, sku_row
from tests.contract.logistics import divide_and_ship
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.channel.network.models import Contact, Licence
from yunhe.channel.network.services.moves import move_node
from yunhe.channel.policies.models import PolicyReading, PolicyRecipient
from yunhe.channel.policies.queries import compile_version
from yunhe.channel.policies.rules import Severity
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    attach_document,
    create_policy,
    publish_version,
    save_draft,
)
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.money.ledger.services import post_payment, set_credit_limit
from yunhe.money.rebates.models import Accrual, Settlement, Statement, StatementLine
from yunhe.money.rebates.services import (
    approve_settlement,
    compute_accruals,
    create_programs,
    open_settlement,
    post_settlement,
)
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import HEADQUARTERS, Role
from yunhe.platform.accounts.models import ApiToken, SavedFilter, Session, User
from yunhe.platform.accounts.sessions import hash_key
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.events.models import OutboxEvent, WebhookEndpoint
from yunhe.platform.files.services import attach_files, store_file
from yunhe.platform.intake.runner import run_import
from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.metrics.models import Target
from yunhe.platform.notifications.models import Notification
from yunhe.platform.workflow.models import Absence, Approval
from yunhe.platform.workflow.services import ChainDraft, save_chain
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.services import (
    ensure_catalog,
)
from yunhe.trade.orders.models import Order, OrderTerms
from yunhe.trade.orders.services import NewLine, create_order, receive_order, ship_order
from yunhe.trade.pricing.models import PriceList, RetailBreach
from yunhe.trade.pricing.services import (
    ChangeDraft,
    CompetitorEntry,
    FloorDraft,
    ListDraft,
    PriceEntry,
    create_own_list,
    create_price_change,
    create_price_list,
    publish_price_list,
    record_competitor_prices,
    set_channels,
    set_floors,
    set_prices,
    submit_price_change,
    watch_retail,
)
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    set_price_floors,
    submit_promotion,
)
from yunhe.trade.sales.models import SalesFact
from yunhe.trade.sales.services import FactLine, record_facts

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
MARKS = {1: "QILIN1X", 2: "ZEBRA2X"}
REBATE = {
    "flow": "sell_in",
    "pay_on": "amount",
    "mode": "retrospective",
    "tiers": [{"from": "0", "rate": "0.01"}, {"from": "1000", "rate": "0.02"}],
    "frequency": "quarterly",
}
PLACE_OF_ROLE = {str(role): "R1" for role in HEADQUARTERS} | {
    str(Role.DEALER_OWNER): "D1",
    str(Role.DEALER_CLERK): "D1",
    str(Role.ENGINEER): "D1",
    str(Role.DRIVER): "D1",
    str(Role.STORE): "S1",
}


@dataclass
class Side:
    """One dealer with everything it has: record name → primary key, and the texts that betray it."""

    number: int
    nodes: dict[str, Node]
    user: User
    records: dict[str, Any] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    @property
    def mark(self) -> str:
        return MARKS[self.number]

    @property
    def region(self) -> Node:
        return self.nodes[f"R{self.number}"]

    @property
    def dealer(self) -> Node:
        return self.nodes[f"D{self.number}"]

    @property
    def store(self) -> Node:
        return self.nodes[f"S{self.number}"]

    def leaks_into(self, body: str) -> set[str]:
        """Which of the side's own texts occur in the body."""
        return {text for text in self.texts if text in body}


@dataclass
class World:
    """Both sides, what belongs to everybody, and a person for every role (on side 1)."""

    sides: dict[int, Side]
    shared: dict[str, Any]
    people: dict[str, User]
    director: User
    now: datetime

    def sample(self, record: str, side: int) -> Any:
        """The key of a record of a side, or of the one that everybody shares."""
        return self.shared[record] if record in self.shared else self.sides[side].records[record]


def build_world() -> World:
    """Everything, in the running transaction, as the owner."""
    now = timezone.now()
    nodes = _nodes()
    file_partners(nodes)
    skus = ensure_catalog([sku_row(at) for at in range(3)], actor=SYSTEM)
    _supply(nodes, skus, now)
    sides = {number: _side(number, nodes) for number in MARKS}
    for side in sides.values():
        _people_things(side, now)
        _master(side, skus, now)
        agree(side, skus, now)
        _trade(side, skus, now)
        _files(side, now)
        _policies(side, now)
        _approvals(side, skus, now)
        _promote(side, now)
    sku_id = next(iter(skus.values()))
    shared = {"sku": sku_id, "sku_code": next(iter(skus)), "metric": "sell_out_amount"}
    shared["settlement"] = _settle(sides, now)
    shared |= catalogue_things(sku_id, now)
    shared |= divide_and_ship(sides.values(), sku_id, now)
    plan_deliveries(sides.values(), now)
    for side in sides.values():
        _late_records(side)
        count_and_move(side, skus, now)
    people = {
        role: _person(role, nodes[place], f"{role}-1") for role, place in PLACE_OF_ROLE.items()
    }
    people[str(Role.DEALER_OWNER)] = sides[1].user
    director = _person(str(Role.DIRECTOR), nodes["HQ"], "all-1")
    return World(sides, shared, people, director, now)


def rows_of(side: Side, model: type[models.Model]) -> models.QuerySet[Any] | None:
    """The rows of a table that belong to the side, by node or user; None when it has neither."""
    found = models.Q()
    mine = [side.region.pk, side.dealer.pk, side.store.pk]
    for column in model._meta.concrete_fields:
        if column.related_model is Node or column.name in {"node_id", "other_node_id"}:
            found |= models.Q(**{f"{column.attname}__in": mine})
        elif column.related_model is User or column.name == "user_id":
            found |= models.Q(**{column.attname: side.user.pk})
    return model._default_manager.filter(found) if found else None


def _nodes() -> dict[str, Node]:
    places: list[tuple[str, str, str, str]] = [("HQ", "", "总部", "organisation")]
    for number, names in {
        1: ("华东区", "甲经销商", "甲门店"),
        2: ("华南区", "乙经销商", "乙门店"),
    }.items():
        parent = "HQ"
        for letter, name in zip("RDS", names, strict=True):
            kind = "organisation" if letter == "R" else "partner"
            places.append((f"{letter}{number}", parent, f"{name}{MARKS[number]}", kind))
            parent = f"{letter}{number}"
    nodes: dict[str, Node] = {}
    for code, above, name, kind in places:
        nodes[code] = Node.objects.create(
            code=code, parent=nodes.get(above), name=name, name_en=f"{name} EN", kind=kind
        )
        nodes[code].refresh_from_db()
    return nodes


def _person(role: str, node: Node, username: str) -> User:
    user = User.objects.create_user(username, "correct-horse-42", name=username)
    Grant.objects.create(user=user, role=role, node=node)
    return user


def _side(number: int, nodes: Mapping[str, Node]) -> Side:
    own = {f"{letter}{number}": nodes[f"{letter}{number}"] for letter in "RDS"}
    user = _person(str(Role.DEALER_OWNER), nodes[f"D{number}"], f"owner-{MARKS[number]}")
    side = Side(number, own, user, texts={MARKS[number]})
    side.records |= {"node": side.dealer.pk, "user": user.pk, "grant": user.grants.get().pk}
    return side


def _supply(nodes: Mapping[str, Node], skus: Mapping[str, int], now: datetime) -> None:
    base = create_price_list(
        nodes["HQ"],
        code="BASE",
        draft=ListDraft(name="基准价目", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    entries = [PriceEntry(sku_id=pk, unit="piece", price=Decimal("3.5")) for pk in skus.values()]
    set_prices(base, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=now)
    publish_price_list(base, actor=SYSTEM)
    open_place(nodes["HQ"], supplies=True, actor=SYSTEM)
    goods = [GoodsLine(sku_id=pk, quantity=Decimal(10_000)) for pk in skus.values()]
    receive_goods(nodes["HQ"].pk, goods, ref="start", on=now.date(), actor=SYSTEM, now=now)


def _people_things(side: Side, now: datetime) -> None:
    """What belongs to a user: token, session, saved filter, message, background work."""
    later = now + timedelta(days=30)
    token = ApiToken.objects.create(
        user=side.user, name=side.mark, key_hash=hash_key(side.mark), hint="abcd", expires_at=later
    )
    session = Session.objects.create(
        key_hash=hash_key(f"session {side.mark}"),
        user=side.user,
        data="",
        agent=side.mark,
        expires_at=later,
    )
    saved = SavedFilter.objects.create(
        user=side.user, path="/orders/", name=side.mark, query="status=confirmed"
    )
    message = Notification.objects.create(
        user=side.user, kind="rebates.posted", title=side.mark, title_en=side.mark, url="/"
    )
    run = JobRun.objects.create(
        job="rebates.accrue", title=side.mark, user=side.user, state="failed"
    )
    side.records |= {
        "token": token.pk,
        "device": session.pk,
        "saved_filter": saved.pk,
        "message": message.pk,
        "job": run.pk,
    }


def _master(side: Side, skus: Mapping[str, int], now: datetime) -> None:
    """Dossier, prices, credit, target, webhook, a move that waits."""
    mark = side.mark
    licence = Licence.objects.create(
        node=side.dealer, kind="food", number=f"JY{mark}", expires_on=now.date() + timedelta(9)
    )
    Contact.objects.create(node=side.dealer, name=mark, duty="店长", phone="13800000000")
    special = create_price_list(
        side.region,
        code=f"L{mark}",
        draft=ListDraft(name=f"专享{mark}", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    entries = [PriceEntry(sku_id=pk, unit="piece", price=Decimal("2.9")) for pk in skus.values()]
    set_prices(special, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=now)
    publish_price_list(special, actor=SYSTEM)
    selling = create_own_list(
        side.dealer,
        draft=ListDraft(name=f"供货价{mark}", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    set_prices(selling, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=now)
    publish_price_list(selling, actor=SYSTEM)
    limit = Decimal(1_000_000)
    set_credit_limit(node_id=side.dealer.pk, amount=limit, reason=mark, actor=SYSTEM, now=now)
    target = Target.objects.create(
        metric="sell_out_amount", node=side.dealer, month=now.date().replace(day=1), value=70_007
    )
    endpoint = WebhookEndpoint.objects.create(
        node=side.dealer, url=f"https://{mark.lower()}.example.com/", description=mark, secret=b"x"
    )
    move = move_node(
        side.dealer,
        side.region.parent,
        effective=now.date() + timedelta(days=40),
        reason=mark,
        actor=SYSTEM,
        now=now,
    )
    side.records |= {
        "licence": licence.pk,
        "price_list": special.pk,
        "own_price_list": selling.pk,
        "endpoint": endpoint.pk,
        "move": move.pk,
        "target": target.pk,
    }
    side.texts.add(mark.lower() + ".example.com")


def _asked_by_store(side: Side, lines: list[NewLine], now: datetime) -> None:
    """The dealer takes orders of its store, and has one to answer."""
    open_place(side.dealer, resells=True, actor=SYSTEM)
    asked = create_order(
        node_id=side.store.pk, lines=lines, actor=SYSTEM, now=now, note=side.mark, submit=True
    )
    side.records["order_supplied"] = asked.order_id
    side.texts.add(asked.number)


def _trade(side: Side, skus: Mapping[str, int], now: datetime) -> None:
    """Orders in every state, stock at the dealer, sales, payments."""
    lines = [NewLine(sku_id, "piece", Decimal(100 + at)) for at, sku_id in enumerate(skus.values())]
    wanted = {
        "order_draft": {},
        "order_submitted": {"submit": True},
        "order": {"submit": True, "confirm": True},
        "order_shipped": {"submit": True, "confirm": True},
        "order_received": {"submit": True, "confirm": True},
    }
    for name, flags in wanted.items():
        placed = create_order(
            node_id=side.dealer.pk, lines=lines, actor=SYSTEM, now=now, note=side.mark, **flags
        )
        side.records[name] = placed.order_id
    for name in ("order_shipped", "order_received"):
        ship_order(Order.objects.get(pk=side.records[name]), actor=SYSTEM, now=now)
    received = Order.objects.get(pk=side.records["order_received"])
    receive_order(received, actor=SYSTEM, now=now)
    _asked_by_store(side, lines, now)
    terms = OrderTerms.objects.create(node=side.region, minimum=1)
    side.records["order_terms"] = terms.pk
    orders = Order.objects.filter(node=side.dealer)
    side.texts |= set(orders.values_list("number", flat=True))
    facts = [
        FactLine(
            line_key=f"{side.mark}{at}",
            node_id=side.store.pk,
            sku_id=sku_id,
            on=now.date() - timedelta(days=at + 1),
            quantity=Decimal(3),
            amount=Decimal("1234.56") + side.number,
            document=f"小票{side.mark}",
        )
        for at, sku_id in enumerate(skus.values())
    ]
    record_facts(facts, flow="sell_out", source=f"test {side.mark}", now=now)
    bought = [
        FactLine(
            line_key=f"in{side.mark}{at}",
            node_id=side.dealer.pk,
            sku_id=sku_id,
            on=now.date() - timedelta(days=at + 1),
            quantity=Decimal(300),
            amount=Decimal(900),
            document=f"进货{side.mark}",
        )
        for at, sku_id in enumerate(skus.values())
    ]
    record_facts(bought, flow="sell_in", source=f"test {side.mark}", now=now)
    post_payment(
        node_id=side.dealer.pk,
        amount=Decimal(100 + side.number),
        on=now.date(),
        key=f"pay {side.mark}",
        number=f"PAY{side.mark}",
        text=side.mark,
        actor=SYSTEM,
        now=now,
    )


def _files(side: Side, now: datetime) -> None:
    """A photo, and an import with a good and two bad rows."""
    photo = SimpleUploadedFile(f"{side.mark}.png", PNG, content_type="image/png")
    side.records["file"] = store_file(photo, node_id=side.dealer.pk, actor=SYSTEM, now=now).pk
    day = (now.date() - timedelta(days=1)).isoformat()
    text = (
        "flow,store,item,date,quantity,amount,document\n"
        f"sell_out,{side.store.code},K0,{day},2,7.00,{side.mark}-a\n"
        f"sell_out,NOWHERE{side.mark},K0,{day},2,7.00,{side.mark}-b\n"
        f"sell_out,{side.store.code},NOTHING,{day},2,7.00,{side.mark}-c\n"
    )
    record = register_file(
        io.BytesIO(text.encode()),
        name=f"{side.mark}.csv",
        type_code="sales",
        actor=SYSTEM,
        now=now,
        node_id=side.dealer.pk,
    ).record
    columns = record.mapping["columns"]
    confirm_mapping(record, columns=columns, options={}, actor=SYSTEM, now=now)
    queue_import(record, actor=SYSTEM)
    record = run_import(record.pk, actor=SYSTEM, now=now)
    assert record.quarantined == 2, "the world needs rows in quarantine"
    side.records["import"] = record.pk


def _policies(side: Side, now: datetime) -> None:
    """A published policy of the region with a rebate, read by the dealer; and one still a draft."""
    published = _draft(side, f"P{side.mark}", now)
    published = add_rule(published, kind="rebate", definition=REBATE, actor=SYSTEM)
    for finding in compile_version(published, today=now.date()):
        if finding.severity is Severity.WARNING:
            published = accept_warning(published, finding.key, actor=SYSTEM)
    notice = SimpleUploadedFile(f"{side.mark}.pdf", b"%PDF-1.7 " + side.mark.encode())
    document = attach_document(published, notice, actor=SYSTEM, now=now)
    published = publish_version(published, actor=SYSTEM, now=now)
    PolicyReading.objects.create(
        version=published, node=side.dealer, user=side.user, opened_at=now, reached_end_at=now
    )
    draft = _draft(side, f"Q{side.mark}", now)
    draft = add_rule(draft, kind="rebate", definition=REBATE, actor=SYSTEM)
    attach_files(draft, [document.pk], node_id=side.region.pk, now=now)
    recipient = PolicyRecipient.objects.filter(version=published, node=side.dealer).get()
    side.records |= {
        "policy": published.policy_id,
        "policy_version": published.pk,
        "policy_draft": draft.pk,
        "policy_document": document.pk,
        "recipient": recipient.pk,
    }


def _draft(side: Side, code: str, now: datetime) -> Any:
    title = f"政策{side.mark}"
    version = create_policy(
        side.region, code=code, title=title, title_en=title, actor=SYSTEM, now=now
    )
    content = VersionDraft(
        title=title,
        title_en=title,
        body=f"满额返利 {side.mark}",
        body_en=f"Rebate {side.mark}",
        starts_on=now.date() - timedelta(days=20),
        ends_on=now.date() + timedelta(days=70),
        audience=Audience(subtree_ids=(side.region.pk,)),
    )
    return save_draft(version, draft=content, actor=SYSTEM)


def _approvals(side: Side, skus: Mapping[str, int], now: datetime) -> None:
    """A chain of the region, a price change in approval by it, a sale below the floor, an absence."""
    mark, today = side.mark, timezone.localdate(now)
    manager = _person(str(Role.REGIONAL_MANAGER), side.region, f"manager-{mark}")
    steps = ({"key": "s1", "name": mark, "mode": "any", "roles": [str(Role.REGIONAL_MANAGER)]},)
    chain = save_chain(
        side.region,
        draft=ChainDraft(kind="pricing.change", name=f"流程{mark}", steps=steps),
        actor=SYSTEM,
    )
    price_list = PriceList.objects.select_related("node").get(pk=side.records["price_list"])
    entries = [PriceEntry(sku_id=pk, unit="piece", price=Decimal(3)) for pk in skus.values()]
    change = create_price_change(
        price_list,
        draft=ChangeDraft(title=f"调价{mark}", effective=today, entries=entries),
        actor=SYSTEM,
        now=now,
    )
    submit_price_change(change, actor=SYSTEM, now=now)
    floors = [FloorDraft(sku_id=pk, price=Decimal(9999)) for pk in skus.values()]
    set_floors(side.region, floors, starts=today - timedelta(days=30), actor=SYSTEM)
    assert watch_retail(now=now), "the world needs a sale below the floor"
    seen = CompetitorEntry(competitor=mark, product=mark, price=Decimal(2), seen_on=today)
    record_competitor_prices(side.dealer, [seen], actor=SYSTEM, now=now)
    set_channels({side.dealer.pk: "online"}, actor=SYSTEM)
    absence = Absence.objects.create(
        user=side.user,
        substitute=manager,
        period=(today + timedelta(days=300), today + timedelta(days=301)),
        note=mark,
    )
    side.records |= {
        "chain": chain.pk,
        "price_change": change.pk,
        "approval": Approval.objects.get(kind="pricing.change", subject_id=str(change.pk)).pk,
        "breach": RetailBreach.objects.filter(node=side.store)[0].pk,
        "absence": absence.pk,
    }


def _promote(side: Side, now: datetime) -> None:
    """A published promotion of the region for its own partners, and a lowest price."""
    draft = PromotionDraft(
        name=f"促销{side.mark}",
        kind="percent",
        definition={"percent": "1"},
        valid_from=timezone.localdate(now) - timedelta(days=1),
        budget=Decimal(1000),
        note=side.mark,
    )
    made = create_promotion(side.region, code=f"PRO-{side.mark}", draft=draft, actor=SYSTEM)
    submit_promotion(made, actor=SYSTEM, now=now)
    publish_promotion(made, actor=SYSTEM, now=now)
    sku = Sku.objects.order_by("pk")[0]
    set_price_floors(side.region, {sku.pk: Decimal("0.01")}, actor=SYSTEM)
    side.records["promotion"] = made.pk


def _settle(sides: Mapping[int, Side], now: datetime) -> int:
    """Programs of both sides, accrued and settled together by headquarters."""
    programs = []
    for side in sides.values():
        recipient = PolicyRecipient.objects.get(pk=side.records["recipient"])
        made = create_programs(recipient.version, now=now)
        side.records["program"] = made[0].pk
        programs += made
    compute_accruals(now=now)
    cutoff = timezone.localdate(now) - timedelta(days=1)
    settlement = open_settlement(programs, cutoff=cutoff, actor=SYSTEM, now=now)
    approve_settlement(settlement, actor=SYSTEM, now=now)
    post_settlement(settlement, actor=SYSTEM, now=now)
    assert Settlement.objects.get(pk=settlement.pk).state == "posted"
    return settlement.pk


def _late_records(side: Side) -> None:
    """Records that other writes made: accrual, statement, fact, trail, event."""
    mine = [side.dealer.pk, side.store.pk]
    side.records |= {
        "accrual": Accrual.objects.filter(node__in=mine)[0].pk,
        "statement": Statement.objects.filter(node__in=mine)[0].pk,
        "line": StatementLine.objects.filter(node__in=mine)[0].pk,
        "fact": SalesFact.objects.filter(node=side.store)[0].pk,
        "audit": AuditEntry.objects.filter(node_id__in=mine)[0].pk,
        "event": OutboxEvent.objects.filter(node__in=mine)[0].pk,
    }
    side.texts |= set(Statement.objects.filter(node__in=mine).values_list("number", flat=True))
