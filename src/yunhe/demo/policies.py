"""The policies of the demo: text people read, the program the system computes, who has read it.

Programs follow the definitions of the rebate conformance suite: every number is a string.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from yunhe.demo.calendar import Shift
from yunhe.demo.network import Network
from yunhe.demo.people import main_dealer
from yunhe.demo.products import Catalogue

Program = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """One policy. `tiers` of the audience (all when empty); valid in `[valid_from, valid_to)`;
    `settle_interim_on`: the cutoff of an interim settlement that has been run, if any."""

    code: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    published_on: dt.date
    valid_from: dt.date
    valid_to: dt.date
    audience_tiers: tuple[str, ...]
    program: Program
    settle_interim_on: dt.date | None = None


def quarter_start(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month - (day.month - 1) % 3, 1)


def next_quarter(day: dt.date) -> dt.date:
    start = quarter_start(day)
    return dt.date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)


def build_policies(network: Network, catalogue: Catalogue, shift: Shift) -> tuple[PolicySpec, ...]:
    """Six policies around yesterday: a year (with an interim settlement), this quarter, and one
    for the next quarter that still waits for the dealers' confirmation."""
    last = shift.last
    quarter, after = quarter_start(last), next_quarter(last)
    year = dt.date(last.year, 1, 1)
    year_end = dt.date(last.year + 1, 1, 1)
    # in January to March nothing of the year is complete yet: settle up to the last month end
    cutoff = (quarter if quarter > year else last.replace(day=1)) - dt.timedelta(days=1)
    interim = cutoff if cutoff >= year else None
    cheese = _skus(catalogue, "CHEESE")
    household = catalogue.products.filter(pl.col("division") == "household")["sku"].to_list()
    return (
        _volume(year, year_end, interim),
        _sell_through_rate(quarter, after),
        _cheese_per_unit(quarter, after, cheese),
        _marginal_sell_through(quarter, after),
        _display_fixed(network, quarter, after),
        _next_quarter(shift, after, next_quarter(after), household),
    )


def build_reads(
    policies: tuple[PolicySpec, ...], network: Network, *, seed: int, shift: Shift
) -> pl.DataFrame:
    """policy_code, dealer_code, opened_on, confirmed_on: nearly everybody has confirmed the running
    policies within nine days; of the newest a third has, the demo's dealer owner has not."""
    rng = np.random.default_rng([seed, 6])
    own = main_dealer(network)
    rows = []
    for policy in policies:
        newest = policy is policies[-1]
        for dealer in network.dealers.sort("code").iter_rows(named=True):
            opens, waits, chance = int(rng.integers(0, 5)), int(rng.integers(0, 5)), rng.random()
            if policy.audience_tiers and dealer["tier"] not in policy.audience_tiers:
                continue
            opened = policy.published_on + dt.timedelta(days=opens)
            confirmed = opened + dt.timedelta(days=waits)
            if newest and dealer["code"] == own:
                continue
            if opened > shift.last:
                continue
            done = confirmed <= shift.last and (chance < 0.35 if newest else chance < 0.95)
            rows.append((policy.code, dealer["code"], opened, confirmed if done else None))
    schema = {
        "policy_code": pl.String,
        "dealer_code": pl.String,
        "opened_on": pl.Date,
        "confirmed_on": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _skus(catalogue: Catalogue, category: str) -> list[str]:
    return catalogue.products.filter(pl.col("category_code") == category)["sku"].to_list()


def _valid(start: dt.date, end: dt.date) -> list[str]:
    return [start.isoformat(), end.isoformat()]


def _tiers(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"from": bound, "rate": rate} for bound, rate in pairs]


def _volume(start: dt.date, end: dt.date, interim: dt.date | None) -> PolicySpec:
    program = {
        "id": "POL-VOLUME", "currency": "CNY", "valid": _valid(start, end), "flow": "sell_in",
        "pay_on": "amount", "mode": "retrospective", "kind": "percent",
        "tiers": _tiers(
            ("10000", "0.01"), ("20000", "0.015"), ("30000", "0.02"), ("60000", "0.025")
        ),
    }  # fmt: skip
    return PolicySpec(
        "POL-VOLUME",
        f"{start.year}年度进货返利",
        f"{start.year} annual purchase rebate",
        "一、适用范围：全体一级经销商。\n"
        "二、计算口径：年度累计进货金额（以发货金额为准，退货冲减），达到档位后按全额返利。\n"
        "三、返利档位：满1万元1.0%，满2万元1.5%，满3万元2.0%，满6万元2.5%。\n"
        "四、结算方式：按季度预结算，年终清算；预结算金额从累计应返中扣除。",
        "1. Who: all first-level dealers.\n"
        "2. Basis: cumulative purchases of the year by shipped amount, returns deducted; the rate "
        "of the tier reached applies to the whole amount.\n"
        "3. Tiers: ¥10,000 1.0 %, ¥20,000 1.5 %, ¥30,000 2.0 %, ¥60,000 2.5 %.\n"
        "4. Settlement: interim every quarter, final at the end of the year, less what was paid.",
        start - dt.timedelta(days=14),
        start,
        end,
        (),
        program,
        interim,
    )


def _sell_through_rate(start: dt.date, end: dt.date) -> PolicySpec:
    program = {
        "id": "POL-RATE", "currency": "CNY", "valid": _valid(start, end), "flow": "sell_in",
        "pay_on": "amount", "tier_by": "sell_through_rate", "mode": "retrospective",
        "kind": "percent", "tiers": _tiers(("0.5", "0.005"), ("0.7", "0.01"), ("0.85", "0.015")),
    }  # fmt: skip
    return PolicySpec(
        "POL-RATE",
        "季度动销率激励",
        "Quarterly sell-through rate incentive",
        "一、目的：鼓励真实动销，不鼓励压货。\n"
        "二、动销率＝本季度终端动销数量÷（期初库存＋本季度进货数量）。\n"
        "三、激励：动销率达50%、70%、85%，分别按本季度进货金额的0.5%、1.0%、1.5%计提。\n"
        "四、前提：门店动销数据按月上传并通过校验。",
        "1. Aim: real sell-out, not stuffed warehouses.\n"
        "2. Rate = units sold out in the quarter ÷ (opening stock + units bought).\n"
        "3. Incentive: at 50 %, 70 % and 85 %, 0.5 %, 1.0 % and 1.5 % of the quarter's purchases.\n"
        "4. Condition: store sell-out is uploaded every month and passes the checks.",
        start - dt.timedelta(days=10),
        start,
        end,
        (),
        program,
    )


def _cheese_per_unit(start: dt.date, end: dt.date, skus: list[str]) -> PolicySpec:
    program = {
        "id": "POL-CHEESE", "currency": "CNY", "valid": _valid(start, end), "flow": "sell_through",
        "products": skus, "pay_on": "quantity", "mode": "retrospective", "kind": "per_unit",
        "tiers": _tiers(("50", "0.10"), ("100", "0.20")),
    }  # fmt: skip
    return PolicySpec(
        "POL-CHEESE",
        "澜牧奶酪分销单品奖励",
        "Lanmu cheese per-unit bonus",
        "一、适用产品：澜牧奶酪全系列。\n"
        "二、计算口径：本季度向下级分销商和门店的出货数量（按最小销售单位）。\n"
        "三、奖励标准：满50件每件0.10元，满100件每件0.20元，按全部数量计算。",
        "1. Products: the whole Lanmu cheese range.\n"
        "2. Basis: units delivered to sub-dealers and stores in the quarter.\n"
        "3. Bonus: from 50 units ¥0.10 a unit, from 100 units ¥0.20, on all units.",
        start - dt.timedelta(days=7),
        start,
        end,
        (),
        program,
    )


def _marginal_sell_through(start: dt.date, end: dt.date) -> PolicySpec:
    program = {
        "id": "POL-MARGINAL", "currency": "CNY", "valid": _valid(start, end),
        "flow": "sell_through", "pay_on": "amount", "mode": "marginal", "kind": "percent",
        "tiers": _tiers(("0", "0.005"), ("4000", "0.01"), ("9000", "0.015")),
        "cap": "600",
    }  # fmt: skip
    return PolicySpec(
        "POL-MARGINAL",
        "核心与成长经销商分销超额奖励",
        "Marginal sell-through bonus for core and growth dealers",
        "一、适用范围：核心、成长级经销商。\n"
        "二、本季度分销金额分段计奖：4000元以内部分0.5%，4000至9000元部分1.0%，超过9000元部分1.5%。\n"
        "三、单家封顶600元。",
        "1. Who: core and growth dealers.\n"
        "2. The quarter's sell-through is paid slice by slice: 0.5 % up to ¥4,000, 1.0 % from "
        "there to ¥9,000, 1.5 % above.\n"
        "3. At most ¥600 a dealer.",
        start - dt.timedelta(days=7),
        start,
        end,
        ("core", "growth"),
        program,
    )


def _display_fixed(network: Network, start: dt.date, end: dt.date) -> PolicySpec:
    core = network.dealers.filter(pl.col("tier") == "core")["code"].sort().to_list()
    missed = core[3::5]
    program = {
        "id": "POL-DISPLAY", "currency": "CNY", "valid": _valid(start, end), "flow": "sell_in",
        "pay_on": "amount", "mode": "retrospective", "kind": "fixed",
        "tiers": _tiers(("5000", "150"), ("15000", "300")),
        "conditions": {
            code: [{"name": "display_photos", "met": code not in missed}] for code in core
        },
    }  # fmt: skip
    return PolicySpec(
        "POL-DISPLAY",
        "核心经销商端架陈列补贴",
        "End-cap display subsidy for core dealers",
        "一、适用范围：核心级经销商。\n"
        "二、条件：本季度端架陈列照片上传并审核通过。\n"
        "三、补贴：本季度进货满5000元补贴150元，满15000元补贴300元。",
        "1. Who: core dealers.\n"
        "2. Condition: end-cap photos of the quarter uploaded and accepted.\n"
        "3. Subsidy: ¥150 from purchases of ¥5,000, ¥300 from ¥15,000 in the quarter.",
        start - dt.timedelta(days=12),
        start,
        end,
        ("core",),
        program,
    )


def _next_quarter(shift: Shift, start: dt.date, end: dt.date, household: list[str]) -> PolicySpec:
    program = {
        "id": "POL-NEXT", "currency": "CNY", "valid": _valid(start, end), "flow": "sell_through",
        "exclude_products": household, "pay_on": "amount", "mode": "retrospective",
        "kind": "percent",
        "tiers": _tiers(("3000", "0.008"), ("8000", "0.012"), ("20000", "0.018")),
    }  # fmt: skip
    return PolicySpec(
        "POL-NEXT",
        "下季度旺季分销政策",
        "Peak-season sell-through policy of the next quarter",
        "一、适用范围：全体一级经销商，家庭用纸与日用品类除外。\n"
        "二、按下季度分销金额达档全额计提：满3000元0.8%，满8000元1.2%，满2万元1.8%。\n"
        "三、请在政策生效前完成阅读确认，未确认者不参与本政策。",
        "1. Who: all first-level dealers; paper and household goods are excluded.\n"
        "2. On the whole sell-through of the next quarter: 0.8 % from ¥3,000, 1.2 % from ¥8,000, "
        "1.8 % from ¥20,000.\n"
        "3. Please confirm before the policy starts; who has not confirmed does not take part.",
        shift.last - dt.timedelta(days=3),
        start,
        end,
        (),
        program,
    )
