"""From a published policy version to programs, and what later changes about them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.queries import recipients_of
from yunhe.money.rebates.choices import EARLIER, POLICY_READ, ProgramState
from yunhe.money.rebates.compute.program import Flow
from yunhe.money.rebates.errors import KernelRefused, SettlementRefused
from yunhe.money.rebates.events import ProgramsCreated
from yunhe.money.rebates.models import Accrual, AccrualEntry, Program, ProgramPartner
from yunhe.money.rebates.permissions import CONDITION
from yunhe.money.rebates.queries.facts import Counted, partner_totals, takers_of
from yunhe.money.rebates.queries.products import products_of
from yunhe.money.rebates.rules.definition import (
    ProgramFrame,
    RebateRule,
    kernel_program,
    program_document,
    read_rule,
    write_rule,
)
from yunhe.money.rebates.rules.estimate import year_before
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.events.outbox import emit
from yunhe.platform.values.errors import ValueRefused

CREATES = "programs follow from a published policy, whoever published it"
LIVING = (ProgramState.ACTIVE, ProgramState.FINISHED)


def create_programs(version: PolicyVersion, *, now: datetime) -> list[Program]:
    """The programs of a published version's rebate rules, with products and participants frozen.

    Idempotent. A program of the policy's version before that began on the same day is replaced
    (what it paid is deducted); one that began earlier ends where the new one begins. Growth
    programs get each partner's amount of the year before as baseline. Emits ProgramsCreated.
    Raises KernelRefused.
    """
    with owner_access(CREATES):
        made: list[Program] = []
        for index, rule in enumerate(version.rules):
            if rule["kind"] != "rebate":
                continue
            known = Program.objects.filter(version=version, rule_index=index).first()
            made.append(known or _create_program(version, index, made, now))
        _retire_older(version, made, now)
        if made:
            ids = tuple(program.pk for program in made)
            emit(ProgramsCreated(version_id=version.pk, program_ids=ids), node_id=version.node_id)
        return made


def end_programs(version: PolicyVersion, *, now: datetime) -> None:
    """The version is withdrawn today: what it earned until yesterday stays and can be settled."""
    with owner_access(CREATES):
        for program in Program.objects.filter(version=version, state=ProgramState.ACTIVE):
            _end(program, timezone.localdate(now), now)


def record_condition(
    program: Program, *, node_id: int, name: str, met: bool, actor: Principal
) -> ProgramPartner:
    """Say whether a partner met a condition that the system cannot look up itself.

    Counts from the next accrual on; a settlement keeps what it was opened with. Raises NotAllowed,
    NotFound, SettlementRefused for a condition the program does not have.
    """
    actor.check(CONDITION)
    if name not in program.conditions or name == POLICY_READ:
        raise SettlementRefused(_("The program has no such condition to record."), field="name")
    taking = ProgramPartner.objects.filter(program=program, node_id=node_id).first()
    if taking is None:
        raise NotFound()
    with owner_access("conditions are written by this use case alone; the right was checked"):
        taking.conditions = taking.conditions | {name: met}
        taking.save(update_fields=["conditions"])
    return taking


def _create_program(
    version: PolicyVersion, index: int, earlier: list[Program], now: datetime
) -> Program:
    rule = read_rule(version.rules[index]["definition"])
    products = products_of(rule)
    frame = ProgramFrame(
        code=f"{version.policy.code}#{index + 1}@{version.period.lower:%Y%m%d}",
        currency=settings.CURRENCY,
        start=version.period.lower,
        end=version.period.upper,
        products=None if products.included is None else list(products.included),
        exclude_products=list(products.excluded),
        net_of=_deducted(rule, earlier),
    )
    try:
        kernel = kernel_program(rule, frame)
    except ValueRefused as error:
        raise KernelRefused(error) from error
    Program.objects.filter(code=frame.code, state__in=LIVING).update(state=ProgramState.REPLACED)
    program = Program.objects.create(
        version=version,
        rule_index=index,
        code=frame.code,
        title=version.policy.title,
        title_en=version.policy.title_en,
        rule=write_rule(rule),
        definition=program_document(rule, frame),
        flow=rule.flow,
        currency=frame.currency,
        starts_on=frame.start,
        ends_on=frame.end,
        sku_ids=products.sku_ids,
        excluded_sku_ids=products.excluded_ids,
        conditions=list(rule.conditions),
        frequency=rule.frequency,
        created_at=now,
    )
    _take_part(program, needs_baseline=kernel.needs_baseline)
    return program


def _deducted(rule: RebateRule, earlier: list[Program]) -> list[str]:
    """Codes of the programs that `net_of` names; the newest living one of each policy's rule."""
    codes: list[str] = []
    for name in rule.net_of:
        if name == EARLIER:
            codes += [program.code for program in earlier]
            continue
        policy, _sharp, number = name.rpartition("#")
        found: Any = Program.objects.filter(version__policy__code=policy, state__in=LIVING)
        found = found.filter(rule_index=int(number) - 1) if number.isdecimal() else found.none()
        if program := found.order_by("-starts_on").first():
            codes.append(program.code)
    return list(dict.fromkeys(codes))


def _take_part(program: Program, *, needs_baseline: bool) -> None:
    node_ids = list(recipients_of(program.version).values_list("node_id", flat=True))
    ProgramPartner.objects.bulk_create(
        [ProgramPartner(program=program, node_id=node_id) for node_id in node_ids],
        batch_size=5000,
    )
    if not needs_baseline:
        return
    counted = Counted(
        flow=program.flow,
        tier_by="amount",
        currency=program.currency,
        start=year_before(program.starts_on),
        end=year_before(program.ends_on),
        sku_ids=program.sku_ids,
        excluded_sku_ids=program.excluded_sku_ids,
    )
    totals = partner_totals(counted, takers_of(program), cutoff=counted.end, known_by=date.max)
    taking = list(ProgramPartner.objects.filter(program=program))
    for each in taking:
        found = totals.get(each.node_id)
        each.baseline = found.of(Flow(program.flow)).amount if found else Decimal(0)
    ProgramPartner.objects.bulk_update(taking, ["baseline"], batch_size=5000)


def _retire_older(version: PolicyVersion, made: list[Program], now: datetime) -> None:
    """Programs of the policy's older versions end where this version begins."""
    older = Program.objects.filter(
        version__policy_id=version.policy_id,
        version__number__lt=version.number,
        state=ProgramState.ACTIVE,
    )
    kept = {program.code for program in made}
    for program in older:
        if program.code not in kept:
            _end(program, version.period.lower, now)
    _drop_accruals(Accrual.objects.filter(program__state=ProgramState.REPLACED), now)


def _drop_accruals(accruals: QuerySet[Accrual], now: datetime) -> None:
    """The program no longer counts: what it had earned is taken back in the history."""
    reversals = [
        AccrualEntry(
            program_id=each.program_id,
            node_id=each.node_id,
            on=timezone.localdate(now),
            amount=-each.earned,
            currency=each.program.currency,
            recorded_at=now,
        )
        for each in accruals.select_related("program")
        if each.earned
    ]
    AccrualEntry.objects.bulk_create(reversals, batch_size=5000)
    accruals.delete()


def _end(program: Program, on: date, now: datetime) -> None:
    """The program counts nothing from `on`; one that had not begun is void."""
    if on <= program.starts_on:
        program.state = ProgramState.VOID
        _drop_accruals(Accrual.objects.filter(program=program), now)
    elif on < program.ends_on:
        program.ends_on = on
        valid = [program.starts_on.isoformat(), on.isoformat()]
        program.definition = program.definition | {"valid": valid}
    program.save(update_fields=["state", "ends_on", "definition"])
