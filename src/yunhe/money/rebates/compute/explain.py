"""A trace in sentences, Chinese and English. Pure, so that a statement reads the same offline."""

from __future__ import annotations

from decimal import Decimal

from yunhe.money.rebates.compute.trace import Line, Outcome, Payment, Slice, Trace
from yunhe.platform.values.exact import exact_difference, to_text

LANGUAGES = ("en", "zh-hans")
RATIOS = ("growth_ratio", "sell_through_rate")

# code -> (English, Chinese); placeholders are the same in both (checked by a test).
SENTENCES = {
    "counted": (
        "{count} facts count ({flow}): amount {amount}, quantity {quantity}.",
        "计入 {count} 条{flow}记录：金额 {amount}，数量 {quantity}。",
    ),
    "ignored": (
        "{count} facts do not count ({reason}): amount {amount}, quantity {quantity}.",
        "未计入 {count} 条记录（{reason}）：金额 {amount}，数量 {quantity}。",
    ),
    "net_of": (
        "Less {earned} earned in {program}: amount {amount} remains.",
        "扣除 {program} 已得返利 {earned}，余下金额 {amount}。",
    ),
    "baseline": ("The baseline is {baseline}.", "基期金额为 {baseline}。"),
    "base": ("The base is {base}.", "计算基数为 {base}。"),
    "metric": ("{metric} is {value}.", "{metric}为 {value}。"),
    "tier": (
        "That reaches tier {number}, from {start}, at {rate}.",
        "达到第 {number} 档（{start} 起），返利标准 {rate}。",
    ),
    "slice": (
        "Tier {number}: {size} at {rate} gives {earned}.",
        "第 {number} 档：{size}，按 {rate} 计，得 {earned}。",
    ),
    "cap": ("The cap of {cap} applies.", "按封顶 {cap} 计。"),
    "condition_met": ("Condition met: {name}.", "条件已满足：{name}。"),
    "condition_open": ("Condition not met: {name}.", "条件未满足：{name}。"),
    "earned": (
        "{exact} is rounded half up once: earned {earned} {currency}.",
        "{exact} 一次性四舍五入：应得 {earned} {currency}。",
    ),
    "paid": (
        "Less {paid_before} paid before: due {due} {currency}.",
        "减去此前已付 {paid_before}：本期应付 {due} {currency}。",
    ),
}
OUTCOMES = {
    Outcome.NOT_STARTED: ("The program has not started.", "政策尚未开始。"),
    Outcome.CONDITION_UNMET: (
        "A condition is not met, so nothing is earned.",
        "有条件未满足，返利为零。",
    ),
    Outcome.NO_BASELINE: (
        "Without a positive baseline nothing is earned.",
        "没有大于零的基期金额，返利为零。",
    ),
    Outcome.NO_STOCK: (
        "Without stock there is no sell-through rate, so nothing is earned.",
        "没有可售库存，无法计算动销率，返利为零。",
    ),
    Outcome.NEGATIVE_BASE: ("A negative base earns nothing.", "计算基数为负，返利为零。"),
    Outcome.BELOW_FIRST_TIER: (
        "The first tier is not reached, so nothing is earned.",
        "未达到第一档，返利为零。",
    ),
}
PAYMENTS = {
    Payment.BELOW_MINIMUM: (
        "That is below the minimum payment of {minimum}: it stays owed.",
        "低于最低支付额 {minimum}，本期不付，留待以后结算。",
    ),
    Payment.CHARGED: ("The difference is charged back.", "差额予以扣回。"),
    Payment.NOT_CHARGED: (
        "The difference is not charged; later earnings fill it up first.",
        "差额不扣回，由以后的返利先行抵补。",
    ),
}
WORDS = {
    "sell_in": ("sell-in", "进货"),
    "sell_through": ("sell-through", "分销"),
    "sell_out": ("sell-out", "动销"),
    "opening": ("opening stock", "期初库存"),
    "product": ("other products", "非适用产品"),
    "flow": ("another flow", "其他业务类型"),
    "before_valid": ("before the program", "早于政策期"),
    "after_valid": ("after the program", "晚于政策期"),
    "after_cutoff": ("after the cutoff", "晚于截止日"),
    "not_yet_known": ("recorded too late", "入账过晚"),
    "amount": ("The amount", "金额"),
    "quantity": ("The quantity", "数量"),
    "increase_amount": ("The increase", "增量金额"),
    "growth_ratio": ("Growth", "增长率"),
    "sell_through_rate": ("The sell-through rate", "动销率"),
}


def explain(line: Line, language: str = "en", *, percent: bool = False) -> list[str]:
    """The steps of a line as sentences, in order. `language`: "en" or "zh-hans".

    `percent`: the program's rates are shares, said as `1.5 %`; else amounts a unit or at once.
    """
    at = LANGUAGES.index(language)
    trace = line.trace
    steps = [*_fact_sentences(trace, at), *_tier_sentences(trace, at, percent=percent)]
    if trace.outcome in OUTCOMES:
        steps.append(OUTCOMES[trace.outcome][at])
    elif trace.capped:
        steps.append(_say("cap", at, cap=trace.cap))
    money = {"currency": line.currency, "earned": f"{line.earned:,f}", "due": f"{line.due:,f}"}
    paid = f"{line.paid_before:,f}"
    steps.append(_say("earned", at, exact=trace.exact, **money))
    steps.append(_say("paid", at, paid_before=paid, **money))
    if trace.payment in PAYMENTS:
        minimum = _grouped(trace.minimum_payment)
        steps.append(PAYMENTS[trace.payment][at].format(minimum=minimum))
    return steps


def _fact_sentences(trace: Trace, at: int) -> list[str]:
    steps = []
    for code, key, groups in (
        ("counted", "flow", trace.counted),
        ("ignored", "reason", trace.ignored),
    ):
        for name, sums in groups.items():
            parts: dict[str, object] = {key: WORDS[name][at], "count": sums.count}
            steps.append(_say(code, at, amount=sums.amount, quantity=sums.quantity, **parts))
    remaining = trace.gross_amount
    for netted in trace.net_of:
        remaining = exact_difference(remaining, netted.earned)
        parts = {"program": netted.program, "earned": netted.earned}
        steps.append(_say("net_of", at, amount=remaining, **parts))
    return steps


def _tier_sentences(trace: Trace, at: int, *, percent: bool) -> list[str]:
    steps = []
    if trace.baseline is not None:
        steps.append(_say("baseline", at, baseline=trace.baseline))
    steps.append(_say("base", at, base=trace.base))
    ratio = trace.metric.name in RATIOS
    if trace.metric.shown is not None and (ratio or trace.metric.shown != to_text(trace.base)):
        value = _rate(Decimal(trace.metric.shown), percent=ratio)
        steps.append(_say("metric", at, metric=WORDS[trace.metric.name][at], value=value))
    if trace.tier is not None:
        tier = trace.tier
        rate, start = _rate(tier.rate, percent=percent), _rate(tier.start, percent=ratio)
        steps.append(_say("tier", at, number=tier.number, start=start, rate=rate))
    steps += [_slice_sentence(part, at, percent=percent) for part in trace.slices]
    for condition in trace.conditions:
        code = "condition_met" if condition.met else "condition_open"
        steps.append(_say(code, at, name=condition.name))
    return steps


def _slice_sentence(part: Slice, at: int, *, percent: bool) -> str:
    rate = _rate(part.rate, percent=percent)
    return _say("slice", at, number=part.tier, size=part.size, rate=rate, earned=part.earned)


def _rate(rate: Decimal, *, percent: bool) -> str:
    """0.015 → `1.5 %` of a share, as it stands otherwise; every digit."""
    return f"{_grouped(rate.scaleb(2))} %" if percent else _grouped(rate)


def _grouped(value: Decimal) -> str:
    """`21,815.8`: every digit of the exact value, the whole ones in threes."""
    whole, point, places = to_text(value).partition(".")
    return f"{int(whole):,}{point}{places}" if whole != "-0" else f"-0{point}{places}"


def _say(code: str, at: int, **values: object) -> str:
    texts = {
        key: _grouped(value) if isinstance(value, Decimal) else str(value)
        for key, value in values.items()
    }
    return SENTENCES[code][at].format(**texts)
